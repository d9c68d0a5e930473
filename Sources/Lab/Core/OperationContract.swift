/// What one API action takes and gives, as declared in the tables of each product.
///
/// A table is plain text: the action's name at the start of a line, then indented `takes` with its parameters and, for answers in
/// JSON, `gives` with the shape of the answer. A parameter is `Name`, `Name:int`, `Name:bool`, `Name:json`; `.N.` stands for the number
/// in a list; `!` at the end means required. Nothing that is not declared is accepted.
struct OperationContract: Sendable {
  var parameters: [String: ParameterRule]
  var answer: AnswerShape?

  /// Reads a table; a mistake in it is a mistake in this source.
  static func table(_ text: String) -> [String: OperationContract] {
    var contracts: [String: OperationContract] = [:]
    var action = ""
    var section = ""
    var words: [String: String] = [:]
    let close = {
      guard !action.isEmpty else { return }
      contracts[action] = OperationContract(takes: words["takes"] ?? "", gives: words["gives"])
    }
    for line in text.split(separator: "\n") {
      if line.first?.isWhitespace == false {
        close()
        action = String(line)
        words = [:]
        continue
      }
      var rest = line.drop { $0.isWhitespace }
      for name in ["takes", "gives"] where rest.hasPrefix(name + " ") {
        section = name
        rest = rest.dropFirst(name.count)
      }
      words[section, default: ""] += " " + rest
    }
    close()
    return contracts
  }

  private init(takes: String, gives: String?) {
    parameters = [:]
    for word in takes.split(separator: " ") {
      let rule = ParameterRule(String(word))
      parameters[rule.pattern] = rule
    }
    answer = gives.map { AnswerShape($0) }
  }

  /// The first thing that is wrong with the parameters, in a fixed order: unknown, missing, malformed.
  func problem(with given: Parameters) -> ParameterProblem? {
    for name in given.names where parameters[ParameterRule.pattern(of: name)] == nil { return .unknown(name) }
    for rule in parameters.values.sorted(by: { $0.pattern < $1.pattern }) where rule.isRequired {
      if let missing = rule.missing(in: given) { return .missing(missing) }
    }
    for name in given.names {
      guard let value = given[name], let rule = parameters[ParameterRule.pattern(of: name)] else { continue }
      if !rule.accepts(value) { return .malformed(name, value: value) }
    }
    return nil
  }
}

enum ParameterProblem: Hashable, Sendable {
  case unknown(String)
  case missing(String)
  case malformed(String, value: String)
}

/// One declared parameter.
struct ParameterRule: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable { case text, int, bool, json }

  /// With `N` for each number: `Filter.N.Value.N`.
  var pattern: String
  var kind: Kind
  var isRequired: Bool

  init(_ word: String) {
    isRequired = word.hasSuffix("!")
    let parts = (isRequired ? String(word.dropLast()) : word).split(separator: ":").map(String.init)
    pattern = parts[0]
    guard let kind = parts.count == 2 ? Kind(rawValue: parts[1]) : .text else {
      preconditionFailure("a parameter's kind is int, bool or json: \(word)")
    }
    self.kind = kind
  }

  static func pattern(of name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false)
      .map { !$0.isEmpty && $0.allSatisfy(\.isNumber) ? "N" : $0 }.joined(separator: ".")
  }

  func accepts(_ value: String) -> Bool {
    switch kind {
    case .text: true
    case .json: value.hasPrefix("{") || value.hasPrefix("[")
    case .int: Int(value) != nil
    case .bool: ["true", "false"].contains(value.lowercased())
    }
  }

  /// The wire name that is missing; inside a list only the objects that are there are looked at.
  func missing(in given: Parameters) -> String? {
    guard let list = pattern.firstRange(of: ".N") else { return given[pattern] == nil ? pattern : nil }
    let name = String(pattern[..<list.lowerBound])
    let rest = pattern[list.upperBound...].drop { $0 == "." }
    if rest.isEmpty { return given.list(name).isEmpty ? "\(name).1" : nil }
    let objects = given.objects(name)
    if objects.isEmpty { return "\(name).1.\(rest)" }
    return objects.indices.first { objects[$0][String(rest)] == nil }.map { "\(name).\($0 + 1).\(rest)" }
  }
}
