import Basics
import Planning
import Testing

@Suite struct ExpansionTests {
  static let oneSite = """
    name: one-site
    inputs: {cidr: {type: cidr}, region: {type: string}}
    steps:
      host: {uses: aws/ec2.instance, with: {region: "${{ inputs.region }}", cidr: "${{ inputs.cidr }}"}}
      deploy: {uses: flow/noop, with: {value: "${{ steps.host.public_ip }}"}}
    outputs:
      address: "${{ steps.host.private_ip }}"
      interface: "${{ steps.host.eni }}"
      shell: {address: "${{ steps.host.public_ip }}", user: root}
    """

  static let sites = """
    name: sites
    inputs:
      sites: {type: list, items: {type: object, fields: {name: {type: string}, cidr: {type: cidr}, region: {type: string}}}}
    steps:
      site:
        uses: workflow/one-site
        for_each: inputs.sites
        with: {cidr: "${{ each.value.cidr }}", region: "${{ each.value.region }}"}
      verify:
        uses: probe/ping
        for_each: pairs(inputs.sites)
        with: {from: "${{ at(steps.site, each.value.from.name).shell }}", to: "${{ at(steps.site, each.value.to.name).address }}"}
    outputs: {addresses: "${{ steps.site[*].address }}", beijing: "${{ at(steps.site, 'bj').address }}"}
    """

  static let twoSites: [String: Value] = [
    "sites": [
      ["name": "bj", "cidr": "10.1.0.0/24", "region": "pek3"], ["name": "sh", "cidr": "10.2.0.0/24", "region": "sh1a"],
    ]
  ]

