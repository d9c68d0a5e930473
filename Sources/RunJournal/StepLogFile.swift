import Basics
import Glibc

/// One attempt's log: the first and the last part of a long output, masked before it touches the disk.
///
/// Beyond the head, output goes round in a second file of fixed size; closing puts both together. So neither memory nor disk grows
/// with the output, and a process that is killed leaves what it had.
struct StepLogFile {
  private let path: String
  private let partLimit: Int
  private var stream: MaskedStream
  private let head: Int32
  private var tail: Int32 = -1
  private var headSize = 0
  private var tailWritten = 0

  /// Makes the file with mode 0600, or empties one of an attempt of that number; `nil` when the system will not.
  init?(path: String, limit: Int, masker: Masker) {
    self.path = path
    partLimit = limit / 2
    stream = MaskedStream(masker)
    head = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard head >= 0 else { return nil }
  }

  mutating func append(_ bytes: [UInt8]) { keep(stream.push(bytes)) }

  mutating func close() {
    keep(stream.finish())
    if tail >= 0 { joinTail() }
    Glibc.close(head)
  }

  private mutating func keep(_ bytes: [UInt8]) {
    let forHead = min(bytes.count, partLimit - headSize)
    Self.write(head, bytes[..<forHead])
    headSize += forHead
    if forHead < bytes.count { keepTail(bytes[forHead...]) }
  }

  private mutating func keepTail(_ bytes: ArraySlice<UInt8>) {
    if tail < 0 { tail = open(path + ".tail", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600) }
    guard tail >= 0 else { return }
    var rest = bytes
    while !rest.isEmpty {
      let offset = tailWritten % partLimit
      let piece = rest.prefix(partLimit - offset)
      lseek(tail, off_t(offset), SEEK_SET)
      Self.write(tail, piece)
      tailWritten += piece.count
      rest = rest.dropFirst(piece.count)
    }
  }

  private func joinTail() {
    let leftOut = max(0, tailWritten - partLimit)
    if leftOut > 0 { Self.write(head, Array("\n[... \(leftOut) bytes left out ...]\n".utf8)[...]) }
    let start = leftOut > 0 ? tailWritten % partLimit : 0
    copyTail(from: start, to: min(tailWritten, partLimit))
    copyTail(from: 0, to: start)
    Glibc.close(tail)
    unlink(path + ".tail")
  }

  private func copyTail(from start: Int, to end: Int) {
    lseek(tail, off_t(start), SEEK_SET)
    var buffer = [UInt8](repeating: 0, count: 65536)
    var rest = end - start
    while rest > 0 {
      let count = read(tail, &buffer, min(rest, buffer.count))
      guard count > 0 else { return }
      Self.write(head, buffer[..<count])
      rest -= count
    }
  }

  /// A log that cannot be written is not worth stopping a run for: the journal on the same disk decides that.
  private static func write(_ file: Int32, _ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
