package import Basics

extension FieldProblem {
  /// The problem as a finding about `part`, the path of what was written; the path inside the value is appended.
  package func diagnostic(part: String, at location: SourceLocation?) -> Diagnostic {
    let inner = path.drop { $0 != "." && $0 != "[" }
    let place = part + inner
    switch rule {
    case .missing:
      return Diagnostic(.valueMissing, ["part": place], at: location)
    case .wrongType(let expected, let found):
      return Diagnostic(.valueWrongType, ["part": place, "expected": expected, "found": found], at: location)
    case .notAllowed(let allowed):
      return Diagnostic(
        .valueNotAllowed, ["part": place, "allowed": allowed.joined(separator: ", ")], at: location)
    case .tooSmall(let limit):
      return Diagnostic(.valueTooSmall, ["part": place, "limit": Self.text(limit)], at: location)
    case .tooLarge(let limit):
      return Diagnostic(.valueTooLarge, ["part": place, "limit": Self.text(limit)], at: location)
    case .pattern(let pattern):
      return Diagnostic(.valuePattern, ["part": place, "pattern": pattern], at: location)
    case .unknownMember(let suggestion):
      let finding = Diagnostic(.valueUnknownMember, ["part": place], at: location)
      return suggestion.map { finding.suggesting($0) } ?? finding
    case .hostBitsSet(let canonical):
      return Diagnostic(.valueHostBits, ["part": place, "canonical": canonical], at: location)
    }
  }

  private static func text(_ limit: Double) -> String { Value.number(limit).scalarText ?? "" }
}
