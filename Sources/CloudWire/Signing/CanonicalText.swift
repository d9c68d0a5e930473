import Basics

/// What the signature schemes of AWS and Alibaba Cloud share in building their canonical requests.
enum CanonicalText {
  /// The query with each name and value decoded and encoded again, sorted by name, then value.
  static func query(_ query: String) -> String {
    query.split(separator: "&").map { part -> (String, String) in
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (normal(sides[0]), sides.count == 2 ? normal(sides[1]) : "")
    }
    .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    .map { "\($0.0)=\($0.1)" }
    .joined(separator: "&")
  }

  private static func normal(_ text: Substring) -> String {
    PercentEncoding.encode(PercentEncoding.decode(text) ?? String(text))
  }

  /// The headers to sign: lower-case names in byte order; the values of a repeated name joined with commas.
  static func headers(_ headers: [HTTPHeader], collapsingSpaces: Bool) -> [(name: String, value: String)] {
    var values: [String: [String]] = [:]
    for header in headers {
      values[header.name.lowercased(), default: []].append(trim(header.value, collapsing: collapsingSpaces))
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }

  private static func trim(_ value: String, collapsing: Bool) -> String {
    let isBlank = { (character: Character) in character == " " || character == "\t" || character.isNewline }
    if collapsing { return value.split(whereSeparator: isBlank).joined(separator: " ") }
    var rest = value[...]
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }

  static func host(of origin: String) -> String {
    guard let start = origin.firstRange(of: "://") else { return origin }
    let authority = origin[start.upperBound...].prefix { $0 != "/" }
    let isDefault =
      origin.hasPrefix("https:") && authority.hasSuffix(":443")
      || origin.hasPrefix("http:") && authority.hasSuffix(":80")
    return isDefault ? String(authority.prefix { $0 != ":" }) : String(authority)
  }
}

extension HTTPRequest {
  /// Sets a header, replacing those of the same name.
  mutating func setHeader(_ name: String, _ value: String) {
    headers.removeAll { $0.isNamed(name) }
    headers.append(HTTPHeader(name, value))
  }
}