  @Test("for_each over an include and over pairs: addresses, edges to one instance only, no barrier")
  func forEachExample() throws {
    let plan = try Ground.plan(Self.sites, Self.twoSites, including: [Self.oneSite])
    #expect(
      plan.graph == [
        "site[bj]/host", "site[bj]/deploy <- site[bj]/host", "site[sh]/host", "site[sh]/deploy <- site[sh]/host",
        "verify[0] <- site[bj]/host, site[sh]/host", "verify[1] <- site[bj]/host, site[sh]/host",
      ])
    #expect(
      plan.steps.map(\.group.text) == [
        "site[bj]/host", "site[bj]/deploy", "site[sh]/host", "site[sh]/deploy", "verify", "verify",
      ])
    #expect(plan.argument("site[sh]/host", "cidr")?.value == .known("10.2.0.0/24"))
    #expect(plan.argument("verify[0]", "to")?.value == .unknown(.string, after: [StepAddress("site[sh]/host")]))
    #expect(plan.positions(within: StepAddress("site")) == [0, 1, 2, 3])
    #expect(plan.positions(within: StepAddress("site[bj]")) == [0, 1])
    #expect(plan.outputs.map(\.name) == ["addresses", "beijing"])
    #expect(plan.outputs[1].value == .unknown(nil, after: [StepAddress("site[bj]/host")]))
  }

  @Test("the values of the example flow through the include's outputs, by key and in order")
  func forEachValues() throws {
    let plan = try Ground.plan(Self.sites, Self.twoSites, including: [Self.oneSite])
    let outputs: [String: Value] = [
      "site[bj]/host": ["public_ip": "1.1.1.1", "private_ip": "10.1.0.4", "eni": "e1"],
      "site[sh]/host": ["public_ip": "2.2.2.2", "private_ip": "10.2.0.4", "eni": "e2"],
    ]
    #expect(
      try plan.decide("verify[1]", outputs)
        == .run(inputs: ["from": ["address": "2.2.2.2", "user": "root"], "to": "10.1.0.4", "count": 4]))
    #expect(try plan.final(outputs) == ["addresses": ["10.1.0.4", "10.2.0.4"], "beijing": "10.1.0.4"])
  }

  @Test("an include is no barrier: the route waits for the host alone")
  func includeExample() throws {
    let text = """
      name: w
      inputs: {cidr: {type: cidr}, region: {type: string}, vpc_cidr: {type: cidr}, table: {type: string}}
      defaults: {aws: {region: "${{ inputs.region }}"}}
      steps:
        site: {uses: workflow/one-site, with: {cidr: "${{ inputs.cidr }}", region: "${{ inputs.region }}"}}
        route: {uses: aws/ec2.route, with: {cidr: "${{ inputs.vpc_cidr }}", interface: "${{ steps.site.interface }}", table: "${{ inputs.table }}"}}
      """
    let inputs: [String: Value] = ["cidr": "10.1.0.0/24", "region": "r", "vpc_cidr": "10.2.0.0/16", "table": "rtb"]
    let plan = try Ground.plan(text, inputs, including: [Self.oneSite])
    #expect(plan.graph == ["site/host", "site/deploy <- site/host", "route <- site/host"])
    #expect(
      try plan.decide("route", ["site/host": ["eni": "eni-1"]])
        == .run(inputs: ["region": "r", "cidr": "10.2.0.0/16", "interface": "eni-1", "table": "rtb"]))
  }

  @Test("a list gives a list in order, a map a map; a skipped or missing instance is null")
  func groups() throws {
    let text = """
      name: w
      inputs: {names: {type: list, items: {type: string}}, sizes: {type: map, items: {type: integer}}}
      steps:
        one: {uses: flow/noop, for_each: inputs.names, with: {value: "${{ each.value }}"}}
        two: {uses: flow/noop, for_each: inputs.sizes, with: {value: "${{ each.key }}-${{ each.value }}"}}
        all: {uses: flow/noop, with: {value: "${{ steps.one }}"}}
        some: {uses: flow/noop, with: {value: "${{ steps.two.b.value }}"}}
      outputs: {list: "${{ steps.one[*].value }}", map: "${{ steps.two }}"}
      """
    let plan = try Ground.plan(text, ["names": ["x", "y"], "sizes": ["b": 2, "a": 1]])
    #expect(
      plan.graph == [
        "one[x]", "one[y]", "two[a]", "two[b]", "all <- one[x], one[y]", "some <- two[a], two[b]",
      ])
    #expect(plan.argument("two[b]", "value")?.value == .known("b-2"))
    #expect(plan.argument("all", "value")?.value == .unknown(.any, after: [StepAddress("one")]))
    #expect(try plan.decide("all", ["one[y]": ["value": "Y"]]) == .run(inputs: ["value": [nil, ["value": "Y"]]]))
    #expect(try plan.decide("some", ["two[b]": ["value": "B"]]) == .run(inputs: ["value": "B"]))
    #expect(
      try plan.final(["one[x]": ["value": 1], "one[y]": ["value": 2], "two[a]": ["value": 3]])
        == ["list": [1, 2], "map": ["a": ["value": 3], "b": nil]])
  }

  @Test("keys are a scalar's text, an object's name, else the index")
  func keys() throws {
    let text = """
      name: w
      inputs: {items: {type: list}}
      steps: {a: {uses: flow/noop, for_each: inputs.items}}
      """
    let plan = try Ground.plan(text, ["items": ["x", 7, ["name": "n"], ["other": 1], [1]]])
    #expect(plan.graph == ["a[x]", "a[7]", "a[n]", "a[3]", "a[4]"])
    #expect(try Ground.plan(text, ["items": []]).steps.isEmpty)
  }

  @Test("instances of one group may form a chain through at()")
  func chain() throws {
    let text = """
      name: w
      inputs: {hops: {type: map, items: {type: string}}}
      steps:
        hop: {uses: flow/noop, for_each: inputs.hops, with: {value: "${{ each.value == '' && 'start' || at(steps.hop, each.value).value }}"}}
      """
    // The key of the first hop is not in the group, and at() of it is never evaluated, but it must be known to exist.
    #expect(Ground.findings(text, ["hops": ["a": "", "b": "a"]]) == "plan.unknown-instance 4:102 a")
    let ring = text.replacing("each.value == '' && 'start' || ", with: "")
    #expect(
      Ground.diagnostics(ring, ["hops": ["a": "b", "b": "a"]]).map { $0.arguments["cycle"] } == [
        "hop[a] -> hop[b] -> hop[a]"
      ])
    #expect(Ground.diagnostics(ring, ["hops": ["a": "a"]]).map { $0.arguments["cycle"] } == ["hop[a] -> hop[a]"])
  }

  @Test("includes hand needs, conditions, approval, account, undo and failure policy down; a step's own word wins")
  func handedDown() throws {
    let inner = """
      name: inner
      accounts: {own: {provider: aws}}
      inputs: {x: {type: string, required: false}}
      steps:
        plain: {uses: aws/ec2.key}
        own: {uses: aws/ec2.key, account: own, approve: false, undo: auto, needs: [plain]}
        other: {uses: flow/noop}
      """
    let text = """
      name: w
      accounts: {partner: {provider: aws}}
      steps:
        before: {uses: flow/noop}
        ask: {uses: manual/step, with: {text: x, outputs: {go: {type: boolean}}}}
        site: {uses: workflow/inner, needs: before, when: steps.ask.go, approve: true, account: partner, undo: keep, on_failure: continue}
        after: {uses: flow/noop, needs: [site]}
      """
    let plan = try Ground.plan(text, including: [inner])
    #expect(
      plan.graph == [
        "before", "ask", "site/plain <- before, ask", "site/own <- before, ask, site/plain",
        "site/other <- before, ask",
        "after <- site/plain, site/own, site/other",
      ])
    let plain = try #require(plan.step("site/plain"))
    #expect(plain.explicitDependencies == [0])
    #expect(plain.condition == .unknown(after: [StepAddress("ask")]))
    #expect(plain.approve == true && plain.keepsAtDestroy && plain.continuesOnFailure && plain.account == "partner")
    let own = try #require(plan.step("site/own"))
    #expect(own.approve == false && !own.keepsAtDestroy && own.continuesOnFailure && own.account == "own")
    #expect(plan.step("site/other")?.account == nil)
    #expect(try plan.decide("site/plain", ["ask": ["go": true]]) == .run(inputs: [:]))
    #expect(try plan.decide("site/plain", ["ask": ["go": false]]) == .skip)
    #expect(try plan.decide("site/plain") == .skip)
  }

  @Test("the order is that of the file where dependencies leave a choice")
  func order() throws {
    let text = """
      name: w
      steps:
        d: {uses: flow/noop, needs: [b]}
        c: {uses: flow/noop}
        b: {uses: flow/noop, needs: [a]}
        a: {uses: flow/noop}
      """
    let plan = try Ground.plan(text)
    #expect(plan.graph == ["c", "a", "b <- a", "d <- b"])
    #expect(plan.dependants == [[], [2], [3], []])
    #expect(plan.closure(of: [2]) == [1, 2])
    #expect(plan.dependantsClosure(of: [1]) == [1, 2, 3])
  }

  @Test("more than 20,000 steps are refused, 20,000 are planned")
  func limit() throws {
    let text = """
      name: w
      inputs: {items: {type: list}}
      steps: {a: {uses: flow/noop, for_each: inputs.items, with: {value: "${{ each.key }}"}}}
      """
    let items = { (count: Int) in ["items": Value.list((0..<count).map { .integer($0) })] }
    #expect(try Ground.plan(text, items(20_000)).steps.count == 20_000)
    #expect(Ground.findings(text, items(20_001)) == "plan.too-many-steps 3:9")
  }

  @Test("a step is found by the end of its address when only one has it")
  func addressByEnding() throws {
    let part = "name: part\nsteps:\n  deploy: {uses: flow/noop}\n  many: {uses: flow/noop, for_each: \"['x', 'y']\"}\n"
    let plan = try Ground.plan(
      """
      name: w
      steps:
        host: {uses: flow/noop}
        one: {uses: workflow/part}
        two: {uses: workflow/part, for_each: "['a']"}
      """, including: [part])
    #expect(plan.address(meant: "host").text == "host")
    #expect(plan.address(meant: "one/deploy").text == "one/deploy")
    #expect(plan.address(meant: "deploy").text == "deploy", "two steps end so")
    #expect(plan.address(meant: "two[a]/many").text == "two[a]/many")
    let single = try Ground.plan("name: w\nsteps: {one: {uses: workflow/part}}", including: [part])
    #expect(single.address(meant: "deploy").text == "one/deploy")
    #expect(single.address(meant: "many").text == "one/many")
    #expect(single.address(meant: "many[x]").text == "one/many[x]")
    #expect(single.address(meant: "ploy").text == "ploy")
  }
}
