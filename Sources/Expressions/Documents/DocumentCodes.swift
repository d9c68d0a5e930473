package import Basics

extension Diagnostic.Code {
  package static let documentWrongKind = Diagnostic.Code("document.wrong-kind")
  package static let documentUnknownKey = Diagnostic.Code("document.unknown-key")
  package static let documentMissingKey = Diagnostic.Code("document.missing-key")
  package static let documentEmptyText = Diagnostic.Code("document.empty-text")
  package static let documentUnknownWord = Diagnostic.Code("document.unknown-word")
  package static let documentBadDuration = Diagnostic.Code("document.bad-duration")
  package static let documentOutOfRange = Diagnostic.Code("document.out-of-range")
  package static let documentBadName = Diagnostic.Code("document.bad-name")
  package static let documentDidYouMean = Diagnostic.Code("document.did-you-mean")

  package static let fieldKeyNotForType = Diagnostic.Code("field.key-not-for-type")
  package static let fieldEmptyRange = Diagnostic.Code("field.empty-range")
  package static let fieldBadPattern = Diagnostic.Code("field.bad-pattern")
  package static let fieldEmptyEnum = Diagnostic.Code("field.empty-enum")

  package static let valueMissing = Diagnostic.Code("value.missing")
  package static let valueWrongType = Diagnostic.Code("value.wrong-type")
  package static let valueNotAllowed = Diagnostic.Code("value.not-allowed")
  package static let valueTooSmall = Diagnostic.Code("value.too-small")
  package static let valueTooLarge = Diagnostic.Code("value.too-large")
  package static let valuePattern = Diagnostic.Code("value.pattern")
  package static let valueUnknownMember = Diagnostic.Code("value.unknown-member")
  package static let valueHostBits = Diagnostic.Code("value.host-bits")
}

extension Diagnostic {
  /// The same finding with "did you mean" as a related note, when one of `candidates` is near to `name`.
  package func suggesting(_ name: String, among candidates: some Sequence<String>) -> Diagnostic {
    guard let nearest = Suggestion.nearest(to: name, in: candidates) else { return self }
    return suggesting(nearest)
  }

  /// The same finding with "did you mean `suggestion`" as a related note and as the argument `suggestion`.
  package func suggesting(_ suggestion: String) -> Diagnostic {
    var result = self
    result.arguments["suggestion"] = suggestion
    result.related.append(
      Diagnostic(.documentDidYouMean, ["suggestion": suggestion], at: location, severity: .note))
    return result
  }
}
