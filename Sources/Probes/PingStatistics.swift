/// The two lines of statistics at the end of ping's output, of iputils and of busybox.
///
/// Read by position, not by words, so that a ping that ignores `LC_ALL` is understood too:
/// `4 packets transmitted, 3 received, +1 errors, 25% packet loss, time 3004ms` and
/// `rtt min/avg/max/mdev = 0.030/0.034/0.040/0.004 ms`.
struct PingStatistics: Hashable, Sendable {
  var sent: Int
  var received: Int
  var minimum: Double?
  var average: Double?
  var maximum: Double?

  /// From the counts: ping rounds its own figure.
  var lossPercent: Double {
    let percent = Double(max(0, sent - received)) * 100 / Double(sent)
    return (percent * 100).rounded() / 100
  }

  /// `nil` when there are no statistics: ping did not run.
  ///
  /// Whatever else is in the output is ignored, however long it is.
  init?(_ output: [UInt8]) {
    let lines = String(decoding: output.suffix(8192), as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let index = lines.lastIndex(where: { Self.counts($0) != nil }), let counts = Self.counts(lines[index]) else {
      return nil
    }
    (sent, received) = counts
    let times = lines[(index + 1)...].lazy.compactMap(Self.times).first
    minimum = times?[0]
    average = times?[1]
    maximum = times?[2]
  }

  /// The first two parts begin with the counts, and one part has a percentage.
  private static func counts(_ line: Substring) -> (Int, Int)? {
    let parts = line.split(separator: ",")
    guard parts.count >= 3, parts.contains(where: { $0.contains("%") }), let sent = number(parts[0]),
      let received = number(parts[1]), sent > 0, sent <= 1_000_000, received >= 0
    else { return nil }
    return (sent, received)
  }

  private static func number(_ part: Substring) -> Int? { part.split(separator: " ").first.flatMap { Int($0) } }

  private static func times(_ line: Substring) -> [Double]? {
    guard let equals = line.lastIndex(of: "=") else { return nil }
    let words = line[line.index(after: equals)...].split(separator: " ")
    let numbers = words.first?.split(separator: "/").map { Double($0) } ?? []
    let values = numbers.compactMap { $0 }.filter { $0.isFinite && $0 >= 0 }
    return values.count == numbers.count && values.count >= 3 ? values : nil
  }
}
