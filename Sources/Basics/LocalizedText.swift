/// A text that a workflow or a provider file gives in one or more languages; a plain string counts as every language.
package struct LocalizedText: Hashable, Sendable {
  package var byLanguage: [String: String]

  package init(_ byLanguage: [String: String]) { self.byLanguage = byLanguage }

  package init(plain: String) { byLanguage = ["en": plain] }

  /// The text in `language`, else in English, else in whichever language comes first.
  package func text(in language: String) -> String {
    byLanguage[language] ?? byLanguage["en"] ?? byLanguage.min { $0.key < $1.key }?.value ?? ""
  }

  /// As arguments of a diagnostic: `name` for every reader, and `name.zh` for those of a language.
  package func arguments(_ name: String) -> [String: String] {
    byLanguage.reduce(into: [name: text(in: "en")]) { $0["\(name).\($1.key)"] = $1.value }
  }
}
