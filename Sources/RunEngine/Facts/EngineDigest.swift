import Digests

/// SHA-256 as the engine uses it: over UTF-8 text, in lower-case hex digits.
enum EngineDigest {
  static func hex(of text: String) -> String { Hash.sha256Hex(text) }
}
