import Basics
import Digests
import Foundation
import Planning
import ProviderModel
import RunEngine
import TestSupport
import Testing

@testable import Reporting

@Suite("The report of a run")
struct ReportPageTests {
  private static let canary = "s3cr3t-canary-0123"
  private static let hostile = "\"]--></style><script>alert('x')</script>\u{1B}[31m 云"

  private static func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + seconds) }

  private static func action(_ name: String, _ change: (inout ActionDescription) -> Void = { _ in })
    -> ActionDescription
  {
    var action = TestPlan.action(name)
    change(&action)
    return action
  }

  /// A purchase at one cloud, a host at another, work on the host that needs both, and a probe.
  private static func plan() -> Plan {
    var plan = TestPlan.make(
      [("sag/new", []), ("site/host", []), ("site/deploy", ["sag/new", "site/host"]), ("verify", ["site/deploy"])],
      name: "w", inputs: ["password": .string(canary), "note": .string(hostile)], sensitiveInputs: ["password"]
    ) { step in
      switch step.address.text {
      case "sag/new":
        step.action = action("alibaba/sag") { $0.billing = Billing(kind: .prepaid) }
        step.sensitiveOutputs = ["key"]
        step.title = LocalizedText(plain: hostile)
      case "site/host": step.action = action("aws/host")
      case "site/deploy": step.action = action("ssh/script")
      default: step.action = action("probe/ping")
      }
    }
    plan.workflow.title = LocalizedText(plain: hostile)
    return plan
  }

  private static func facts(_ plan: Plan, last: [StepFact]) -> [(Double, RunFact)] {
    let header = RunHeader(plan: plan, id: "0123456789abcdef", name: "n", toolVersion: "1.2.3", lab: "l")
    let step = { (address: String, fact: StepFact) in RunFact.step(StepAddress(address), fact) }
    let start = StepFact.started(generation: 0, attempt: 1, inputs: [:])
    let bought: StepFact = .succeeded(
      outputs: ["sag_id": "sag-1", "key": .string(canary)], object: .null, effect: .created)
    let made: StepFact = .succeeded(outputs: ["instance_id": "i-1"], object: .null, effect: .created)
    let deployed: StepFact = .succeeded(outputs: [:], object: .null, effect: .created)
    let answered: StepFact = .answered(ordinal: 0, object: .null)
    let buy: StepFact = .intent(Intent(call: "smartag:Create", digest: "d"))
    let run: StepFact = .intent(Intent(call: "ec2:RunInstances", digest: "d"))
    var facts: [(Double, RunFact)] = [(0, .created(header)), (0, .opened(WorkOrder()))]
    facts += [(1, step("sag/new", start)), (1.5, step("sag/new", buy)), (2, step("site/host", start))]
    facts += [(3, step("sag/new", answered)), (4, step("sag/new", bought)), (4, step("site/host", run))]
    facts += [(5, step("site/host", answered)), (6, step("site/host", made)), (6, step("site/deploy", start))]
    facts += [(9, step("site/deploy", deployed)), (9, step("verify", start))]
    facts += last.enumerated().map { (10 + Double($0), step("verify", $1)) }
    return facts + [(12, .ended(.failed, isComplete: false))]
  }

  private static func report(_ plan: Plan, _ facts: [(Double, RunFact)]) throws -> RunReport {
    let events = facts.enumerated().map { RunEvent(sequence: $0 + 1, time: time($1.0), fact: $1.1) }
    let stored = try StoredRun(events: events, holder: nil)
    let machine = try RunMachine(StepGraph(plan), events: events)
    let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.address, $0) })
    let bill = Bill(header: stored.header, state: .failed, events: events, steps: steps)
    return RunReport(
      stored: stored, state: .failed, plan: plan, machine: machine, outputs: ["key": .string(canary), "id": "x-1"],
      bill: bill)
  }

  private static let ping: StepFact = .succeeded(
    outputs: ["sent": 4, "received": 3, "loss_percent": 25, "rtt_avg_ms": .number(0.17912345)], object: .null,
    effect: .read)

  private static func page(_ report: RunReport, _ language: Language = .english) -> String {
    let masker = Masker()
    masker.add(canary)
    return ReportPage(phrases: Phrasebook(language), masker: masker).text(report)
  }

  private static func body(_ page: String) -> String { String(page.dropFirst(ReportPage.beginning.count)) }

  @Test("is well-formed, loads nothing, runs nothing, and allows its own style alone", arguments: Language.allCases)
  func selfContained(language: Language) throws {
    let failure = StepFailure(
      .probe, Diagnostic.Code("flow.assert"), ["message": Self.hostile], vendorCode: Self.hostile,
      vendorMessage: "it said \(Self.canary)")
    let plan = Self.plan()
    let page = Self.page(try Self.report(plan, Self.facts(plan, last: [.failed(failure, retryIn: nil)])), language)
    #expect(page.hasPrefix(ReportPage.beginning))
    let (elements, text) = try StrictMarkup.xml(Self.body(page))
    #expect(!elements.contains { ["script", "img", "link", "iframe", "object", "form", "base"].contains($0.name) })
    for element in elements {
      for (name, value) in element.attributes {
        #expect(!name.hasPrefix("on") && name != "style" && name != "src")
        #expect(name != "href" || value.hasPrefix("#"))
        #expect(name == "xmlns" || !value.contains("://"))
      }
    }
    let start = try #require(page.firstRange(of: "<style>")).upperBound
    let style = page[start...].prefix { $0 != "<" }
    let hash = Base64.encode(Hash.sha256(String(style)))
    let policy = elements.first { $0.attributes["http-equiv"] == "Content-Security-Policy" }?.attributes["content"]
    #expect(policy == "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'")
    #expect(!style.contains("url(") && !style.contains("@import"))
    // Anchors lead somewhere, and no two things have one name.
    let ids = elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    #expect(elements.compactMap { $0.attributes["href"]?.dropFirst() }.allSatisfy { ids.contains(String($0)) })
    // Every label has its words.
    #expect(text.firstMatch(of: /(ui|report)\.[a-z]/) == nil)
    #expect(elements.first?.attributes["lang"] == language.rawValue)
  }

  @Test("holds no secret: not of an input, an output, a workflow's output, or what another side repeated")
  func secrets() throws {
    let failure = StepFailure(
      .denied, Diagnostic.Code("flow.assert"), ["message": Self.canary], vendorCode: "X", vendorMessage: Self.canary)
    let plan = Self.plan()
    let page = Self.page(try Self.report(plan, Self.facts(plan, last: [.failed(failure, retryIn: nil)])))
    #expect(!page.contains("canary"))
    #expect(page.contains("******"))
    #expect(!page.contains("\u{1B}"))
  }

  @Test("tells the cause, the hint and the next command of a failure")
  func failure() throws {
    let plan = Self.plan()
    let failure = StepFailure(.probe, Diagnostic.Code("flow.assert"), ["message": "nothing came back"])
    let report = try Self.report(plan, Self.facts(plan, last: [.failed(failure, retryIn: nil)]))
    let text = try StrictMarkup.xml(Self.body(Self.page(report))).text
    #expect(text.contains("nothing came back"))
    #expect(text.contains("The path is not complete."))
    #expect(text.contains("causeway resume 0123456789abcdef"))
  }

  @Test("has each request, each probe with its figures, each purchase, and where the clouds meet")
  func contents() throws {
    let plan = Self.plan()
    let text = try StrictMarkup.xml(Self.body(Self.page(try Self.report(plan, Self.facts(plan, last: [Self.ping])))))
      .text
    for word in ["smartag:Create", "ec2:RunInstances", "sag-1", "i-1", "0.179", "PREPAID", "1.5 s", "deploy"] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(text.contains("Nothing failed"))
  }
}

