/// The keys that provider files may hold, mapping by mapping: what the readers know and what the JSON Schema offers.
package enum ProviderKeys {
  /// `provider.yaml`.
  package static let provider = ["title", "protocol", "credentials", "throttle", "identity", "errors", "actions"]
  package static let credentials = ["environment", "files"]
  package static let throttle = ["rate", "concurrent"]
  /// A product file.
  package static let product = [
    "product", "version", "endpoint", "endpoints", "signing_name", "signing_region", "old_signature", "json_target",
    "method", "methods", "form_parameters", "errors", "actions",
  ]
  package static let action = [
    "title", "help", "inputs", "outputs", "billing", "doubt", "adopt", "find", "match", "read", "busy", "create",
    "update", "compare", "checks", "wait", "undo", "gone", "goes_with", "serialize", "errors",
  ]
  package static let call = ["call", "with", "path", "pick", "when", "ignore"]
  package static let billing = ["kind", "note", "until", "renews", "of"]
  package static let doubt = ["by", "patience", "not_found", "duplicates"]
  package static let goesWith = ["action", "input", "output"]
  package static let comparison = ["value", "as"]
  package static let check = ["that", "message"]
  package static let wait = ["until", "failed", "timeout"] + call
  package static let undoNone = ["none"]
  /// What an output has besides the keys of a field.
  package static let output = ["value"]
}
