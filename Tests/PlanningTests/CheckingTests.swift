import Basics
import Planning
import Testing

@Suite struct CheckingTests {
  @Test(
    "each mistake against the catalog is reported at its own place",
    arguments: [
      ("a: {uses: aws/ec2.instnace}", "plan.unknown-action 3:13 aws/ec2.instance"),
      ("a: {uses: asw/ec2.instance}", "plan.unknown-action 3:13 aws/ec2.instance"),
      ("a: {uses: aws/ec2.instance}", "plan.missing-argument 3:13"),
      (
        "a: {uses: aws/ec2.route, with: {region: r}}",
        "plan.missing-argument 3:13; plan.missing-argument 3:13; plan.missing-argument 3:13"
      ),
      ("a: {uses: aws/ec2.instance, with: {region: r, nmae: x}}", "plan.unknown-argument 3:49 name"),
      ("a: {uses: aws/ec2.instance, with: {region: r, size: big}}", "value.wrong-type 3:55"),
      ("a: {uses: aws/ec2.instance, with: {region: r, size: 9}}", "value.too-large 3:55"),
      ("a: {uses: aws/ec2.instance, with: {region: r, cidr: 10.0.0.1/8}}", "value.host-bits 3:55"),
      ("a: {uses: aws/ec2.instance, with: {region: r, disks: [{size: 1, knid: x}]}}", "value.unknown-member 3:56 kind"),
      ("a: {uses: aws/ec2.instance, with: {region: r, tags: [x]}}", "value.wrong-type 3:55"),
      ("a: {uses: aws/ec2.instance, with: {region: r, size: \"${{ inputs.flag }}\"}}", "plan.wrong-type 3:60"),
      (
        "a: {uses: aws/ec2.instance, with: {region: r, cidr: \"${{ length(inputs.list) == `1` }}\"}}",
        "value.wrong-type 3:55"
      ),
      ("a: {uses: aws/ec2.instance, with: {region: r, tags: \"x${{ inputs.flag }}\"}}", "plan.wrong-type 3:55"),
      (
        "a: {uses: aws/ec2.instance, with: {region: r, disks: [{size: \"${{ inputs.list }}\"}]}}",
        "plan.wrong-type 3:69"
      ),
      (
        "a: {uses: aws/ec2.key}\n  b: {uses: flow/noop, with: {value: \"${{ steps.a.idd }}\"}}",
        "plan.unknown-output 4:43 id"
      ),
      (
        "a: {uses: aws/ec2.key, for_each: inputs.list}\n  b: {uses: flow/noop, with: {value: \"${{ steps.a.id }}\"}}",
        "plan.group-needs-item 4:43"
      ),
      (
        "a: {uses: aws/ec2.key, for_each: inputs.list}\n  b: {uses: flow/noop, with: {value: \"${{ steps.a[*].idd }}\"}}",
        "plan.unknown-output 4:43 id"
      ),
      (
        "a: {uses: aws/ec2.key}\n  b: {uses: flow/noop, with: {value: \"${{ at(steps.a, 'x').id }}\"}}",
        "plan.item-of-single-step 4:46"
      ),
      ("a: {uses: flow/noop, when: \"'text'\"}", "plan.not-boolean 3:30"),
      ("a: {uses: flow/noop, when: inputs.list}", "plan.not-boolean 3:30"),
      ("a: {uses: workflow/missing}", "plan.unknown-workflow 3:13"),
      ("a: {uses: workflow/one-sitr}", "plan.unknown-workflow 3:13 one-site"),
      (
        "a: {uses: workflow/one-site, with: {cidr: 10.0.0.0/8, regoin: x}}",
        "plan.unknown-argument 3:57 region; plan.missing-argument 3:13"
      ),
      (
        "a: {uses: workflow/one-site, with: {cidr: 10.0.0.0/8, region: x}}\n  b: {uses: flow/noop, with: {value: \"${{ steps.a.adress }}\"}}",
        "plan.unknown-output 4:43 address"
      ),
      ("a: {uses: lab/image}", "plan.lab-action-outside-fixture 3:13"),
      (
        "a: {uses: manual/step, with: {text: x, until: {uses: probe/pong, evry: 5s}}}",
        "document.unknown-key 3:68 every; plan.unknown-action 3:56 probe/ping"
      ),
      (
        "a: {uses: manual/step, with: {text: x, until: {uses: probe/ping, with: {from: local, too: x}, every: 5}}}",
        "document.bad-duration 3:104; plan.unknown-argument 3:88 to; plan.missing-argument 3:74"
      ),
      (
        "a: {uses: manual/step, with: {text: x, outputs: {n: {type: string}}}}\n  b: {uses: flow/noop, with: {value: \"${{ steps.a.m }}\"}}",
        "plan.unknown-output 4:43 n"
      ),
    ])
  func mistakes(steps: String, expected: String) {
    let text =
      "name: w\ninputs: {flag: {type: boolean, default: true}, list: {type: list, default: [x]}}\nsteps:\n  \(steps)"
    #expect(Ground.findings(text, including: [ExpansionTests.oneSite], shift: 1) == expected)
  }

