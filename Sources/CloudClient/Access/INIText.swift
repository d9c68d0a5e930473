/// The sections of an INI file as the vendors' command-line tools write it: `[name]`, `key = value`, comments with `#`
/// or `;`.
struct INIText {
  private var sections: [String: [String: String]] = [:]

  init(_ text: String) {
    var current: String?
    for line in text.split(whereSeparator: \.isNewline) {
      // An indented line belongs to a nested block of the line above, which holds no keys of ours.
      guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
      if first == "[" {
        current = Self.trimmed(line.dropFirst().prefix { $0 != "]" })
      } else if let current, let equals = line.firstIndex(of: "=") {
        let key = Self.trimmed(line[..<equals]).lowercased()
        sections[current, default: [:]][key] = Self.trimmed(line[line.index(after: equals)...])
      }
    }
  }

  /// The keys of a section, in lower case; `nil` when there is no such section.
  func section(_ name: String) -> [String: String]? { sections[name] }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
