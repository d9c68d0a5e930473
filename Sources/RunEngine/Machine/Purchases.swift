package import Basics

package import struct FoundationEssentials.Date

/// Something that a run paid for, or may have paid for: one row of `causeway bill`.
package struct Purchase: Hashable, Sendable {
  package enum State: String, Hashable, Sendable {
    /// It is there, and is paid for or was paid in advance.
    case standing
    /// It was taken back.
    case ended
    /// The order was announced and nobody knows whether it was taken.
    case inDoubt = "in-doubt"
  }

  package var address: StepAddress
  package var state: State
  /// The arguments of the attempt that bought it, brought up to date by later ones.
  package var inputs: [String: Value]
  /// The outputs of the step, as last known.
  package var outputs: [String: Value] = [:]
  /// When the order left.
  package var since: Date
  /// When it was taken back.
  package var until: Date?
  /// The step succeeded with it: another thing made later is another purchase.
  fileprivate var isWhole = false
}

/// Reads purchases out of a run's events: the journal is the receipt.
///
/// A thing that somebody else made (adopted), and one that was looked for and is not there, is no purchase. A step that made its thing
/// anew has one purchase for each.
package struct PurchaseLedger: Sendable {
  /// In the order in which they were made.
  package private(set) var purchases: [Purchase] = []
  private var open: [StepAddress: Int] = [:]
  private var inputs: [StepAddress: [String: Value]] = [:]
  /// When the last order of a step left.
  private var ordered: [StepAddress: Date] = [:]

  /// - Parameter isPaid: Whether the step at an address uses an action that is paid for.
  package init(_ events: [RunEvent], isPaid: (StepAddress) -> Bool) {
    for event in events {
      guard case .step(let address, let fact) = event.fact, isPaid(address) else { continue }
      take(fact, of: address, at: event.time)
    }
  }

  private mutating func take(_ fact: StepFact, of address: StepAddress, at time: Date) {
    switch fact {
    case .started(_, _, let inputs):
      self.inputs[address] = inputs
    case .intent:
      ordered[address] = time
      if open[address] == nil { add(address, .inDoubt, time) }
    case .answered: edit(address) { $0.state = .standing }
    case .refused, .personAnswered(.notCreated): drop(address)
    case .succeeded(let outputs, _, let effect): succeed(address, outputs, effect, time)
    case .undone: end(address, time)
    default: break
    }
  }

  private mutating func succeed(
    _ address: StepAddress, _ outputs: [String: Value], _ effect: Effect, _ time: Date
  ) {
    if effect == .adopted { return drop(address) }
    if effect == .created, let index = open[address], purchases[index].isWhole {
      // Made again although it was there: the first one is gone by somebody else's hand.
      end(address, ordered[address] ?? time)
    }
    if open[address] == nil, effect == .created || effect == .updated {
      add(address, .standing, ordered[address] ?? time)
    }
    // A look that ends a doubt without having found or made anything.
    if effect == .nothing || effect == .read { drop(address) }
    let known = inputs[address] ?? [:]
    edit(address) {
      $0.state = .standing
      $0.inputs = known
      $0.outputs = outputs
      $0.isWhole = true
    }
  }

  private mutating func add(_ address: StepAddress, _ state: Purchase.State, _ time: Date) {
    open[address] = purchases.count
    purchases.append(Purchase(address: address, state: state, inputs: inputs[address] ?? [:], since: time))
  }

  private mutating func edit(_ address: StepAddress, _ change: (inout Purchase) -> Void) {
    if let index = open[address] { change(&purchases[index]) }
  }

  private mutating func end(_ address: StepAddress, _ time: Date) {
    drop(address)
    edit(address) {
      $0.state = .ended
      $0.until = time
    }
    open[address] = nil
  }

  /// Forgets an order that turned out not to have been taken.
  private mutating func drop(_ address: StepAddress) {
    guard let index = open[address], purchases[index].state == .inDoubt else { return }
    purchases.remove(at: index)
    open[address] = nil
    open = open.mapValues { $0 > index ? $0 - 1 : $0 }
  }
}