  @Test("names at the head of the file are checked too")
  func head() {
    let text = """
      name: w
      accounts: {partner: {provider: asw}, mine: {provider: flow}}
      defaults: {aws: {regoin: x}, azur: {}}
      steps: {a: {uses: aws/ec2.key, account: mine}}
      """
    #expect(
      Ground.findings(text)
        == "plan.unknown-default 3:18 region; plan.unknown-provider 3:30; plan.unknown-provider 2:12 aws; "
        + "plan.account-of-other-provider 4:41")
  }

  @Test("an account may be an expression over inputs, but not over what steps give")
  func accounts() throws {
    let inner = """
      name: inner
      accounts: {partner: {provider: aws}}
      inputs: {who: {type: string}}
      steps: {a: {uses: aws/ec2.key, account: "${{ inputs.who }}"}}
      """
    let text = """
      name: w
      steps: {q: {uses: flow/noop}, a: {uses: workflow/inner, with: {who: WHO}}}
      """
    let known = text.replacing("WHO", with: "partner")
    #expect(try Ground.plan(known, including: [inner]).step("a/a")?.account == "partner")
    #expect(
      Ground.findings(text.replacing("WHO", with: "partnr"), including: [inner])
        == "plan.unknown-account inner.yaml:4:41 partner")
    #expect(
      Ground.findings(text.replacing("WHO", with: "\"${{ steps.q.value }}\""), including: [inner])
        == "plan.account-not-known inner.yaml:4:41")
  }

  @Test("errors of an include are reported once, in its own file")
  func include() {
    let inner = "name: inner\nsteps: {x: {uses: aws/nothing}}"
    let text = "name: w\nsteps: {a: {uses: workflow/inner}, b: {uses: workflow/inner}}"
    #expect(Ground.findings(text, including: [inner]) == "plan.unknown-action inner.yaml:2:19")
    let broken = "name: inner\nstep: {}"
    #expect(Ground.findings(text, including: [broken]).hasPrefix("document.unknown-key inner.yaml:2:1 steps"))
  }

  @Test("an include of itself, and one deeper than 8, are refused")
  func depth() {
    let chain = (1...9).map { "name: w\($0)\nsteps: {x: {uses: workflow/w\($0 + 1)}}" }
    let last = "name: w9\nsteps: {x: {uses: flow/noop}}"
    let root = "name: w\nsteps: {x: {uses: workflow/w2}}"
    #expect(Ground.findings(root, including: chain.dropFirst().dropLast() + [last]) == "")
    let deeper = "name: w\nsteps: {x: {uses: workflow/w1}}"
    #expect(Ground.findings(deeper, including: chain.dropLast() + [last]) == "plan.include-depth w8.yaml:2:19")
    let both = "name: w\nsteps: {x: {uses: workflow/w2}, y: {uses: workflow/w1}}"
    #expect(Ground.findings(both, including: chain.dropLast() + [last]) == "plan.include-depth w1.yaml:2:19")
    let own = "name: a\nsteps: {x: {uses: workflow/b}}"
    let other = "name: b\nsteps: {x: {uses: workflow/a}}"
    let finding = Ground.diagnostics(own, including: [own, other]).first
    #expect(finding?.arguments["cycle"] == "a -> b -> a")
  }

  @Test("a required argument that a conditional step feeds is warned of, unless both have the same condition")
  func conditional() {
    let text = """
      name: w
      inputs: {go: {type: boolean}}
      steps:
        a: {uses: aws/ec2.key, when: inputs.go}
        b: {uses: aws/ec2.instance, with: {region: "${{ steps.a.id }}"}}
        c: {uses: aws/ec2.instance, when: inputs.go, with: {region: "${{ steps.a.id }}"}}
        d: {uses: aws/ec2.instance, with: {region: x, name: "${{ steps.a.id }}"}}
      """
    #expect(Ground.findings(text, ["go": true]) == "plan.required-from-conditional 5:51")
  }
}
