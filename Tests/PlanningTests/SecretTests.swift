import Basics
import Planning
import Testing

@Suite struct SecretTests {
  static let text = """
    name: w
    inputs:
      password: {type: string, sensitive: true}
      site: {type: object, fields: {name: {type: string}, key: {type: string, sensitive: true}}}
      sites: {type: list, items: {type: object, fields: {name: {type: string}, key: {type: string, sensitive: true}}}}
    steps:
      key: {uses: aws/ec2.key, with: {secret: "x-${{ inputs.password }}"}}
      open: {uses: aws/ec2.key, with: {secret: "${{ inputs.site.name }}"}}
      passed: {uses: flow/noop, with: {value: "${{ sha256(steps.key.text) }}"}}
      after: {uses: flow/noop, with: {value: {deep: ["${{ steps.passed.value }}"]}}}
      id: {uses: flow/noop, with: {value: "${{ steps.key.id }}"}}
      made: {uses: flow/noop, with: {value: "${{ steps.id.value }}${{ steps.open.material }}"}}
      member: {uses: flow/noop, with: {value: "${{ inputs.site.key }}"}}
      whole: {uses: flow/noop, with: {value: "${{ inputs.site }}"}}
      names: {uses: flow/noop, for_each: inputs.sites, with: {value: "${{ each.value.name }}"}}
      keys: {uses: flow/noop, for_each: pairs(inputs.sites), with: {value: "${{ each.value.from.key }}"}}
      all: {uses: flow/noop, with: {value: "${{ steps.keys[*].value }}"}}
      inside: {uses: workflow/inner, with: {v: "${{ steps.after.value }}", w: "${{ steps.id.value }}"}}
      hand: {uses: manual/step, with: {text: t, outputs: {token: {type: string, sensitive: true}, n: {type: string}}}}
      token: {uses: flow/noop, with: {value: "${{ steps.hand.token }}"}}
      number: {uses: flow/noop, with: {value: "${{ steps.hand.n }}"}}
    outputs: {a: "${{ steps.inside.v }}", b: "${{ steps.inside.w }}", c: "${{ steps.all.value }}", d: "${{ inputs.site.name }}"}
    """

  static let inner = """
    name: inner
    inputs: {v: {type: any}, w: {type: any}}
    steps:
      v: {uses: flow/noop, with: {value: "${{ inputs.v }}"}}
      w: {uses: flow/noop, with: {value: "${{ inputs.w }}"}}
    outputs: {v: "${{ steps.v.value }}", w: "${{ steps.w.value }}"}
    """

  static let inputs: [String: Value] = [
    "password": "correct horse", "site": ["name": "bj", "key": "battery staple"],
    "sites": [["name": "bj", "key": "first secret"], ["name": "sh", "key": "second secret"]],
  ]

  @Test("a value that is derived from a sensitive one is sensitive, and nothing else is")
  func flow() throws {
    let plan = try Ground.plan(Self.text, Self.inputs, including: [Self.inner])
    let secret = Set(plan.steps.filter { !$0.sensitiveInputs.isEmpty }.map(\.address.text))
    #expect(
      secret == [
        "key", "passed", "after", "made", "member", "whole", "keys[0]", "keys[1]", "all", "inside/v", "token",
      ])
    #expect(plan.step("key")?.sensitiveOutputs == ["material", "text"])
    #expect(plan.step("open")?.sensitiveOutputs == ["material"])
    #expect(plan.step("hand")?.sensitiveOutputs == ["token"])
    #expect(plan.step("inside/w")?.sensitiveOutputs == [])
    #expect(plan.outputs.map(\.sensitive) == [true, false, true, false])
    #expect(plan.sensitiveInputs == ["password", "site", "sites"])
  }
}

@Suite struct DigestTests {
  @Test("the same texts and inputs give the same digest; any change gives another")
  func determinism() throws {
    let text = SecretTests.text
    let digest = try Ground.plan(text, SecretTests.inputs, including: [SecretTests.inner]).digest
    for _ in 0..<3 {
      #expect(try Ground.plan(text, SecretTests.inputs, including: [SecretTests.inner]).digest == digest)
    }
    var inputs = SecretTests.inputs
    inputs["password"] = "correct hors"
    let variants = [
      try Ground.plan(text, inputs, including: [SecretTests.inner]).digest,
      try Ground.plan(text + "\n", SecretTests.inputs, including: [SecretTests.inner]).digest,
      try Ground.plan(text, SecretTests.inputs, including: [SecretTests.inner + "\n"]).digest,
    ]
    #expect(Set(variants + [digest]).count == 4)
    #expect(digest.count == 64)
  }

  @Test("the way to a host and the probe of a manual step count as used, wherever they are named")
  func namedProviders() throws {
    let text = """
      name: w
      inputs: {login: {type: host}}
      steps:
        m: {uses: manual/step, with: {text: x, until: {uses: probe/ping, with: {from: "${{ inputs.login }}", to: x}}}}
      """
    let plan = try Ground.plan(text, ["login": "{via: aws/ec2.command, region: r}"])
    #expect(
      plan.sources.map(\.path) == [
        "w.yaml", "providers/aws/provider.yaml", "providers/manual/provider.yaml", "providers/probe/provider.yaml",
      ])
  }

  @Test("the sources are the workflow, its includes and the files of the providers in use")
  func sources() throws {
    let plan = try Ground.plan(SecretTests.text, SecretTests.inputs, including: [SecretTests.inner])
    #expect(
      plan.sources.map(\.path) == [
        "w.yaml", "inner.yaml", "providers/aws/provider.yaml", "providers/flow/provider.yaml",
        "providers/manual/provider.yaml",
      ])
  }
}

extension SecretTests {
  @Test("of an input with sensitive fields inside, those fields are secrets and the rest is none")
  func nested() throws {
    let plan = try Ground.plan(
      """
      name: w
      inputs:
        sites:
          type: list
          items: {type: object, fields: {name: {type: string}, login: {type: host, sensitive: true, required: false}, way: {type: host, required: false}}}
      steps: {s: {uses: flow/noop, for_each: inputs.sites}}
      """,
      [
        "sites": [
          ["name": "singapore", "login": ["address": "10.0.0.4", "password": "correct horse"]],
          ["name": "frankfurt", "way": ["address": "10.0.0.5", "user": "root", "password": "battery staple"]],
        ]
      ])
    #expect(plan.secrets == [["address": "10.0.0.4", "password": "correct horse"], "battery staple"])
    #expect(plan.sensitiveInputs == ["sites"], "the whole list is encrypted at rest")
  }

  @Test("a filter over pairs hides only what is secret of a pair")
  func filteredPairs() throws {
    let plan = try Ground.plan(
      """
      name: w
      inputs: {sites: {type: list, items: {type: object, fields: {name: {type: string}, key: {type: string, sensitive: true}}}}}
      steps:
        from: {uses: flow/noop, for_each: "pairs(inputs.sites)[?from.key]", with: {value: "${{ each.value.from.key }}"}}
        to: {uses: flow/noop, for_each: "pairs(inputs.sites)[?from.key]", with: {value: "${{ each.value.to.name }}"}}
      """, ["sites": [["name": "bj", "key": "first secret"], ["name": "sh", "key": "second secret"]]])
    #expect(plan.step("from[0]")?.sensitiveInputs == ["value"])
    #expect(plan.step("to[0]")?.sensitiveInputs == [])
  }
}
