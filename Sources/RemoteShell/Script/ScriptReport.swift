/// What the keeper on the host says, one line each on the error stream.
package enum ScriptReport: Hashable, Sendable {
  /// Where the marker stands.
  case marker(String)
  case started
  /// The marker was there before: with the script running, or ended.
  case found
  case ended(ScriptEnd)
  /// The path given as `creates` is there.
  case exists
  case absent
  case differs
  case missing
  case lacks(String)
  case unwritable(String)
  case notFetched(String)
  case notUploaded(String)

  /// `nil` for a line that a newer or broken keeper sent.
  package init?(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1].filter { $0 != "\n" } : ""
    switch words.first {
    case "marker": self = .marker(rest)
    case "started": self = .started
    case "found": self = .found
    case "exit":
      guard let status = Int(rest.filter { $0 != " " }) else { return nil }
      self = .ended(.exited(status))
    case "killed": self = .ended(.killed)
    case "died": self = .ended(.died)
    case "running", "prepared": self = .found
    case "exists": self = .exists
    case "absent": self = .absent
    case "differs": self = .differs
    case "missing": self = .missing
    case "lacks": self = .lacks(rest)
    case "unwritable": self = .unwritable(rest)
    case "fetch": self = .notFetched(rest)
    case "upload": self = .notUploaded(rest)
    default: return nil
    }
  }
}

/// How a script ended, by its marker.
package enum ScriptEnd: Hashable, Sendable {
  case exited(Int)
  /// We stopped it when its time was up.
  case killed
  /// Its process is gone and has left no status: the host was rebooted, or somebody killed it.
  case died
}

/// Finds the reports in the error stream: lines that begin with the nonce; the rest is noise of login shells.
package struct ReportReader {
  package let nonce: String
  private(set) var noise = BoundedOutput(head: 4 << 10, tail: 0)
  private var line: [UInt8] = []

  package init(nonce: String) { self.nonce = nonce }

  package mutating func read(_ bytes: [UInt8]) -> [ScriptReport] {
    var reports: [ScriptReport] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 10) {
      line += rest[..<end]
      rest = rest[(end + 1)...]
      if let report = report(String(decoding: line, as: UTF8.self)) { reports.append(report) }
      line = []
    }
    if line.count < 64 << 10 { line += rest }
    return reports
  }

  private mutating func report(_ text: String) -> ScriptReport? {
    guard text.hasPrefix("\(nonce) ") else {
      noise.append(Array("\(text)\n".utf8))
      return nil
    }
    return ScriptReport(String(text.dropFirst(nonce.utf8.count + 1)))
  }
}