@Suite("The topology of a run")
struct TopologyTests {
  @Test("things stand by cloud; arrows are values that flowed, through other steps too, and ids that are named")
  func arrows() {
    let providers = ["vpc": "aws/vpc", "host": "aws/host", "wait": "flow/assert", "router": "alibaba/router"]
    let plan = TestPlan.make([
      ("vpc", []), ("host", []), ("wait", ["host"]), ("router", ["wait"]), ("ping", ["router"]),
    ]) { step in
      step.action = TestPlan.action(providers[step.address.text] ?? "probe/ping")
      // Written in `needs`: it orders, and no value flows.
      if step.address.text == "ping" { step.explicitDependencies = step.dependencies }
    }
    let outputs: [String: [String: Value]] = [
      "vpc": ["vpc_id": "vpc-1"], "host": ["instance_id": "i-1", "region_id": "r-1"], "wait": [:],
      "router": ["region_id": "r-1", "router_id": "rt-1"], "ping": ["sent": 4],
    ]
    let states = [StepState](repeating: .succeeded, count: 5)
    let results = Dictionary(
      uniqueKeysWithValues: outputs.map { (StepAddress($0.key), StepResult(outputs: $0.value, effect: .created)) })
    let arguments: [StepAddress: [String: Value]] = [
      StepAddress("host"): ["network": ["id": "vpc-1"]], StepAddress("ping"): ["from": "i-1", "to": "r-1"],
    ]
    let nodes = Topology(plan, states: states, results: results, arguments: arguments).diagram.nodes
    #expect(nodes.map(\.address.text) == ["vpc", "host", "router", "ping"])
    #expect(nodes.map(\.folders) == [["aws"], ["aws"], ["alibaba"], []])
    #expect(nodes.map(\.dependencies) == [[], [0], [1], [1]])
  }
}

