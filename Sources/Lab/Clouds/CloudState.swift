import Basics
import LabFabric

import struct FoundationEssentials.Date

/// Everything that exists in one emulated cloud: a value, changed only by calls, by what a person or a device does, and by time.
///
/// A new cloud is a folder with such a value and a `CloudFrontEnd`, and a member of `LabClouds`.
protocol CloudState: Sendable {
  associatedtype Answer: Sendable

  var core: CloudCore { get set }

  /// Answers one call whose parameters are known to be in form; changes nothing when it throws.
  mutating func answer(_ call: APICall) throws(ServiceError) -> Answer

  /// Does what time has made due.
  mutating func settle(at now: Date)

  /// When the next state changes by itself.
  func nextChange(after now: Date) -> Date?

  /// What the data plane has to be for this state.
  func world() -> WantedWorld

  /// Does what no API can make, or what a person does in a console; `nil`: not this cloud's. The value holds the outputs.
  mutating func act(_ act: LabAct) throws(ServiceError) -> Value?

  /// Takes over what a host's command came to.
  mutating func finish(_ job: CommandJob, _ outcome: CommandOutcome?)
}

extension CloudState {
  mutating func act(_ act: LabAct) throws(ServiceError) -> Value? { nil }

  mutating func finish(_ job: CommandJob, _ outcome: CommandOutcome?) {}
}

/// A `lab/NAME` action with its inputs, as a fixture or a console stand-in asks for it.
struct LabAct: Hashable, Sendable {
  /// The name after `lab/`.
  var action: String
  var inputs: Value

  subscript(name: String) -> Value { inputs[name] }

  /// A text that has to be there.
  func text(_ name: String) throws(ServiceError) -> String {
    guard let text = inputs[name].scalarText, !text.isEmpty else {
      throw ServiceError("MissingInput", "lab/\(action) needs \(name).")
    }
    return text
  }

  /// An address block that has to be there.
  func network(_ name: String) throws(ServiceError) -> IPNetwork {
    let text = try text(name)
    guard let network = IPNetwork(text) else { throw ServiceError("MalformedInput", "\(text) is no network.") }
    return network
  }

  /// An address that has to be there.
  func address(_ name: String) throws(ServiceError) -> IPAddress {
    let text = try text(name)
    guard let address = IPAddress(text) else { throw ServiceError("MalformedInput", "\(text) is no address.") }
    return address
  }
}
