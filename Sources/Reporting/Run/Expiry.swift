package import FoundationEssentials

/// The end of a term as the clouds give it.
package struct Expiry: Hashable, Sendable {
  /// As the cloud wrote it.
  package var text: String
  /// `nil` when the text is in no form that is known.
  package var date: Date?

  /// Milliseconds since 1970, or ISO 8601 with or without seconds (`2026-12-04T16:00Z`); `nil` for an empty text.
  package init?(_ text: String) {
    if text.isEmpty { return nil }
    self.text = text
    if let milliseconds = Double(text), milliseconds > 1e11, milliseconds < 1e14 {
      date = Date(timeIntervalSince1970: milliseconds / 1000)
    } else {
      let whole = text.hasSuffix("Z") && text.count == 17 ? "\(text.dropLast()):00Z" : text
      date = try? Date(whole, strategy: .iso8601)
    }
  }

  /// A date in UTC; what is not understood stays as it is.
  package var shown: String { date.map { $0.formatted(.iso8601) } ?? text }
}
