import Basics
import Planning
import Testing

@Suite struct InputTests {
  static let text = """
    name: w
    inputs:
      count: {type: integer, default: 2, max: 10}
      name: {type: string}
      sites: {type: list, required: false, items: {type: object, fields: {name: {type: string}, mtu: {type: integer, default: 1500}}}}
      cidr: {type: cidr, default: 10.0.0.0/8}
      flag: {type: boolean, required: false}
      password: {type: string, sensitive: true, required: false}
      version: {type: string, default: 1.10}
    checks:
      - {that: "inputs.count > `1`", message: {en: Too few., zh: 太少。}}
      - {that: "!cidr_contains(inputs.cidr, '10.9.0.0/16')"}
    steps: {a: {uses: flow/noop, with: {value: "${{ inputs.sites }}"}}}
    """

  @Test("text is converted to the type of its input, lists and objects are read as YAML, defaults are filled in")
  func conversion() throws {
    let plan = try Ground.plan(
      Self.text,
      [
        "count": "3", "name": "1.20", "sites": "[{name: bj}, {name: sh, mtu: 9000}]", "flag": "true",
        "cidr": "192.168.0.0/16",
      ])
    #expect(
      plan.inputs == [
        "count": 3, "name": "1.20", "sites": [["name": "bj", "mtu": 1500], ["name": "sh", "mtu": 9000]], "flag": true,
        "cidr": "192.168.0.0/16", "version": "1.10",
      ])
  }

  @Test(
    "every mistake in the inputs is reported at once",
    arguments: [
      ([:], "plan.missing-input 4:3"),
      (["name": "x", "cuont": 1], "plan.unknown-input count"),
      (["name": "x", "count": "many", "cidr": "10.0.0.1/8"], "value.wrong-type 3:3; value.host-bits 6:3"),
      (["name": "x", "count": 11], "value.too-large 3:3"),
      (["name": "x", "sites": "[{nam: bj}]"], "value.unknown-member 5:3 name; value.missing 5:3"),
      (["count": 1, "cidr": "nowhere"], "value.wrong-type 6:3; plan.missing-input 4:3"),
      (["name": "x", "count": 1, "cidr": "10.9.0.0/8"], "value.host-bits 6:3"),
      (["name": "x", "count": 1, "cidr": "11.0.0.0/8"], "plan.check-failed 11:12"),
      (["name": "x", "cidr": "11.0.0.0/8", "password": "short"], "plan.short-secret 8:3"),
      (["name": "x", "cidr": "11.0.0.0/8", "password": "long enough"], ""),
    ] as [([String: Value], String)])
  func mistakes(inputs: [String: Value], expected: String) {
    let found = Ground.findings(Self.text, inputs)
    #expect(found.split(separator: "; ").sorted() == expected.split(separator: "; ").sorted())
  }

  @Test("every check that fails is told, with its message in each language")
  func checks() {
    let found = Ground.diagnostics(Self.text, ["name": "x", "count": 1])
    #expect(found.map(\.code) == [.planCheckFailed, .planCheckFailed])
    #expect(found[0].arguments == ["message": "Too few.", "message.en": "Too few.", "message.zh": "太少。"])
    #expect(found[1].arguments == ["message": "!cidr_contains(inputs.cidr, '10.9.0.0/16')"])
  }

  @Test("the checks of an include hold too, where its inputs are known")
  func includedChecks() {
    let inner = """
      name: inner
      inputs: {n: {type: integer}}
      checks: [{that: "inputs.n > `1`", message: More.}]
      steps: {x: {uses: flow/noop, with: {value: "${{ inputs.n }}"}}}
      """
    let text = """
      name: w
      inputs: {list: {type: list}}
      steps:
        a: {uses: workflow/inner, for_each: inputs.list, with: {n: "${{ each.value }}"}}
      """
    let found = Ground.diagnostics(text, ["list": [2, 1]], including: [inner])
    #expect(found.map { $0.arguments["step"] } == ["a[1]"])
    let fed = "name: w\nsteps: {n: {uses: flow/noop}, a: {uses: workflow/inner, with: {n: \"${{ steps.n.value }}\"}}}"
    #expect(Ground.findings(fed, including: [inner]) == "plan.check-undecided inner.yaml:3:17")
    #expect(
      Ground.findings(text, ["list": ["x"]], including: [inner])
        == "value.wrong-type 4:62; plan.check-failed inner.yaml:3:17")
  }

  @Test(
    "what for_each runs over must be known and have good keys",
    arguments: [
      (["a b"], "plan.bad-key 3:38"), (["x", "x"], "plan.duplicate-key 3:38"),
      ([["name": "k"], "k"], "plan.duplicate-key 3:38"),
      ([""], "plan.bad-key 3:38"), ([.string(String(repeating: "k", count: 65))], "plan.bad-key 3:38"),
    ] as [([Value], String)])
  func keys(items: [Value], expected: String) {
    let text = "name: w\ninputs: {list: {type: list}}\nsteps: {a: {uses: flow/noop, for_each: inputs.list}}"
    #expect(Ground.findings(text, ["list": .list(items)]).replacing(" 3:40", with: " 3:38") == expected)
  }

  @Test("for_each is not fed by a step, not even through an include, and takes lists and maps only")
  func forEachSources() {
    let inner = "name: inner\ninputs: {l: {type: list}}\nsteps: {x: {uses: flow/noop, for_each: inputs.l}}"
    let text = "name: w\nsteps: {n: {uses: flow/noop}, a: {uses: workflow/inner, with: {l: \"${{ steps.n.value }}\"}}}"
    #expect(Ground.findings(text, including: [inner]) == "plan.for-each-unknown inner.yaml:3:40")
    let number = "name: w\ninputs: {n: {type: integer}}\nsteps: {a: {uses: flow/noop, for_each: inputs.n}}"
    #expect(Ground.findings(number, ["n": 3]) == "plan.for-each-kind 3:40")
  }

  @Test("a secret may not become a key")
  func secretKeys() {
    let scalars =
      "name: w\ninputs: {l: {type: list, sensitive: true}}\nsteps: {a: {uses: flow/noop, for_each: inputs.l}}"
    #expect(Ground.findings(scalars, ["l": ["x"]]) == "plan.sensitive-key 3:40")
    let objects = """
      name: w
      inputs: {l: {type: list, items: {type: object, fields: {name: {type: string}, key: {type: string, sensitive: true}}}}}
      steps: {a: {uses: flow/noop, for_each: inputs.l, with: {value: "${{ each.value.name }}"}}}
      """
    let secret: [String: Value] = ["l": [["name": "x", "key": "secret text"]]]
    #expect(Ground.findings(objects, secret) == "")
    for (expression, expected) in [
      ("inputs.l[?name != 'y']", ""), ("inputs.l[*].name", ""), ("inputs.l[*].key", "plan.sensitive-key 3:40"),
      ("inputs.l[0:1]", ""), ("pairs(inputs.l)", ""), ("sort_by(inputs.l, &name)", "plan.sensitive-key 3:40"),
    ] {
      let text = objects.replacing("for_each: inputs.l,", with: "for_each: \"\(expression)\",")
        .replacing("each.value.name", with: "each.key")
      #expect(Ground.findings(text, secret) == expected, "\(expression)")
    }
    #expect(Ground.findings(objects, ["l": [["name": "x", "key": "short"]]]) == "plan.short-secret 2:10")
  }
}
