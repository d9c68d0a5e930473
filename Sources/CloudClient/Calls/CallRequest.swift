import Basics
import CloudWire
import Digests
import JSONText
import ProviderModel

/// One call with every parameter known, ready to be encoded and signed.
struct CallRequest: Sendable {
  /// The name in journal, messages and traces: `cbn:CreateCen`.
  var name: String
  var wire: WireCall
  /// Asked in this order: the action's, the product's, the provider's.
  var errors: [ErrorTable]
  /// SHA-256 (hex) over operation and parameters before signing.
  var digest: String

  init(name: String, wire: WireCall, errors: [ErrorTable]) {
    self.name = name
    self.wire = wire
    self.errors = errors
    // Members are written in sorted order, so equal trees have equal digests.
    let content: Value = ["call": .string(name), "path": wire.path, "parameters": wire.parameters]
    digest = Hash.sha256Hex(JSON.text(content))
  }

  var host: String { String(wire.origin.split(separator: "/", omittingEmptySubsequences: true).last ?? "") }
}
