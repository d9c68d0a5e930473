package import Basics
package import JMESPath

/// What an expression reads, found without evaluating it: `steps.x[*].y`, `at(steps.x, each.key).y`, `inputs.site.cidr`.
///
/// A path may be shorter than what is read, never longer: `to_string(steps.x)` reads all of `steps.x`.
package struct Reference: Sendable, Hashable {
  package enum Component: Sendable, Hashable {
    /// `.name`.
    case field(String)
    /// `[number]`.
    case index(Int)
    /// Every element, or some that cannot be told beforehand: `[*]`, `*`, `[]`, `[1:]`, `[?...]`.
    case wildcard
    /// The element that `at(collection, key)` takes.
    case item(ItemKey)
  }

  package let root: String
  package let path: [Component]
  /// The root's name in the file.
  package let location: SourceLocation
}

extension Reference {
  /// The key of `at(collection, key)`, to be evaluated when what it reads is known.
  package struct ItemKey: Sendable, Hashable {
    private let expression: JMESExpression
    private let location: SourceLocation

    init(_ node: JMESNode, of source: String, location: SourceLocation) {
      expression = JMESExpression(part: node, of: source)
      self.location = location
    }

    package var node: JMESNode { expression.root }

    /// The key's text; `nil` when it is null, a list or an object.
    package func text(_ scope: Scope) throws(ExpressionError) -> String? {
      let value: Value
      do throws(JMESPathError) {
        value = try expression.evaluate(scope.current, variables: scope.variables, functions: .extended)
      } catch {
        throw ExpressionError(Diagnostic(error.code, error.arguments, at: location))
      }
      return value.isNull ? nil : value.scalarText
    }
  }
}

extension Reference: CustomStringConvertible {
  package var description: String {
    path.reduce(root) { text, component in
      switch component {
      case .field(let name): "\(text).\(name)"
      case .index(let index): "\(text)[\(index)]"
      case .wildcard: "\(text)[*]"
      case .item: "\(text)[key]"
      }
    }
  }
}
