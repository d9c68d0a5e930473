/// A label on a resource.
struct ResourceTag: Hashable, Sendable {
  var key: String
  var value: String
}

extension [ResourceTag] {
  subscript(key: String) -> String? { first { $0.key == key }?.value }

  mutating func set(_ tag: ResourceTag) {
    if let index = firstIndex(where: { $0.key == tag.key }) { self[index] = tag } else { append(tag) }
  }
}

/// Shell-like patterns of filters: `*` any text, `?` one character.
enum Wildcard {
  static func matches(_ text: String, _ pattern: String) -> Bool {
    guard pattern.contains(where: { $0 == "*" || $0 == "?" }) else { return text == pattern }
    let text = Array(text)
    let pattern = Array(pattern)
    var (t, p, star, mark) = (0, 0, -1, 0)
    while t < text.count {
      if p < pattern.count, pattern[p] == "?" || (pattern[p] != "*" && pattern[p] == text[t]) {
        (t, p) = (t + 1, p + 1)
      } else if p < pattern.count, pattern[p] == "*" {
        (star, mark) = (p, t)
        p += 1
      } else if star >= 0 {
        mark += 1
        (t, p) = (mark, star + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
