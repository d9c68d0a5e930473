import Basics

/// Paths of Azure Resource Manager: the ones a provider file writes, and the links that come in answers.
enum AzureAddress {
  /// Method and path of `PUT /subscriptions/{subscription}/...`.
  static func split(_ operation: String) -> (method: String, path: String) {
    let method = operation.prefix { $0 != " " }
    return (String(method), String(operation.dropFirst(method.count).drop { $0 == " " }))
  }

  /// The path with `{name}` as one encoded segment and `{+name}` as the segments of a whole resource id.
  ///
  /// A placeholder without a usable value stays, encoded: a missing name must never turn `DELETE .../routes/{name}`
  /// into a call on its parent.
  static func fill(_ path: String, with values: Value) -> String {
    var result = ""
    var rest = path[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let name = rest[rest.index(after: open)..<close]
      result += text(for: name, in: values) ?? PercentEncoding.encode(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private static func text(for name: Substring, in values: Value) -> String? {
    guard name.hasPrefix("+") else { return values[String(name)].scalarText.flatMap(segment) }
    guard let id = values[String(name.dropFirst())].string else { return nil }
    let parts = id.drop { $0 == "/" }.split(separator: "/", omittingEmptySubsequences: false)
    let segments = parts.compactMap { segment(String($0)) }
    return segments.count == parts.count ? segments.joined(separator: "/") : nil
  }

  /// `.` and `..` would be resolved on the way and name another resource.
  private static func segment(_ text: String) -> String? {
    ["", ".", ".."].contains(text) ? nil : PercentEncoding.encode(text)
  }

  /// Path and query of a link as they stand; `nil` for a link to another host than `origin`, which must not get the
  /// token.
  static func target(of link: String, on origin: String) -> (path: String, query: String)? {
    guard link.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let rest = link.prefix { $0 != "#" }
    if rest.hasPrefix("/") && !rest.hasPrefix("//") { return parts(rest) }
    guard let mark = rest.firstRange(of: "://") else { return nil }
    let authority = rest[mark.upperBound...].prefix { $0 != "/" }
    let root = rest[..<authority.endIndex]
    guard normal(String(root)) == normal(origin) else { return nil }
    return parts(rest[authority.endIndex...])
  }

  private static func parts(_ text: Substring) -> (path: String, query: String) {
    let path = text.prefix { $0 != "?" }
    return (path.isEmpty ? "/" : String(path), String(text.dropFirst(path.count + 1)))
  }

  /// Scheme and host in one spelling, without a port that is the scheme's own.
  private static func normal(_ origin: String) -> String {
    let text = origin.lowercased()
    return "\(text.prefix { $0 != ":" })://\(CanonicalText.host(of: text))"
  }
}
