import Basics
import Digests

/// The content of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): names, patterns, hashed names, revoked keys.
///
/// Certificate authorities are left aside: libssh2 knows no host certificates.
package struct KnownHosts: Sendable {
  fileprivate enum Name: Sendable {
    case plain(String)
    case pattern(String)
    case excluded(String)
    case hashed(salt: [UInt8], code: [UInt8])
  }

  fileprivate struct Entry: Sendable {
    var names: [Name]
    var key: HostKey
    var isRevoked: Bool
  }

  private var exact: [String: [HostKey]] = [:]
  private var others: [Entry] = []

  package init(_ text: String = "") {
    for line in text.split(whereSeparator: \.isNewline) { read(line) }
  }

  private mutating func read(_ line: Substring) {
    var words = line.split { $0 == " " || $0 == "\t" }
    guard let first = words.first, !first.hasPrefix("#") else { return }
    let marker = first.hasPrefix("@") ? words.removeFirst() : nil
    guard marker == nil || marker == "@revoked", words.count >= 3 else { return }
    guard let key = HostKey(line: words[1...].joined(separator: " ")) else { return }
    let names = words[0].split(separator: ",").compactMap { Self.name($0.lowercased()) ?? Self.hashed($0) }
    if marker == nil, case .plain(let name)? = names.first, names.count == 1 {
      exact[name, default: []].append(key)
    } else {
      others.append(Entry(names: names, key: key, isRevoked: marker != nil))
    }
  }

  private static func name(_ text: String) -> Name? {
    if text.hasPrefix("|") { return nil }
    if text.hasPrefix("!") { return .excluded(String(text.dropFirst())) }
    return text.contains("*") || text.contains("?") ? .pattern(text) : .plain(text)
  }

  /// `|1|salt|code`: HMAC-SHA1 of the name under the salt.
  private static func hashed(_ text: Substring) -> Name? {
    let parts = text.split(separator: "|")
    guard parts.count == 3, parts[0] == "1", let salt = Base64.decode(parts[1]), let code = Base64.decode(parts[2])
    else { return nil }
    return .hashed(salt: salt, code: code)
  }

  /// The keys listed for `name` (`address` or `[address]:port`).
  package func keys(for name: String) -> [HostKey] {
    (exact[name] ?? []) + others.filter { !$0.isRevoked && $0.matches(name) }.map(\.key)
  }

  package func isRevoked(_ key: HostKey, for name: String) -> Bool {
    others.contains { $0.isRevoked && $0.key == key && $0.matches(name) }
  }

  mutating func add(_ key: HostKey, for name: String) { exact[name, default: []].append(key) }
}

extension KnownHosts.Entry {
  fileprivate func matches(_ name: String) -> Bool {
    var isMatched = false
    for pattern in names {
      switch pattern {
      case .plain(let text): isMatched = isMatched || text == name
      case .pattern(let text): isMatched = isMatched || Wildcard.matches(name, text)
      case .excluded(let text): if Wildcard.matches(name, text) { return false }
      case .hashed(let salt, let code): isMatched = isMatched || MessageCode.sha1(key: salt, name) == code
      }
    }
    return isMatched
  }
}

/// Patterns with `*` and `?`, as known_hosts has them; linear in time, so that a hostile pattern cannot stall it.
enum Wildcard {
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.utf8)
    let pattern = Array(pattern.utf8)
    var at = 0
    var seen = 0
    var star: (pattern: Int, text: Int)?
    while seen < text.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        star = (at, seen)
        at += 1
      } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == text[seen] {
        at += 1
        seen += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        at = last.pattern + 1
        seen = last.text + 1
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