@Suite("Attempts and requests as the journal tells them")
struct TimelineTests {
  private static func events(_ facts: [(Double, RunFact)]) -> [RunEvent] {
    facts.enumerated().map {
      RunEvent(sequence: $0 + 1, time: Date(timeIntervalSince1970: $1.0), fact: $1.1)
    }
  }

  private static func step(_ fact: StepFact) -> RunFact { .step(StepAddress("a"), fact) }

  private static func start(_ attempt: Int) -> RunFact {
    step(.started(generation: 0, attempt: attempt, inputs: [:]))
  }

  private static let done = step(.succeeded(outputs: [:], object: .null, effect: .created))
  private static let intent = step(.intent(Intent(call: "c", digest: "d")))

  @Test("an attempt that was cut off ends with its session, and the next session follows without the time between")
  func cutOff() {
    let timeline = Timeline(
      Self.events([
        (0, .opened(WorkOrder())), (1, Self.start(1)), (3, Self.intent), (1000, .opened(WorkOrder())),
        (1001, Self.start(2)), (1004, Self.done), (1004, .ended(.done, isComplete: true)),
      ]))
    #expect(timeline.attempts.map(\.outcome) == [.open, .done])
    #expect(timeline.attempts.map { $0.end.timeIntervalSince($0.start) } == [2, 3])
    #expect(timeline.sessions.map { $0.end.timeIntervalSince($0.start) } == [3, 4])
    let scale = TimelineScale(timeline.sessions, width: 724)
    let places = [0.0, 3, 1000, 1004].map { Int(scale.place(Date(timeIntervalSince1970: $0)).rounded()) }
    #expect(places == [0, 300, 324, 724])
  }

  @Test("a lost answer is repeated, settled by a look, refused, or unknown")
  func outcomes() {
    let failure = StepFailure(.quota, Diagnostic.Code("x"))
    let outcomes = { (facts: [RunFact]) in
      RequestRecord.all(Self.events(facts.enumerated().map { (Double($0), $1) })).map(\.outcome)
    }
    #expect(outcomes([Self.intent]) == [.unknown])
    #expect(outcomes([Self.intent, Self.step(.answered(ordinal: 0, object: .null))]) == [.answered])
    #expect(outcomes([Self.intent, Self.intent, Self.done]) == [.repeated, .settled])
    #expect(outcomes([Self.intent, Self.step(.refused(ordinal: 0, failure: failure))]) == [.refused(failure)])
    #expect(outcomes([Self.intent, Self.step(.personAnswered(.notCreated)), Self.intent]) == [.notCreated, .unknown])
    #expect(
      outcomes([Self.step(.undoIntent(Intent(call: "d", digest: "d"))), Self.step(.undoAnswered(ordinal: 0))])
        == [.answered])
  }
}
