package import Basics
import Digests
import Glibc
package import RunEngine

/// Where the key comes from that encrypts sensitive values: a file beside the journal, or the text of `CAUSEWAY_STATE_KEY`.
package enum StateKeySource: Hashable, Sendable {
  /// Read from the file; made there when the first secret is written.
  case file(String)
  /// 64 hex digits, or the base64 of 32 bytes.
  case text(String)

  /// `key` in the folder of the journal.
  package static func beside(_ journal: String) -> StateKeySource {
    let folder = journal.lastIndex(of: "/").map { journal[...$0] } ?? ""
    return .file(folder + "key")
  }

  var path: String {
    switch self {
    case .file(let path): path
    case .text: "CAUSEWAY_STATE_KEY"
    }
  }

  /// The key's 32 bytes; `nil` when there is none yet.
  func load() throws(JournalFailure) -> [UInt8]? {
    switch self {
    case .text(let text): return try bytes(of: text)
    case .file(let path):
      guard access(path, F_OK) == 0 else { return nil }
      return try bytes(of: try read(path))
    }
  }

  /// The key's bytes, made now when there is none: written aside, forced to disk, linked into place.
  func loadOrCreate(_ random: any RandomSource) throws(JournalFailure) -> [UInt8] {
    if let bytes = try load() { return bytes }
    guard case .file(let path) = self else { throw .noKey(path: path) }
    let draft = "\(path).new.\(getpid())"
    defer { unlink(draft) }
    unlink(draft)
    try PrivateFiles.create(draft, Array((Hex.encode(random.bytes(SealingKey.length)) + "\n").utf8))
    if link(draft, path) != 0, errno != EEXIST { throw PrivateFiles.failure(path) }
    guard let bytes = try load() else { throw .noKey(path: path) }
    return bytes
  }

  /// Makes marks that tell whether a value is the same without telling the value: HMAC-SHA256 (hex) under this key.
  ///
  /// - Parameter random: Makes the key when there is none yet; without it that is a failure.
  package func marker(
    making random: (any RandomSource)? = nil
  ) throws(JournalFailure) -> @Sendable (_ text: String) -> String {
    let key = if let random { try loadOrCreate(random) } else { try load() }
    guard let key else { throw .noKey(path: path) }
    return { text in Hex.encode(MessageCode.sha256(key: key, "causeway frozen plan\n\(text)")) }
  }

  private func bytes(of text: String) throws(JournalFailure) -> [UInt8] {
    let plain = text.filter { !$0.isWhitespace }
    guard let bytes = Hex.decode(plain) ?? Base64.decode(plain), bytes.count == SealingKey.length else {
      throw .wrongKey(path: path)
    }
    return bytes
  }

  private func read(_ path: String) throws(JournalFailure) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .noKey(path: path) }
    defer { close(file) }
    fchmod(file, 0o600)
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(file, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }
}
