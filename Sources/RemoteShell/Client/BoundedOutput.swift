/// Bytes of a stream whose middle is let go: the first and the last `half` bytes stay, however long it gets.
struct BoundedOutput: Sendable {
  private let headLimit: Int
  private let tailLimit: Int
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private(set) var total = 0

  init(head: Int = 512 << 10, tail: Int = 512 << 10) {
    headLimit = head
    tailLimit = tail
  }

  mutating func append(_ bytes: some RandomAccessCollection<UInt8>) {
    total += bytes.count
    let room = headLimit - head.count
    head.append(contentsOf: bytes.prefix(room))
    tail.append(contentsOf: bytes.dropFirst(room))
    // Trimmed only at double size: each byte is moved at most once.
    if tail.count > 2 * tailLimit { tail.removeFirst(tail.count - tailLimit) }
  }

  /// How many bytes were let go.
  var dropped: Int { max(0, total - headLimit - tailLimit) }

  var bytes: [UInt8] { head + tail.suffix(tailLimit) }
}
