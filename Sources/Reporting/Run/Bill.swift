package import Basics
package import Planning
package import ProviderModel
package import RunEngine

package import struct FoundationEssentials.Date

/// What one run paid for: the receipt that its journal gives.
package struct Bill: Sendable {
  package var header: RunHeader
  package var state: RunState
  /// In the order in which they were bought.
  package var entries: [Entry]

  /// One thing that is, was or may be paid for.
  package struct Entry: Sendable {
    package var purchase: Purchase
    package var action: ActionDescription
    package var title: LocalizedText
    /// The end of the paid term, as the cloud gave it when it was last read.
    package var expires: Expiry?
    /// Whether each term is renewed and paid by itself; `nil` where the action says nothing about it.
    package var renews: Bool?

    /// The id at the cloud.
    package var identity: String? { SummaryText.identity(purchase.outputs) }

    /// Still there, or perhaps.
    package var isOpen: Bool { purchase.state != .ended }

    /// How long the paid term lasts from `now` on: negative when it is over.
    package func left(at now: Date) -> Duration? {
      guard isOpen, let end = expires?.date else { return nil }
      return .seconds(Int(end.timeIntervalSince(now).rounded()))
    }
  }

  /// - Parameter steps: The planned steps by address, also those of earlier versions of an updated run.
  package init(header: RunHeader, state: RunState, events: [RunEvent], steps: [StepAddress: PlannedStep]) {
    self.header = header
    self.state = state
    let ledger = PurchaseLedger(events) { address in steps[address].map { $0.action.billing.kind != .free } ?? false }
    let all = ledger.purchases.compactMap { purchase in steps[purchase.address].map { Entry(purchase, $0) } }
    entries = Self.settled(all)
  }

  /// Settings of a subscription say something about it, where it was bought here; otherwise they stand for it.
  private static func settled(_ all: [Entry]) -> [Entry] {
    var entries = all.filter { $0.action.billing.of == nil }
    for setting in all {
      guard let input = setting.action.billing.of else { continue }
      let subject = setting.purchase.inputs[input]?.string
      let index = entries.lastIndex { entry in
        entry.isOpen && subject != nil && entry.purchase.outputs.values.contains { $0.string == subject }
      }
      guard let index else {
        if setting.isOpen { entries.append(setting) }
        continue
      }
      if setting.isOpen { entries[index].renews = setting.renews }
    }
    return entries
  }
}

extension Bill.Entry {
  fileprivate init(_ purchase: Purchase, _ step: PlannedStep) {
    self.purchase = purchase
    action = step.action
    title = step.action.title
    let billing = step.action.billing
    expires = billing.until.flatMap { purchase.outputs[$0]?.scalarText }.flatMap(Expiry.init)
    renews = billing.renews.map { purchase.inputs[$0] == true }
    if renews == nil, billing.kind == .prepaid { renews = false }
  }
}
