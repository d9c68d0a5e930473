package import Basics
import Synchronization

/// The languages that people read; machine output is the same in each.
package enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh"

  /// The language that `--lang`, else `LC_ALL`, `LC_MESSAGES`, `LANG` ask for; English when none is known.
  package static func chosen(option: String?, environment: [String: String]) -> Language {
    if let option, let language = Language(rawValue: option) { return language }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      if let value = environment[name], !value.isEmpty { return value.hasPrefix("zh") ? .chinese : .english }
    }
    return .english
  }
}

/// Turns stable codes with arguments into sentences of one language; the only place where prose comes from.
///
/// Templates name their arguments in braces: `No step is called '{name}'.` An argument that a template does not name is left out; a code
/// without a template shows as itself with its arguments, so that nothing is ever hidden.
package struct Phrasebook: Sendable {
  package let language: Language
  private let templates: [String: String]

  package init(_ language: Language) {
    self.language = language
    templates = Self.tables.withLock { known in
      if let table = known[language] { return table }
      let table = Self.parse(language == .english ? EnglishTexts.table : ChineseTexts.table)
      known[language] = table
      return table
    }
  }

  /// The codes that have a template.
  package var codes: Set<String> { Set(templates.keys) }

  package func text(_ code: Diagnostic.Code, _ arguments: [String: String] = [:]) -> String {
    guard let template = templates[code.rawValue] else {
      let facts = arguments.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
      return facts.isEmpty ? code.rawValue : "\(code.rawValue) (\(facts))"
    }
    return Self.fill(template, arguments, language)
  }

  /// The sentence of a code as it is written, arguments in braces; empty for an unknown code.
  package func template(_ code: Diagnostic.Code) -> String { templates[code.rawValue] ?? "" }

  /// The text of a word or label of the interface: `ui.` before its name.
  package func label(_ name: String, _ arguments: [String: String] = [:]) -> String {
    text(Diagnostic.Code("ui.\(name)"), arguments)
  }

  package func text(_ localized: LocalizedText) -> String { localized.text(in: language.rawValue) }

  private static let tables = Mutex<[Language: [String: String]]>([:])

  /// One entry a line, `code = template`; `\n` in a template is a line break; `#` begins a comment line.
  static func parse(_ table: String) -> [String: String] {
    var templates: [String: String] = [:]
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      guard let separator = line.firstRange(of: " = ") else { continue }
      templates[String(line[..<separator.lowerBound])] = String(line[separator.upperBound...])
        .replacing("\\n", with: "\n")
    }
    return templates
  }

  /// Replaces `{name}` by the argument, in the reader's language where it has one; an unknown name becomes empty.
  static func fill(
    _ template: String, _ arguments: [String: String], _ language: Language = .english
  ) -> String {
    guard template.contains("{") else { return template }
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let name = rest[rest.index(after: open)..<close]
      result += arguments["\(name).\(language.rawValue)"] ?? arguments[String(name)] ?? ""
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
