import Synchronization

/// Knows the secret texts of this process and takes them out of everything that is shown, logged or written in clear.
///
/// A secret of 8 or more characters is masked wherever it stands, also each such line of a longer one, and its base64, URL and JSON
/// forms; shorter ones are masked by field only, since masking them by value would eat ordinary words (`decisions.md` §8).
package final class Masker: Sendable {
  /// What stands in place of a secret.
  package static let mask = "******"
  /// The shortest text that is masked by value.
  package static let shortest = 8

  private struct Known {
    var secrets: Set<String> = []
    var texts: Set<String> = []
    /// The longest first.
    var needles: [Needle] = []
  }

  private let known = Mutex(Known())

  package init() {}

  /// Adds a secret: every text inside `value`, however deep; of a login (`host` of `decisions.md` §5) only its key and password, since
  /// where it leads and as whom is no secret.
  package func add(_ value: Value) {
    switch value {
    case .string(let text): add(text)
    case .list(let elements): for element in elements { add(element) }
    case .object(let members) where members["address"] != nil || members["via"] != nil:
      for name in ["key", "password", "passphrase", "jump"] { add(members[name] ?? .null) }
    case .object(let members): for member in members.values { add(member) }
    case .null, .bool, .integer, .number: break
    }
  }

  package func add(_ secret: String) {
    // A run that is read again brings the same ones many times.
    guard known.withLock({ $0.secrets.insert(secret).inserted }) else { return }
    let whole = [secret] + secret.split(whereSeparator: \.isNewline).map(String.init)
    let forms = whole.filter { $0.count >= Self.shortest }.flatMap(Self.forms(of:))
    guard !forms.isEmpty else { return }
    known.withLock { known in
      let new = forms.filter { known.texts.insert($0).inserted }
      known.needles += new.map(Needle.init)
      known.needles.sort { $0.bytes.count > $1.bytes.count }
    }
  }

  /// `text` with every known secret replaced.
  package func mask(_ text: String) -> String {
    let needles = known.withLock { $0.needles }
    let isASCII = text.utf8.allSatisfy { $0 < 128 }
    return needles.reduce(text) { text, needle in
      !needle.isMissing(in: text, isASCII: isASCII) && text.contains(needle.text)
        ? text.replacing(needle.text, with: Self.mask) : text
    }
  }

  /// `value` with every known secret replaced inside its texts and keys.
  package func mask(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(mask(text))
    case .list(let elements): .list(elements.map { mask($0) })
    case .object(let members):
      .object(Dictionary(members.map { (mask($0.key), mask($0.value)) }) { first, _ in first })
    case .null, .bool, .integer, .number: value
    }
  }

  /// Every text that is masked, the longest first: for streams, which look for them byte by byte.
  package var forms: [String] { known.withLock { $0.needles.map(\.text) } }

  /// The longest known secret in UTF-8 bytes: how much a stream must hold back so that none slips through at a seam.
  package var longest: Int { known.withLock { $0.needles.first?.bytes.count ?? 0 } }

  private static func forms(of secret: String) -> [String] {
    var forms = [secret, percentEncoded(secret), jsonEscaped(secret)]
    // Inside a longer text that is base64, a secret shows in one of three alignments; the ends depend on its neighbours and are cut.
    for shift in 0..<3 {
      let encoded = Base64.encode(Array(repeating: 0, count: shift) + Array(secret.utf8))
      let aligned = encoded.filter { $0 != "=" }
      let stable = aligned.dropFirst(shift == 0 ? 0 : shift + 1).dropLast((secret.utf8.count + shift) % 3 == 0 ? 0 : 1)
      if stable.count >= shortest { forms.append(String(stable)) }
    }
    var seen = Set<String>()
    return forms.filter { seen.insert($0).inserted }
  }

  private static func percentEncoded(_ text: String) -> String { PercentEncoding.encode(text) }

  private static func jsonEscaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.append(character)
      }
    }
  }
}

/// A text to be masked, with its bytes: nearly every text that is looked through has no secret, and that is seen from bytes.
private struct Needle {
  let text: String
  let bytes: [UInt8]
  private let isASCII: Bool

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
    isASCII = bytes.allSatisfy { $0 < 128 }
  }

  /// Whether the bytes alone show that the text does not hold it; `false` says nothing.
  ///
  /// Only of ASCII: other characters have several spellings, and those of ASCII characters take more bytes, never fewer.
  func isMissing(in text: String, isASCII: Bool) -> Bool {
    guard self.isASCII else { return false }
    if text.utf8.count < bytes.count { return true }
    guard isASCII else { return false }
    return text.utf8.withContiguousStorageIfAvailable { !isIn($0) } ?? false
  }

  private func isIn(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    var start = 0
    while start + bytes.count <= text.count {
      if text[start] == first, text[start..<start + bytes.count].elementsEqual(bytes) { return true }
      start += 1
    }
    return false
  }
}
