package import Basics

/// Diagnostics as people read them, and as machines do.
package struct DiagnosticText: Sendable {
  package var phrases: Phrasebook
  package var style: Style

  package init(phrases: Phrasebook, style: Style) {
    self.phrases = phrases
    self.style = style
  }

  /// One finding: `file:line:column: error: sentence`, its related places indented below.
  package func lines(_ diagnostic: Diagnostic) -> [String] {
    let place = diagnostic.location.map { style.paint("\($0):", .bold) + " " } ?? ""
    let word = phrases.label("severity.\(diagnostic.severity.rawValue)")
    let ink: Style.Ink = diagnostic.severity == .error ? .red : diagnostic.severity == .warning ? .yellow : .cyan
    let sentence = phrases.text(diagnostic.code, diagnostic.arguments.mapValues(SafeText.block))
    return ["\(place)\(style.paint("\(word):", .bold, ink)) \(sentence)"]
      + diagnostic.related.flatMap { lines($0).map { "  \($0)" } }
  }

  /// All findings, sorted by place, and a count when there is more than one error.
  package func lines(_ diagnostics: Diagnostics) -> [String] {
    var lines = Self.sorted(diagnostics.all).flatMap { self.lines($0) }
    let errors = diagnostics.errors.count
    if errors > 1 { lines.append(phrases.label("errors.count", ["count": String(errors)])) }
    return lines
  }

  static func sorted(_ all: [Diagnostic]) -> [Diagnostic] {
    all.enumerated().sorted { left, right in
      guard let a = left.element.location, let b = right.element.location, a != b else {
        return left.offset < right.offset
      }
      return (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }
    .map(\.element)
  }

  /// The machine form: code, arguments and place; the sentence too, for logs.
  package func value(_ diagnostic: Diagnostic) -> Value {
    var members: [String: Value] = [
      "severity": .string(diagnostic.severity.rawValue), "code": .string(diagnostic.code.rawValue),
      "arguments": .object(diagnostic.arguments.mapValues { .string($0) }),
      "message": .string(phrases.text(diagnostic.code, diagnostic.arguments)),
    ]
    if let place = diagnostic.location {
      members["file"] = .string(place.file)
      members["line"] = .integer(place.line)
      members["column"] = .integer(place.column)
    }
    if !diagnostic.related.isEmpty { members["related"] = .list(diagnostic.related.map { value($0) }) }
    return .object(members)
  }

  /// What to do about a failure of this class, when a sentence can say so.
  func hint(_ failure: StepFailure) -> String? {
    let code = "ui.hint.\(failure.kind.rawValue)"
    return phrases.codes.contains(code) ? phrases.text(Diagnostic.Code(code)) : nil
  }

  /// A failure of a step or call: the cause in one sentence, then what the other side said.
  package func sentence(_ failure: StepFailure) -> String {
    var text = phrases.text(failure.code, failure.arguments.mapValues(SafeText.block))
    if let code = failure.vendorCode {
      let said = failure.vendorMessage.map { ": \(SafeText.line($0))" } ?? ""
      text += " [\(failure.call.map { "\($0) " } ?? "")\(SafeText.line(code))\(said)]"
    }
    if let id = failure.requestID { text += " " + phrases.label("request-id", ["id": SafeText.line(id)]) }
    return text
  }
}
