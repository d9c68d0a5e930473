import Basics
import Foundation
import Planning
import ProviderModel
import Reporting
import RunEngine
import TestSupport
import Testing

@Suite("The bill")
struct BillTests {
  private static func time(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  /// A subscription, the setting that renews it, and something by the hour.
  private static func plan() -> Plan {
    var line = TestPlan.action("shop/line", billing: .prepaid)
    line.billing.until = "expires"
    var setting = TestPlan.action("shop/renewal", billing: .prepaid)
    setting.billing.of = "line"
    setting.billing.renews = "enabled"
    let host = TestPlan.action("shop/host", billing: .hourly)
    return TestPlan.make([("line", []), ("renewal", []), ("host", []), ("free", [])]) { step in
      switch step.address.text {
      case "line": step.action = line
      case "renewal": step.action = setting
      case "host": step.action = host
      default: break
      }
    }
  }

  private static func bill(_ facts: [(String, StepFact)], from start: Date, state: RunState = .succeeded) -> Bill {
    let plan = plan()
    let events = facts.enumerated().map { offset, fact in
      RunEvent(
        sequence: offset + 1, time: start.addingTimeInterval(Double(offset)), fact: .step(StepAddress(fact.0), fact.1))
    }
    let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.address, $0) })
    let header = RunHeader(plan: plan, id: "0123456789abcdef", toolVersion: "0")
    return Bill(header: header, state: state, events: events, steps: steps)
  }

  private static func bought(_ step: String, _ inputs: [String: Value], _ outputs: [String: Value]) -> [(
    String, StepFact
  )] {
    [
      (step, .started(generation: 0, attempt: 1, inputs: inputs)),
      (step, .intent(Intent(call: "shop:Buy", digest: "1"))), (step, .answered(ordinal: 0, object: .object(outputs))),
      (step, .succeeded(outputs: outputs, object: .object(outputs), effect: .created)),
    ]
  }

  private static func facts(renews: Bool) -> [(String, StepFact)] {
    bought("line", [:], ["line_id": "l-1", "expires": "1798761600000"])
      + bought("renewal", ["line": "l-1", "enabled": .bool(renews)], [:]) + bought("host", [:], ["host_id": "h-1"])
      + bought("free", [:], ["free_id": "f-1"])
  }

  private static func lines(_ bill: Bill, now: Date, soon: Duration = .seconds(14 * 86_400)) -> [String] {
    BillText(phrases: Phrasebook(.english), style: Style(isColoured: false), masker: Masker(), now: now, soon: soon)
      .lines([bill], leftOut: 0)
  }

  @Test("a subscription shows its term, and whether a setting of another step renews it", arguments: [true, false])
  func renewal(renews: Bool) throws {
    let start = try Self.time("2026-12-01T00:00:00Z")
    let bill = Self.bill(Self.facts(renews: renews), from: start)
    #expect(bill.entries.map(\.identity) == ["l-1", "h-1"])
    #expect(bill.entries[0].renews == renews && bill.entries[1].renews == nil)
    #expect(bill.entries[0].expires?.date == (try Self.time("2027-01-01T00:00:00Z")))
    let early = Self.lines(bill, now: start)
    #expect(!early.contains { $0.hasPrefix("!") })
    let late = Self.lines(bill, now: try Self.time("2026-12-22T12:00:00Z")).filter { $0.hasPrefix("!") }
    #expect(late.count == 1 && late[0].contains("9 days") && late[0].contains(renews ? "renews itself" : "does not"))
    let over = Self.lines(bill, now: try Self.time("2027-01-02T00:00:00Z")).filter { $0.hasPrefix("!") }
    #expect(over.count == 1 && over[0].contains(renews ? "has renewed" : "ended on"))
  }

  @Test("after destroy a term that ends is as it should be; one that renews itself is not", arguments: [true, false])
  func destroyed(renews: Bool) throws {
    let start = try Self.time("2026-12-30T00:00:00Z")
    let bill = Self.bill(Self.facts(renews: renews), from: start, state: .destroyed)
    #expect(Self.lines(bill, now: start).count { $0.hasPrefix("!") } == (renews ? 1 : 0))
  }

  @Test("a renewal that was set back renews nothing; one of somebody else's subscription stands for it")
  func settings() throws {
    let start = try Self.time("2026-12-01T00:00:00Z")
    let back = [
      ("renewal", StepFact.undoStarted(attempt: 2)), ("renewal", .undoIntent(Intent(call: "shop:Set", digest: "2"))),
      ("renewal", .undoAnswered(ordinal: 0)), ("renewal", .undone),
    ]
    let undone = Self.bill(Self.facts(renews: true) + back, from: start)
    #expect(undone.entries.map(\.renews) == [false, nil])
    let foreign = Self.bill(
      Self.bought("renewal", ["line": "l-9", "enabled": true], ["line_id": "l-9"]), from: start)
    #expect(foreign.entries.map(\.identity) == ["l-9"] && foreign.entries[0].renews == true)
  }

  @Test("an order whose fate is unknown is told first of all")
  func doubt() throws {
    let start = try Self.time("2026-12-01T00:00:00Z")
    let bill = Self.bill(Array(Self.facts(renews: false).prefix(2)), from: start)
    let warnings = Self.lines(bill, now: start).filter { $0.hasPrefix("!") }
    #expect(warnings.count == 1 && warnings[0].contains("causeway answer 0123456789abcdef line"))
  }

  @Test(
    "the end of a term is read in every form that the clouds use",
    arguments: [
      ("1798761600000", "2027-01-01T00:00:00Z"), ("2027-01-01T00:00Z", "2027-01-01T00:00:00Z"),
      ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), ("next year", "next year"),
    ])
  func expiry(text: String, shown: String) {
    #expect(Expiry(text)?.shown == shown)
    #expect(Expiry("") == nil)
  }
}
