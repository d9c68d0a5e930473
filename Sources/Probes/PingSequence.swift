/// Which of ping's requests were answered, by the sequence numbers in its output, of iputils and of busybox.
///
/// `64 bytes from 10.0.0.1: icmp_seq=7 ttl=64 time=0.123 ms`, `64 bytes from 10.0.0.1: seq=6 ttl=64 time=0.123 ms`. What other hosts say
/// about a request (`From 10.0.0.9 icmp_seq=8 Destination Host Unreachable`) is no answer: it has no time.
struct PingSequence: Hashable, Sendable {
  /// The length of the longest run of requests without an answer; `nil` when the output does not show every answer.
  let longestLoss: Int?

  /// - Parameter output: everything that ping wrote; what is cut off makes the result unknown, not wrong.
  init(_ output: [UInt8], _ statistics: PingStatistics) {
    let numbers = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap(Self.answered)
    let answered = Set(numbers.map(\.number))
    // busybox counts from 0, iputils from 1.
    let first = answered.contains(0) || numbers.contains { !$0.isICMP } ? 0 : 1
    let last = first + statistics.sent - 1
    guard answered.count == min(statistics.received, statistics.sent),
      answered.allSatisfy({ (first...last).contains($0) })
    else {
      longestLoss = nil
      return
    }
    let edges = ([first - 1] + answered.sorted() + [last + 1])
    longestLoss = zip(edges, edges.dropFirst()).map { $1 - $0 - 1 }.max()
  }

  private static func answered(_ line: Substring) -> (number: Int, isICMP: Bool)? {
    let words = line.split(separator: " ")
    guard words.contains(where: { $0.hasPrefix("time=") || $0.hasPrefix("time<") }) else { return nil }
    for word in words {
      for (label, isICMP) in [("icmp_seq=", true), ("seq=", false)] where word.hasPrefix(label) {
        return Int(word.dropFirst(label.count)).map { ($0, isICMP) }
      }
    }
    return nil
  }
}
