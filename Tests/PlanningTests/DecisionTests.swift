import Basics
import Planning
import Testing

@Suite struct DecisionTests {
  static let text = """
    name: w
    inputs: {go: {type: boolean, default: true}, size: {type: integer, required: false}, name: {type: string, default: n}}
    steps:
      host: {uses: aws/ec2.instance, when: inputs.go, with: {region: r, size: "${{ inputs.size }}", name: "${{ inputs.name }}-${{ run.id }}"}}
      ask: {uses: manual/step, with: {text: {en: Do it}, outputs: {go: {type: boolean}, n: {type: integer}}}}
      next: {uses: aws/ec2.instance, when: "steps.ask.go && steps.host.id != `null`", with: {region: "${{ steps.host.id }}", size: "${{ steps.ask.n }}"}}
    outputs: {ip: "${{ steps.next.private_ip }}", run: "${{ run.name }}", two: "${{ `2` }}"}
    """

  @Test("what is known is told, what is not says after which steps")
  func preview() throws {
    let plan = try Ground.plan(Self.text)
    #expect(plan.step("host")?.condition == .always)
    #expect(plan.argument("host", "region")?.value == .known("r"))
    #expect(plan.argument("host", "size")?.value == .known(nil))
    #expect(plan.argument("host", "name")?.value == .unknown(.string, after: []))
    #expect(plan.step("next")?.condition == .unknown(after: [StepAddress("host"), StepAddress("ask")]))
    #expect(plan.argument("next", "size")?.value == .unknown(.integer, after: [StepAddress("ask")]))
    #expect(
      plan.outputs.map(\.value) == [.unknown(nil, after: [StepAddress("next")]), .unknown(nil, after: []), .known(2)])
  }

  @Test("null arguments are left out, defaults of the action filled in, values converted to their types")
  func arguments() throws {
    let plan = try Ground.plan(Self.text)
    #expect(try plan.decide("host") == .run(inputs: ["region": "r", "name": "n-r1"]))
    #expect(try plan.decide("ask") == .run(inputs: ["text": ["en": "Do it"]]))
    let outputs: [String: Value] = ["host": ["id": "i-1"], "ask": ["go": true, "n": "5"]]
    #expect(try plan.decide("next", outputs) == .run(inputs: ["region": "i-1", "size": 5]))
    #expect(try plan.final(["next": ["private_ip": "10.0.0.4"]]) == ["ip": "10.0.0.4", "run": nil, "two": 2])
  }

  @Test("false and null skip a step; anything else fails it")
  func conditions() throws {
    let plan = try Ground.plan(Self.text)
    #expect(try plan.decide("next", ["host": ["id": "i-1"], "ask": ["go": false]]) == .skip)
    #expect(try plan.decide("next", ["host": ["id": "i-1"]]) == .skip)
    let failing = try Ground.plan(Self.text.replacing("steps.ask.go && ", with: "steps.ask.n || "))
    let failure = try #require(throws: StepFailure.self) { try failing.decide("next", ["ask": ["n": 1]]) }
    #expect(failure.kind == .invalid && failure.code == .stepNotBoolean)
    let never = try Ground.plan(Self.text, ["go": false])
    #expect(never.step("host")?.condition == .never)
    #expect(try never.decide("host") == .skip)
  }

  @Test("a condition with one part that is known to be false needs no other: nothing is announced as perhaps bought")
  func partlyKnown() throws {
    let part = """
      name: part
      inputs: {shared: {type: boolean}, existing: {type: string, required: false}, deep: {type: boolean, default: true}}
      steps:
        buys: {uses: aws/ec2.key, when: "inputs.deep && !inputs.shared && !inputs.existing"}
        inner: {uses: workflow/leaf, when: "!inputs.existing && !inputs.shared"}
        either: {uses: aws/ec2.key, when: "!inputs.shared || !inputs.existing"}
      """
    let leaf = "name: leaf\nsteps: {a: {uses: aws/ec2.key}}"
    let text = """
      name: w
      inputs: {shared: {type: boolean}}
      steps:
        ask: {uses: manual/step, with: {text: {en: Do it}, outputs: {id: {type: string}}}}
        part: {uses: workflow/part, with: {shared: "${{ inputs.shared }}", existing: "${{ steps.ask.id }}"}}
      """
    let shared = try Ground.plan(text, ["shared": true], including: [part, leaf])
    #expect(shared.step("part/buys")?.condition == .never)
    #expect(shared.step("part/inner/a")?.condition == .never)
    #expect(try shared.decide("part/buys", ["ask": ["id": nil]]) == .skip)
    let asked = PlannedCondition.unknown(after: [StepAddress("ask")])
    #expect(shared.step("part/either")?.condition == asked, "an alternative is left")
    let own = try Ground.plan(text, ["shared": false], including: [part, leaf])
    #expect(own.step("part/buys")?.condition == asked)
    #expect(own.step("part/inner/a")?.condition == asked)
  }

  @Test("nobody waits for a step that will be skipped")
  func skipped() throws {
    let plan = try Ground.plan(
      """
      name: w
      inputs: {old: {type: string, required: false}}
      steps:
        made: {uses: aws/ec2.key, when: "inputs.old == `null`"}
        found: {uses: aws/ec2.key, when: "inputs.old != `null`"}
        use: {uses: flow/noop, with: {value: "${{ steps.made.id || steps.found.id }}"}}
      """)
    #expect(plan.step("found")?.condition == .never)
    #expect(plan.graph.last == "use <- made, found")
    #expect(plan.argument("use", "value")?.value == .unknown(.any, after: [StepAddress("made")]))
  }

  @Test("a required input that becomes null, and a value that breaks a rule, fail the step before anything is sent")
  func failures() throws {
    let plan = try Ground.plan(
      """
      name: w
      inputs: {go: {type: boolean, default: false}}
      steps:
        a: {uses: aws/ec2.key, when: inputs.go}
        q: {uses: flow/noop}
        b: {uses: aws/ec2.instance, with: {region: "${{ steps.a.id }}"}}
        c: {uses: aws/ec2.instance, with: {region: r, size: "${{ steps.q.value }}"}}
        d: {uses: aws/ec2.instance, with: {region: "${{ cidr_network(steps.q.value) }}"}}
      """)
    #expect(
      plan.warnings.all.map { Ground.summary($0) } == [
        "plan.required-from-conditional 6:51", "plan.required-null 6:46",
      ])
    let missing = try #require(throws: StepFailure.self) { try plan.decide("b") }
    #expect(missing.kind == .invalid && missing.code == .stepMissingInput)
    #expect(missing.arguments == ["input": "region", "step": "b"])
    let large = try #require(throws: StepFailure.self) { try plan.decide("c", ["q": ["value": 100]]) }
    #expect(large.kind == .invalid && large.arguments["part"] == "c.with.size")
    let wrong = try #require(throws: StepFailure.self) { try plan.decide("d", ["q": ["value": "x"]]) }
    #expect(wrong.kind == .invalid)
  }

  @Test("an input of an include that steps feed is converted, checked and defaulted when it becomes known")
  func includeInputs() throws {
    let inner = """
      name: inner
      inputs: {n: {type: integer, default: 7, max: 9}}
      steps: {x: {uses: flow/noop, with: {value: "${{ inputs.n }}"}}}
      outputs: {n: "${{ inputs.n }}", x: "${{ steps.x.value }}"}
      """
    let text = """
      name: w
      steps:
        q: {uses: flow/noop}
        a: {uses: workflow/inner, when: "steps.q.value != `0`", with: {n: "${{ steps.q.value }}"}}
        z: {uses: flow/noop, with: {value: "${{ steps.a }}"}}
      """
    let plan = try Ground.plan(text, including: [inner])
    #expect(plan.graph == ["q", "a/x <- q", "z <- q, a/x"])
    #expect(try plan.decide("a/x", ["q": ["value": "8"]]) == .run(inputs: ["value": 8]))
    #expect(try plan.decide("a/x", ["q": ["value": nil]]) == .run(inputs: ["value": 7]))
    #expect(throws: StepFailure.self) { try plan.decide("a/x", ["q": ["value": 10]]) }
    #expect(
      try plan.decide("z", ["q": ["value": 8], "a/x": ["value": 8]]) == .run(inputs: ["value": ["n": 8, "x": 8]]))
    #expect(try plan.decide("a/x", ["q": ["value": 0]]) == .skip)
    #expect(try plan.decide("z", ["q": ["value": 0]]) == .run(inputs: [:]))
  }

  @Test("cycles through includes and values that feed themselves are shown")
  func cycles() throws {
    let inner = """
      name: inner
      inputs: {v: {type: any, required: false}}
      steps: {x: {uses: flow/noop, with: {value: "${{ inputs.v }}"}}, y: {uses: flow/noop}}
      outputs: {x: "${{ steps.x.value }}", y: "${{ steps.y.value }}", v: "${{ inputs.v }}"}
      """
    func text(_ output: String) -> String {
      """
      name: w
      steps:
        a: {uses: flow/noop, with: {value: "${{ steps.s.\(output) }}"}}
        s: {uses: workflow/inner, with: {v: "${{ steps.a.value }}"}}
      """
    }
    // The include is no barrier: its other step does not wait for `a`.
    #expect(try Ground.plan(text("y"), including: [inner]).graph == ["s/y", "a <- s/y", "s/x <- a"])
    let cycle = try #require(Ground.diagnostics(text("x"), including: [inner]).first)
    #expect(cycle.code == .planCycle && cycle.arguments["cycle"] == "a -> s/x -> a")
    #expect(cycle.related.map { $0.location?.description } == ["w.yaml:3:43", "inner.yaml:3:49"])
    let itself = "name: w\nsteps:\n  s: {uses: workflow/inner, with: {v: \"${{ steps.s.v }}\"}}"
    #expect(Ground.findings(itself, including: [inner]).hasPrefix("plan.value-cycle"))
  }
}
