import Basics
import Expressions
import Testing
import WorkflowModel

@Suite struct WorkflowReadingTests {
  @Test("a complete document keeps everything in the order of the file")
  func complete() throws {
    let workflow = try Workflow.read(text: Samples.complete, file: "workflows/sag-aws.yaml")
    #expect(workflow.name == "sag-aws")
    #expect(workflow.title.text(in: "zh") == "互通")
    #expect(workflow.tutorial == "SAG vCPE handbook 20220523, section 4.1")
    #expect(workflow.accounts.map(\.name) == ["partner"])
    #expect(workflow.defaults.map(\.provider) == ["aws"])
    #expect(workflow.inputs.map(\.name) == ["aws_region", "aws_cidr", "interconnect", "sites", "password"])
    #expect(workflow.checks.count == 1)
    #expect(
      workflow.steps.map(\.id) == ["sag", "host", "deploy", "cross_region", "spokes", "site", "ticket", "verify"])
    #expect(workflow.outputs.map(\.name) == ["rtt_ms"])
    #expect(workflow.console.map(\.action) == ["lab/ticket"])
    #expect(workflow.warnings.all.isEmpty)
  }

  @Test("a step keeps what it says about itself")
  func step() throws {
    let workflow = try Workflow.read(text: Samples.complete, file: "workflows/sag-aws.yaml")
    let steps = Dictionary(uniqueKeysWithValues: workflow.steps.map { ($0.id, $0) })
    let deploy = try #require(steps["deploy"])
    #expect(deploy.use == .action("ssh/script"))
    #expect(deploy.retry?.attempts == 3)
    #expect(deploy.retry?.initial == .seconds(5) && deploy.retry?.maximum == .seconds(30))
    #expect(deploy.timeout == .seconds(900))
    #expect(deploy.continuesOnFailure)
    #expect(deploy.arguments.map(\.name) == ["host", "args"])
    #expect(deploy.location.description == "workflows/sag-aws.yaml:27:3")
    #expect(steps["sag"]?.approve == true && steps["sag"]?.undo == .keep && steps["sag"]?.adopt == .ask)
    #expect(steps["host"]?.account?.constant == "partner")
    #expect(steps["site"]?.use == .workflow("one-site"))
    #expect(steps["verify"]?.needs.map(\.step) == ["deploy", "spokes"])
    #expect(steps["ticket"]?.declaredOutputs.map(\.name) == ["number"])
    #expect(steps["ticket"]?.arguments.map(\.name) == ["text"])
  }

  @Test(
    "each mistake is reported at its own place",
    arguments: [
      // Keys and kinds.
      ("name: w\nstep: {}", "document.unknown-key 2:1 steps; document.missing-key 1:1"),
      ("[]", "document.wrong-kind 1:1"),
      ("name: W\nsteps: {}", "document.bad-name 1:7"),
      ("name: w\nsteps: []", "document.wrong-kind 2:8"),
      ("name: w\nsteps: {A: {uses: a/b}}", "document.bad-name 2:9"),
      ("name: w\nsteps: {a: {use: a/b}}", "document.unknown-key 2:13 uses; document.missing-key 2:12"),
      ("name: w\nsteps: {a: {uses: ab}}", "workflow.bad-use 2:19"),
      ("name: w\nsteps: {a: {uses: workflow/../x}}", "workflow.bad-use 2:19"),
      ("name: w\nsteps: {a: {uses: a/b}, a: {uses: a/b}}", "yaml.duplicate-key 2:25"),
      ("name: w\nsteps: {a: {uses: a/b, approve: yes}}", "document.wrong-kind 2:33"),
      ("name: w\nsteps: {a: {uses: a/b, undo: kep}}", "document.unknown-word 2:30 keep"),
      ("name: w\nsteps: {a: {uses: a/b, on_failure: stop}}", "document.unknown-word 2:36"),
      ("name: w\nsteps: {a: {uses: a/b, timeout: 5}}", "document.bad-duration 2:33"),
      ("name: w\nsteps: {a: {uses: a/b, retry: {attempts: 0}}}", "document.out-of-range 2:42"),
      (
        "name: w\nsteps: {a: {uses: a/b, retry: {backof: constant}}}",
        "document.unknown-key 2:32 backoff; document.missing-key 2:31"
      ),
      (
        "name: w\nsteps: {a: {uses: workflow/b, retry: {attempts: 2}, timeout: 5s}}",
        "workflow.not-on-include 2:31; workflow.not-on-include 2:53"
      ),
      // Names.
      (
        "name: w\ninputs: {cidr: {type: cidr}}\nsteps: {a: {uses: a/b, with: {x: \"${{ inputs.cird }}\"}}}",
        "workflow.unknown-input 3:39 cidr"
      ),
      ("name: w\nsteps: {a: {uses: a/b, with: {x: \"${{ input.x }}\"}}}", "expression.unknown-root-near 2:39 inputs"),
      (
        "name: w\nsteps: {host: {uses: a/b}, a: {uses: a/b, with: {x: \"${{ steps.hots.ip }}\"}}}",
        "workflow.unknown-step 2:58 host"
      ),
      ("name: w\nsteps: {host: {uses: a/b}, a: {uses: a/b, needs: [hosst]}}", "workflow.unknown-step 2:51 host"),
      ("name: w\nsteps: {a: {uses: a/b, with: {x: \"${{ steps }}\"}}}", "workflow.no-step-named 2:39"),
      ("name: w\nsteps: {a: {uses: a/b, with: {x: \"${{ run.nam }}\"}}}", "workflow.unknown-run-field 2:39 name"),
      ("name: w\nsteps: {a: {uses: a/b, account: partner}}", "workflow.unknown-account 2:33"),
      // Roots.
      ("name: w\nsteps: {a: {uses: a/b, with: {x: \"${{ each.key }}\"}}}", "workflow.each-outside-for-each 2:39"),
      ("name: w\nsteps: {a: {uses: a/b}, b: {uses: a/b, for_each: steps.a.list}}", "workflow.root-not-here 2:50"),
      ("name: w\nsteps: {a: {uses: a/b}}\nchecks: [{that: steps.a.x}]", "workflow.root-not-here 3:17"),
      ("name: w\nsteps: {}\ndefaults: {aws: {region: \"${{ run.id }}\"}}", "workflow.root-not-here 3:31"),
      // Members of inputs and of each.
      (
        "name: w\ninputs: {site: {type: object, fields: {cidr: {type: cidr}}}}\nsteps: {a: {uses: a/b, with: {x: \"${{ inputs.site.cdir }}\"}}}",
        "workflow.unknown-member 3:39 cidr"
      ),
      (
        "name: w\ninputs: {l: {type: list, items: {type: string}}}\nsteps: {a: {uses: a/b, with: {x: \"${{ inputs.l.x }}\"}}}",
        "workflow.unknown-member 3:39"
      ),
      (
        "name: w\ninputs: {s: {type: list, items: {type: object, fields: {name: {type: string}}}}}\nsteps: {a: {uses: a/b, for_each: pairs(inputs.s), with: {x: \"${{ each.value.from.nam }}\", y: \"${{ each.value.to.name }}\", z: \"${{ each.kye }}\"}}}",
        "workflow.unknown-member 3:66 name; workflow.unknown-each-field 3:131 key"
      ),
      (
        "name: w\ninputs: {n: {type: integer, sensitive: true}}\nsteps: {a: {uses: x}}",
        "workflow.bad-use 3:19; workflow.secret-not-masked 2:10"
      ),
    ])
  func mistakes(text: String, expected: String) {
    #expect(Samples.findings(text) == expected)
  }

  @Test("in a workflows folder the name is the file's stem; elsewhere any name will do")
  func stem() throws {
    let text = "name: one\nsteps: {}"
    #expect(Samples.findings(text, file: "home/workflows/two.yaml") == "workflow.name-not-stem 1:7")
    #expect(Samples.findings(text, file: "workflows/fixtures/two.yml") == "workflow.name-not-stem 1:7")
    #expect(Samples.findings(text, file: "two.yaml") == "")
    #expect(Samples.findings(text, file: "workflows/one.yaml") == "")
  }

  @Test("all errors of a document are reported at once")
  func many() {
    let text = """
      name: w
      inputs: {a: {type: sting}}
      steps:
        one: {uses: a/b, with: {x: "${{ inputs.a }}", y: "${{ steps.two.z }}", z: "${{ inputs.b }}"}}
        two: {uses: a/b, retry: {attempts: many}}
        three: {uses: bad}
        four: {uses: a/b, needs: [three, fiv]}
      """
    #expect(
      Samples.findings(text)
        == "document.unknown-word 2:20 string; document.wrong-kind 5:38; workflow.bad-use 6:17; "
        + "workflow.unknown-input 4:82 a; workflow.unknown-step 7:36")
  }

  @Test("a file of more than 1 MiB is refused")
  func size() {
    let text = "name: w\nsteps: {}\n" + String(repeating: "#", count: 1 << 20)
    #expect(Samples.findings(text) == "yaml.too-large 1:1")
  }
}
