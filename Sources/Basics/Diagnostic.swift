/// One finding about something that a user wrote or asked for: a stable code with arguments, and a place where there is one.
///
/// A diagnostic holds no prose. `Reporting` turns the code and its arguments into a sentence of the reader's language, with what is
/// wrong, why it matters and what to write instead. Codes are part of the machine-readable output and never change their meaning.
package struct Diagnostic: Hashable, Sendable, Error {
  /// A stable, dotted name such as `workflow.unknown-key`; declared by the target that reports it, worded by `Reporting`.
  package struct Code: RawRepresentable, Hashable, Sendable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
  }

  package enum Severity: String, Hashable, Sendable, Comparable {
    case note, warning, error
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  package var severity: Severity
  package var code: Code
  package var arguments: [String: String]
  package var location: SourceLocation?
  /// Further places that belong to the finding, each with a code of its own (the first of two definitions, the steps of a cycle).
  package var related: [Diagnostic]

  package init(
    _ code: Code, _ arguments: [String: String] = [:], at location: SourceLocation? = nil,
    severity: Severity = .error, related: [Diagnostic] = []
  ) {
    self.severity = severity
    self.code = code
    self.arguments = arguments
    self.location = location
    self.related = related
  }
}

/// Everything that is wrong with one document or one command: thrown as a whole, so that all errors are reported at once.
package struct Diagnostics: Error, Sendable, Hashable {
  package var all: [Diagnostic]

  package init(_ all: [Diagnostic] = []) { self.all = all }

  package init(_ one: Diagnostic) { self.all = [one] }

  package var errors: [Diagnostic] { all.filter { $0.severity == .error } }

  package var hasErrors: Bool { all.contains { $0.severity == .error } }

  package mutating func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }

  package mutating func add(contentsOf others: Diagnostics) { all.append(contentsOf: others.all) }

  /// Throws itself when at least one finding is an error.
  package func throwIfErrors() throws(Diagnostics) { if hasErrors { throw self } }
}
