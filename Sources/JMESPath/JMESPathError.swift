package import Basics

/// Why an expression could not be read or evaluated: a kind of the JMESPath specification, what to say, and where.
package struct JMESPathError: Error, Sendable, Hashable {
  /// The error names of the specification, and a variable that nobody handed in.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case syntax
    case invalidType = "invalid-type"
    case invalidArity = "invalid-arity"
    case unknownFunction = "unknown-function"
    case invalidValue = "invalid-value"
    case undefinedVariable = "undefined-variable"
  }

  package let kind: Kind
  package let code: Diagnostic.Code
  package let arguments: [String: String]
  /// Unicode scalars from the beginning of the source.
  package var offset: Int

  package init(_ kind: Kind, _ code: Diagnostic.Code, _ arguments: [String: String] = [:], offset: Int) {
    self.kind = kind
    self.code = code
    self.arguments = arguments
    self.offset = offset
  }

  static func syntax(_ code: Diagnostic.Code, _ arguments: [String: String] = [:], at offset: Int) -> JMESPathError {
    JMESPathError(.syntax, code, arguments, offset: offset)
  }
}

extension Diagnostic.Code {
  package static let jmesUnexpectedCharacter = Diagnostic.Code("jmespath.unexpected-character")
  package static let jmesSingleEquals = Diagnostic.Code("jmespath.single-equals")
  package static let jmesUnclosed = Diagnostic.Code("jmespath.unclosed")
  package static let jmesBadLiteral = Diagnostic.Code("jmespath.bad-literal")
  package static let jmesBadName = Diagnostic.Code("jmespath.bad-name")
  package static let jmesUnexpectedToken = Diagnostic.Code("jmespath.unexpected-token")
  package static let jmesUnexpectedEnd = Diagnostic.Code("jmespath.unexpected-end")
  package static let jmesBareNumber = Diagnostic.Code("jmespath.bare-number")
  package static let jmesNumberRange = Diagnostic.Code("jmespath.number-range")
  package static let jmesQuotedFunction = Diagnostic.Code("jmespath.quoted-function")
  package static let jmesNotAFunction = Diagnostic.Code("jmespath.not-a-function")
  package static let jmesReferencePlace = Diagnostic.Code("jmespath.reference-place")
  package static let jmesTooDeep = Diagnostic.Code("jmespath.too-deep")
  package static let jmesTooLong = Diagnostic.Code("jmespath.too-long")
  package static let jmesSliceStep = Diagnostic.Code("jmespath.slice-step")
  package static let jmesUnknownFunction = Diagnostic.Code("jmespath.unknown-function")
  package static let jmesUnknownFunctionNear = Diagnostic.Code("jmespath.unknown-function-near")
  package static let jmesArgumentCount = Diagnostic.Code("jmespath.argument-count")
  package static let jmesArgumentType = Diagnostic.Code("jmespath.argument-type")
  package static let jmesKeyType = Diagnostic.Code("jmespath.key-type")
  package static let jmesUndefinedVariable = Diagnostic.Code("jmespath.undefined-variable")
}
