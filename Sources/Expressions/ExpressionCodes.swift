package import Basics

extension Diagnostic.Code {
  package static let expressionUnclosed = Diagnostic.Code("expression.unclosed")
  package static let expressionEmpty = Diagnostic.Code("expression.empty")
  package static let expressionMixed = Diagnostic.Code("expression.mixed")
  package static let expressionInKey = Diagnostic.Code("expression.in-key")
  package static let expressionUnknownRoot = Diagnostic.Code("expression.unknown-root")
  package static let expressionUnknownRootNear = Diagnostic.Code("expression.unknown-root-near")
  package static let expressionBareLiteral = Diagnostic.Code("expression.bare-literal")
  package static let expressionQuotedText = Diagnostic.Code("expression.quoted-text")
  package static let expressionWholeScope = Diagnostic.Code("expression.whole-scope")
  package static let expressionTextNeedsScalar = Diagnostic.Code("expression.text-needs-scalar")
  package static let expressionNotCIDR = Diagnostic.Code("expression.not-cidr")
  package static let expressionNotAddress = Diagnostic.Code("expression.not-address")
  package static let expressionHostOutside = Diagnostic.Code("expression.host-outside")
  package static let expressionNotWhole = Diagnostic.Code("expression.not-whole")
  package static let expressionNoSuchKey = Diagnostic.Code("expression.no-such-key")
  package static let expressionEmptySeparator = Diagnostic.Code("expression.empty-separator")
  package static let expressionFormatPlaceholder = Diagnostic.Code("expression.format-placeholder")
  package static let expressionFormatBrace = Diagnostic.Code("expression.format-brace")
  package static let expressionNotJSON = Diagnostic.Code("expression.not-json")
}
