package import Basics

/// `application/x-www-form-urlencoded` text, in a body or a query.
package enum FormText {
  package struct Pair: Hashable, Sendable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package enum Space: Sendable { case plus, percent }

  /// Joins pairs in their order; everything but RFC 3986's unreserved characters is escaped.
  package static func encode(_ pairs: some Sequence<Pair>, space: Space = .percent) -> String {
    pairs.map { "\(escape($0.name, space))=\(escape($0.value, space))" }.joined(separator: "&")
  }

  /// The decoded pairs in their order; `nil` for a broken escape.
  ///
  /// A name without `=` has an empty value.
  package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = true) -> [Pair]? {
    var pairs: [Pair] = []
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(sides[0], plusIsSpace: plusIsSpace),
        let value = sides.count == 2 ? PercentEncoding.decode(sides[1], plusIsSpace: plusIsSpace) : ""
      else { return nil }
      pairs.append(Pair(name, value))
    }
    return pairs
  }

  private static func escape(_ text: String, _ space: Space) -> String {
    let escaped = PercentEncoding.encode(text)
    return space == .plus ? escaped.replacing("%20", with: "+") : escaped
  }
}

/// Flattens a tree of parameters into the dotted, 1-based names that the RPC and Query protocols share.
package enum Flattening {
  /// `{Filter: [{Name: x, Value: [a]}]}` becomes `Filter.1.Name=x`, `Filter.1.Value.1=a`; null members and empty lists are left out.
  ///
  /// Members go out in the byte order of their names, so that equal trees give equal bytes.
  package static func flatten(_ parameters: Value) -> [FormText.Pair] {
    var pairs: [FormText.Pair] = []
    append(parameters, at: "", to: &pairs)
    return pairs
  }

  private static func append(_ value: Value, at path: String, to pairs: inout [FormText.Pair]) {
    switch value {
    case .null: break
    case .object(let members):
      for (key, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        append(member, at: path.isEmpty ? key : "\(path).\(key)", to: &pairs)
      }
    case .list(let elements):
      for (index, element) in elements.enumerated() { append(element, at: "\(path).\(index + 1)", to: &pairs) }
    case .bool, .integer, .number, .string:
      if let text = value.scalarText { pairs.append(FormText.Pair(path, text)) }
    }
  }

  /// The way back, for whoever answers such requests: dotted names to a tree; `nil` when a name contradicts another or a number is skipped.
  package static func unflatten(_ pairs: [FormText.Pair]) -> Value? {
    var root = Branch()
    for pair in pairs {
      let path = pair.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard !path.contains(""), root.insert(pair.value, at: path[...]) else { return nil }
    }
    return root.value(isRoot: true)
  }

  private struct Branch {
    var leaf: String?
    var children: [String: Branch] = [:]

    mutating func insert(_ text: String, at path: ArraySlice<String>) -> Bool {
      guard let head = path.first else {
        guard leaf == nil, children.isEmpty else { return false }
        leaf = text
        return true
      }
      guard leaf == nil else { return false }
      return children[head, default: Branch()].insert(text, at: path.dropFirst())
    }

    func value(isRoot: Bool) -> Value? {
      if let leaf { return .string(leaf) }
      if !isRoot, children.keys.allSatisfy({ Int($0) != nil }) { return list }
      var members: [String: Value] = [:]
      for (key, child) in children {
        guard let value = child.value(isRoot: false) else { return nil }
        members[key] = value
      }
      return .object(members)
    }

    private var list: Value? {
      var elements: [Value] = []
      for number in 1...children.count {
        guard let element = children[String(number)]?.value(isRoot: false) else { return nil }
        elements.append(element)
      }
      return .list(elements)
    }
  }
}
