internal import Basics

/// One token with its place.
struct JMESToken: Sendable {
  enum Kind: Sendable, Hashable {
    case name(String)
    case quotedName(String)
    case variable(String)
    case number(Int)
    case literal(Value)
    case comparison(JMESComparison)
    case dot, star, comma, colon, pipe, or, and, not, current, reference
    case flatten, filter
    case leftBracket, rightBracket, leftBrace, rightBrace, leftParenthesis, rightParenthesis
    case end
  }

  let kind: Kind
  let offset: Int
  /// The scalars of the source up to which the token goes.
  let end: Int
}

extension JMESToken.Kind {
  /// How strongly the token binds what stands left of it; those of the reference implementation.
  var bindingPower: Int {
    switch self {
    case .pipe: 1
    case .or: 2
    case .and: 3
    case .comparison: 5
    case .flatten: 9
    case .star: 20
    case .filter: 21
    case .dot: 40
    case .leftBrace: 50
    case .leftBracket: 55
    case .leftParenthesis: 60
    default: 0
    }
  }

  /// A token below this ends a projection.
  static let projectionStop = 10

  /// `!` takes a whole path (`!a.b[0]` is `!(a.b[0])`) and binds stronger than comparisons.
  ///
  /// The reference implementations read `!a.b` as `(!a).b`, which is always null and no use to anybody; the suite is silent.
  static let notOperand = 8
}
