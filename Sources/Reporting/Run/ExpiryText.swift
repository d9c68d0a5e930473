import FoundationEssentials

/// The end of a term as the clouds give it, for people.
enum ExpiryText {
  /// Milliseconds since 1970 become a date in UTC; any other text stays as it is.
  static func date(_ text: String) -> String {
    guard let milliseconds = Double(text), milliseconds > 1e11, milliseconds < 1e14 else { return text }
    return Date(timeIntervalSince1970: milliseconds / 1000).formatted(.iso8601)
  }
}
