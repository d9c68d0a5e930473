internal import Basics
internal import JMESPath

/// What an expression may name.
struct ExpressionRules: Sendable {
  let roots: Set<String>
  let current: TemplateExpression.CurrentNode
}

/// Follows values through a tree without data: which paths of which roots are read, and which names are wrong.
struct ExpressionAnalysis {
  /// Where a value comes from.
  enum Origin {
    /// The object of all roots.
    case scope
    /// Parts of roots; none for a literal or something computed.
    case paths([FoundPath])

    static let computed = Origin.paths([])
  }

  private let source: JMESExpression
  private let rules: ExpressionRules
  private(set) var references: [FoundPath] = []
  private(set) var problems: [JMESPathError] = []

  /// The paths that `expression` reads and what is wrong with its names and calls.
  static func of(_ expression: JMESExpression, _ rules: ExpressionRules) -> ExpressionAnalysis {
    var analysis = ExpressionAnalysis(source: expression, rules: rules)
    analysis.read(expression.root, rules.current == .roots ? .scope : .computed)
    return analysis
  }

  private init(source: JMESExpression, rules: ExpressionRules) {
    self.source = source
    self.rules = rules
  }

  /// Notes that the whole value of `node` is read.
  private mutating func read(_ node: JMESNode, _ current: Origin) { record(origin(of: node, current)) }

  private mutating func record(_ origin: Origin) {
    switch origin {
    case .scope: wholeScope()
    case .paths(let paths): references += paths
    }
  }

  private mutating func wholeScope() {
    problems.append(
      JMESPathError(.invalidValue, .expressionWholeScope, ["roots": rootNames], offset: 0))
  }

  private var rootNames: String { rules.roots.sorted().joined(separator: ", ") }

  private mutating func origin(of node: JMESNode, _ current: Origin) -> Origin {
    switch node {
    case .current: return current
    case .literal: return .computed
    case .variable(let name): return root(name, isVariable: true)
    case .field(let name):
      guard case .paths(let paths) = current else { return root(name, isVariable: false) }
      return .paths(paths.map { $0.appending(.field(name.text)) })
    case .member(let left, let right), .pipe(let left, let right): return chain(left, right, current)
    case .index(let inner, let index):
      return .paths(paths(origin(of: inner, current)).map { $0.element(.index(index)) })
    case .projection(let projection): return project(projection, current)
    case .and(let left, let right), .or(let left, let right):
      return .paths(paths(origin(of: left, current)) + paths(origin(of: right, current)))
    case .comparison(_, let left, let right):
      read(left, current)
      read(right, current)
      return .computed
    case .not(let operand), .reference(let operand):
      read(operand, current)
      return .computed
    case .list(let elements):
      for element in elements { read(element, current) }
      return .computed
    case .object(let members):
      for member in members { read(member.value, current) }
      return .computed
    case .function(let call): return self.call(call, current)
    }
  }

  private mutating func paths(_ origin: Origin) -> [FoundPath] {
    if case .paths(let paths) = origin { return paths }
    wholeScope()
    return []
  }

  /// What a path's left side denotes is read even where the right side does not use it, as in `steps.x.{a: 'text'}`.
  private mutating func chain(_ left: JMESNode, _ right: JMESNode, _ current: Origin) -> Origin {
    let middle = origin(of: left, current)
    let known = references.count
    let result = origin(of: right, middle)
    guard case .paths(let read) = middle else { return result }
    var used = Array(references[known...])
    if case .paths(let paths) = result { used += paths }
    references += read.filter { path in !used.contains { $0.begins(with: path) } }
    return result
  }

  private mutating func project(_ projection: JMESProjection, _ current: Origin) -> Origin {
    let sources = paths(origin(of: projection.source, current))
    let element = Origin.paths(sources.map { $0.element(.wildcard) })
    if case .filter(let condition) = projection.kind { read(condition, element) }
    return .paths(paths(origin(of: projection.body, element)).map { $0.listed() })
  }

  // MARK: Calls

  private mutating func call(_ call: JMESCall, _ current: Origin) -> Origin {
    if let problem = JMESFunctions.extended.problem(of: call) {
      problems.append(problem)
      return .computed
    }
    switch call.name {
    case "at": return item(call, current)
    case "not_null":
      let all = call.arguments.map { paths(origin(of: $0, current)) }
      return .paths(all.flatMap { $0 })
    case "map": return mapped(call.arguments[0], over: call.arguments[1], current).body
    case "sort_by": return mapped(call.arguments[1], over: call.arguments[0], current, reading: true).list
    case "min_by", "max_by": return mapped(call.arguments[1], over: call.arguments[0], current, reading: true).element
    default:
      for argument in call.arguments { read(argument, current) }
      return .computed
    }
  }

  private mutating func item(_ call: JMESCall, _ current: Origin) -> Origin {
    let collection = paths(origin(of: call.arguments[0], current))
    let key = call.arguments[1]
    read(key, current)
    return .paths(collection.map { $0.element(component(key, current)) })
  }

  /// A key that reads an element of a projection cannot be evaluated by itself; then any item may be meant.
  private func component(_ key: JMESNode, _ current: Origin) -> FoundPath.Component {
    switch (key, current) {
    case (.literal, _), (_, .scope): .item(key)
    case (_, .paths): .wildcard
    }
  }

  private mutating func mapped(
    _ reference: JMESNode, over list: JMESNode, _ current: Origin, reading: Bool = false
  ) -> (body: Origin, list: Origin, element: Origin) {
    let list = paths(origin(of: list, current))
    let element = list.map { $0.element(.wildcard) }
    guard case .reference(let body) = reference else {
      // No &expression where one belongs: an error when it is evaluated.
      read(reference, current)
      return (.paths(list), .paths(list), .paths(element))
    }
    let result = paths(origin(of: body, .paths(element)))
    if reading { references += result }
    return (.paths(result.map { $0.listed() }), .paths(element.map { $0.listed() }), .paths(element))
  }

  // MARK: Roots

  private mutating func root(_ name: JMESName, isVariable: Bool) -> Origin {
    if rules.roots.contains(name.text) {
      return .paths([FoundPath(root: name.text, offset: name.offset)])
    }
    problems.append(isVariable ? unknown(name) : misuse(name) ?? unknown(name))
    return .computed
  }

  /// `true`, `"text"`: fields in JMESPath, but at the root certainly meant as literals.
  private func misuse(_ name: JMESName) -> JMESPathError? {
    if name.isQuoted {
      return JMESPathError(.invalidValue, .expressionQuotedText, ["text": name.text], offset: name.offset)
    }
    guard ["true", "false", "null"].contains(name.text) else { return nil }
    return JMESPathError(.invalidValue, .expressionBareLiteral, ["literal": name.text], offset: name.offset)
  }

  private func unknown(_ name: JMESName) -> JMESPathError {
    let arguments = ["name": name.text, "roots": rootNames]
    guard let near = Suggestion.nearest(to: name.text, in: rules.roots) else {
      return JMESPathError(.undefinedVariable, .expressionUnknownRoot, arguments, offset: name.offset)
    }
    return JMESPathError(
      .undefinedVariable, .expressionUnknownRootNear, arguments.merging(["suggestion": near]) { $1 },
      offset: name.offset)
  }
}
