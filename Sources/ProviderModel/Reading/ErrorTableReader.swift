internal import Basics
internal import Expressions
internal import YAMLText

/// Reads `errors: {class: [codes]}`.
enum ErrorTableReader {
  /// The classes that a vendor's code can have; the others are the engine's own.
  static let classes: [FailureClass] = [
    .throttled, .transient, .notYet, .expired, .clock, .alreadyExists, .notFound, .inUse, .conflict, .denied, .quota,
    .invalid, .unknown,
  ]

  static func table(_ mapping: MappingReader, _ findings: inout Diagnostics) -> ErrorTable {
    guard let node = mapping["errors"] else { return ErrorTable() }
    let names = classes.map(\.rawValue)
    guard let errors = MappingReader(node, part: mapping.path("errors"), keys: names, &findings) else {
      return ErrorTable()
    }
    var patterns: [FailureClass: [String]] = [:]
    var owners: [String: FailureClass] = [:]
    for kind in classes {
      for (pattern, location) in errors.texts(kind.rawValue, &findings) {
        checkStatus(pattern, location, &findings)
        if let owner = owners.updateValue(kind, forKey: pattern) {
          let arguments = ["code": pattern, "first": owner.rawValue, "second": kind.rawValue]
          findings.add(Diagnostic(.providerErrorTwice, arguments, at: location))
        }
        patterns[kind, default: []].append(pattern)
      }
    }
    return ErrorTable(patterns)
  }

  private static func checkStatus(_ pattern: String, _ location: SourceLocation, _ findings: inout Diagnostics) {
    guard pattern.hasPrefix("http:") else { return }
    if let status = Int(pattern.dropFirst(5)), (100...599).contains(status) { return }
    findings.add(Diagnostic(.providerBadStatus, ["text": pattern], at: location))
  }
}
