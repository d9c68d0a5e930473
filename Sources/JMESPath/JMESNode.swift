package import Basics

/// The syntax tree of an expression.
///
/// Offsets count Unicode scalars from the beginning of the source.
package indirect enum JMESNode: Sendable, Hashable {
  /// `@`, and what stands implicitly before a leading `[*]`, `*` or `[0]`.
  case current
  /// `name` or `"name"`: a member of the current node.
  case field(JMESName)
  /// `$name`: a value handed in by its name, the same inside filters and projections.
  case variable(JMESName)
  /// `` `json` `` or `'text'`.
  case literal(Value, offset: Int)
  /// `left.right`: the right side with the left side's result as its current node.
  case member(JMESNode, JMESNode)
  /// `left | right`: as `member`, and ends projections.
  case pipe(JMESNode, JMESNode)
  /// `source[number]`; negative counts from the end.
  case index(JMESNode, Int)
  case projection(JMESProjection)
  case comparison(JMESComparison, JMESNode, JMESNode)
  case and(JMESNode, JMESNode)
  case or(JMESNode, JMESNode)
  case not(JMESNode)
  /// `[a, b]`.
  case list([JMESNode])
  /// `{a: x, b: y}`.
  case object([JMESMember])
  case function(JMESCall)
  /// `&expression`, an argument of functions only.
  case reference(JMESNode)
}

/// A name as it is written in an expression.
package struct JMESName: Sendable, Hashable {
  package let text: String
  /// Written as `"name"`.
  package let isQuoted: Bool
  package let offset: Int
}

/// A source whose elements each go through a body; null results are left out.
package struct JMESProjection: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// `[*]`.
    case elements
    /// `*`: the values of an object, by sorted keys.
    case values
    /// `[]`: lists inside the list are opened up first.
    case flatten
    case slice(JMESSlice)
    /// `[?condition]`.
    case filter(JMESNode)
  }

  package let kind: Kind
  package let source: JMESNode
  /// Evaluated on each element; `.current` when nothing follows.
  package let body: JMESNode
}

/// `[start:stop:step]`; the step is never 0.
package struct JMESSlice: Sendable, Hashable {
  package let start: Int?
  package let stop: Int?
  package let step: Int
}

package enum JMESComparison: String, Sendable, Hashable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// One `key: expression` of a multi-select hash.
package struct JMESMember: Sendable, Hashable {
  package let key: String
  package let value: JMESNode
}

/// `name(arguments)`.
package struct JMESCall: Sendable, Hashable {
  package let name: String
  package let arguments: [JMESNode]
  package let offset: Int
}
