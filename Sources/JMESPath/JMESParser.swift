internal import Basics

/// Reads tokens into a tree: top-down operator precedence after the reference implementation.
struct JMESParser {
  /// The highest tree, so that neither reading, evaluating nor freeing it can exhaust the stack.
  static let deepest = 200

  private let tokens: [JMESToken]
  private let source: String
  private var position = 0
  private var depth = 0

  private init(_ source: String) throws(JMESPathError) {
    self.source = source
    tokens = try JMESLexer.tokens(of: source)
  }

  static func parse(_ source: String) throws(JMESPathError) -> JMESNode {
    var parser = try JMESParser(source)
    let tree = try parser.expression(0)
    guard parser.kind == .end else { throw parser.unexpected() }
    return tree.node
  }

  /// A node with its height.
  private struct Tree {
    let node: JMESNode
    let height: Int

    static let current = Tree(node: .current, height: 1)
  }

  private var token: JMESToken { tokens[position] }
  private var kind: JMESToken.Kind { tokens[position].kind }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private mutating func match(_ wanted: JMESToken.Kind) throws(JMESPathError) {
    guard kind == wanted else { throw unexpected() }
    advance()
  }

  private mutating func expression(_ power: Int) throws(JMESPathError) -> Tree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw tooDeep() }
    var left = try prefix()
    while power < kind.bindingPower { left = try infix(left) }
    return left
  }

  private func tree(_ node: JMESNode, _ children: Tree...) throws(JMESPathError) -> Tree {
    try tree(node, children)
  }

  private func tree(_ node: JMESNode, _ children: [Tree]) throws(JMESPathError) -> Tree {
    let height = 1 + (children.map(\.height).max() ?? 0)
    guard height <= Self.deepest else { throw tooDeep() }
    return Tree(node: node, height: height)
  }

  // MARK: What begins an expression

  private mutating func prefix() throws(JMESPathError) -> Tree {
    let start = token
    advance()
    switch start.kind {
    case .name(let name): return try tree(.field(JMESName(text: name, isQuoted: false, offset: start.offset)))
    case .quotedName(let name): return try quotedField(name, start)
    case .variable(let name): return try tree(.variable(JMESName(text: name, isQuoted: false, offset: start.offset)))
    case .literal(let value): return try tree(.literal(value, offset: start.offset))
    case .current: return .current
    case .not:
      let operand = try expression(JMESToken.Kind.notOperand)
      return try tree(.not(operand.node), operand)
    case .leftParenthesis:
      let inner = try expression(0)
      try match(.rightParenthesis)
      return inner
    case .star: return try projection(.values, of: .current, power: JMESToken.Kind.star.bindingPower)
    case .flatten: return try projection(.flatten, of: .current, power: JMESToken.Kind.flatten.bindingPower)
    case .filter: return try filter(of: .current)
    case .leftBrace: return try object()
    case .leftBracket: return try bracket(start)
    case .number(let number): throw .syntax(.jmesBareNumber, ["number": String(number)], at: start.offset)
    case .reference: throw .syntax(.jmesReferencePlace, at: start.offset)
    default: throw unexpected(start)
    }
  }

  private func quotedField(_ name: String, _ start: JMESToken) throws(JMESPathError) -> Tree {
    if kind == .leftParenthesis { throw .syntax(.jmesQuotedFunction, ["name": name], at: start.offset) }
    return try tree(.field(JMESName(text: name, isQuoted: true, offset: start.offset)))
  }

  private mutating func bracket(_ start: JMESToken) throws(JMESPathError) -> Tree {
    switch kind {
    case .number, .colon: return try indexOrSlice(of: .current)
    case .star where tokens[position + 1].kind == .rightBracket:
      advance()
      advance()
      return try projection(.elements, of: .current, power: JMESToken.Kind.star.bindingPower)
    default: return try list()
    }
  }

  // MARK: What continues an expression

  private mutating func infix(_ left: Tree) throws(JMESPathError) -> Tree {
    let start = token
    advance()
    switch start.kind {
    case .dot: return try dot(left)
    case .pipe:
      let right = try expression(start.kind.bindingPower)
      return try tree(.pipe(left.node, right.node), left, right)
    case .or:
      let right = try expression(start.kind.bindingPower)
      return try tree(.or(left.node, right.node), left, right)
    case .and:
      let right = try expression(start.kind.bindingPower)
      return try tree(.and(left.node, right.node), left, right)
    case .comparison(let comparison):
      let right = try expression(start.kind.bindingPower)
      return try tree(.comparison(comparison, left.node, right.node), left, right)
    case .flatten: return try projection(.flatten, of: left, power: start.kind.bindingPower)
    case .filter: return try filter(of: left)
    case .leftParenthesis: return try call(left, start)
    case .leftBracket:
      if case .star = kind {
        advance()
        try match(.rightBracket)
        return try projection(.elements, of: left, power: JMESToken.Kind.star.bindingPower)
      }
      return try indexOrSlice(of: left)
    default: throw unexpected(start)
    }
  }

  private mutating func dot(_ left: Tree) throws(JMESPathError) -> Tree {
    if kind == .star {
      advance()
      return try projection(.values, of: left, power: JMESToken.Kind.dot.bindingPower)
    }
    let right = try afterDot(JMESToken.Kind.dot.bindingPower)
    return try tree(.member(left.node, right.node), left, right)
  }

  private mutating func afterDot(_ power: Int) throws(JMESPathError) -> Tree {
    switch kind {
    case .name, .quotedName, .star: return try expression(power)
    case .leftBracket:
      advance()
      return try list()
    case .leftBrace:
      advance()
      return try object()
    default: throw unexpected()
    }
  }

  private mutating func call(_ left: Tree, _ opening: JMESToken) throws(JMESPathError) -> Tree {
    guard case .field(let name) = left.node, !name.isQuoted else {
      throw .syntax(.jmesNotAFunction, at: opening.offset)
    }
    var arguments: [Tree] = []
    if kind != .rightParenthesis {
      arguments.append(try argument())
      while kind == .comma {
        advance()
        arguments.append(try argument())
      }
    }
    try match(.rightParenthesis)
    let call = JMESCall(name: name.text, arguments: arguments.map(\.node), offset: name.offset)
    return try tree(.function(call), arguments)
  }

  private mutating func argument() throws(JMESPathError) -> Tree {
    guard kind == .reference else { return try expression(0) }
    advance()
    let body = try expression(0)
    return try tree(.reference(body.node), body)
  }

  // MARK: Brackets and projections

  private mutating func projection(
    _ kind: JMESProjection.Kind, of source: Tree, power: Int
  ) throws(JMESPathError) -> Tree {
    let body = try projectionBody(power)
    return try tree(
      .projection(JMESProjection(kind: kind, source: source.node, body: body.node)), source, body)
  }

  private mutating func projectionBody(_ power: Int) throws(JMESPathError) -> Tree {
    if kind.bindingPower < JMESToken.Kind.projectionStop { return .current }
    switch kind {
    case .leftBracket, .filter: return try expression(power)
    case .dot:
      advance()
      return try afterDot(power)
    default: throw unexpected()
    }
  }

  private mutating func filter(of source: Tree) throws(JMESPathError) -> Tree {
    let condition = try expression(0)
    try match(.rightBracket)
    let body = kind == .flatten ? Tree.current : try projectionBody(JMESToken.Kind.filter.bindingPower)
    let node = JMESProjection(kind: .filter(condition.node), source: source.node, body: body.node)
    return try tree(.projection(node), source, condition, body)
  }

  private mutating func indexOrSlice(of source: Tree) throws(JMESPathError) -> Tree {
    if case .number(let number) = kind, tokens[position + 1].kind == .rightBracket {
      advance()
      advance()
      return try tree(.index(source.node, number), source)
    }
    let slice = try slice()
    return try projection(.slice(slice), of: source, power: JMESToken.Kind.star.bindingPower)
  }

  private mutating func slice() throws(JMESPathError) -> JMESSlice {
    let start = takeNumber()
    try match(.colon)
    let stop = takeNumber()
    var step: Int?
    let place = position
    if kind == .colon {
      advance()
      step = takeNumber()
    }
    try match(.rightBracket)
    if step == 0 { throw JMESPathError(.invalidValue, .jmesSliceStep, offset: tokens[place].offset) }
    return JMESSlice(start: start, stop: stop, step: step ?? 1)
  }

  private mutating func takeNumber() -> Int? {
    guard case .number(let number) = kind else { return nil }
    advance()
    return number
  }

  private mutating func list() throws(JMESPathError) -> Tree {
    var elements = [try expression(0)]
    while kind == .comma {
      advance()
      elements.append(try expression(0))
    }
    try match(.rightBracket)
    return try tree(.list(elements.map(\.node)), elements)
  }

  private mutating func object() throws(JMESPathError) -> Tree {
    var members: [JMESMember] = []
    var values: [Tree] = []
    repeat {
      if kind == .comma { advance() }
      let key = try key()
      try match(.colon)
      let value = try expression(0)
      members.append(JMESMember(key: key, value: value.node))
      values.append(value)
    } while kind == .comma
    try match(.rightBrace)
    return try tree(.object(members), values)
  }

  private mutating func key() throws(JMESPathError) -> String {
    switch kind {
    case .name(let name), .quotedName(let name):
      advance()
      return name
    default: throw unexpected()
    }
  }

  // MARK: Errors

  private func unexpected(_ token: JMESToken? = nil) -> JMESPathError {
    let token = token ?? self.token
    if token.kind == .end { return .syntax(.jmesUnexpectedEnd, at: token.offset) }
    let scalars = source.unicodeScalars
    let start = scalars.index(scalars.startIndex, offsetBy: token.offset)
    let end = scalars.index(start, offsetBy: token.end - token.offset)
    return .syntax(.jmesUnexpectedToken, ["token": String(scalars[start..<end])], at: token.offset)
  }

  private func tooDeep() -> JMESPathError {
    .syntax(.jmesTooDeep, ["limit": String(Self.deepest)], at: token.offset)
  }
}
