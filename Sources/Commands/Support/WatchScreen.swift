import Basics

/// A listing that is shown again whenever it changes: in place on a terminal, off it only the lines that are new.
struct WatchScreen {
  private let terminal: Terminal
  private let isLive: Bool
  private var shown: [String] = []
  private var drawn = 0

  init(_ session: Session) {
    terminal = session.surroundings.output
    isLive = terminal.isTerminal && session.surroundings.environment["TERM"] != "dumb"
  }

  /// How many lines fit; `nil` where any number does.
  var room: Int? { isLive ? max(5, terminal.height - 2) : nil }

  mutating func show(_ lines: [String]) {
    if lines == shown { return }
    if isLive {
      // Up to the first drawn line and everything below away (ECMA-48 CPL, ED); a long line is cut, not wrapped (DECAWM).
      let erase = drawn == 0 ? "" : "\u{1B}[\(drawn)F\u{1B}[0J"
      terminal.write("\(erase)\u{1B}[?7l\(lines.joined(separator: "\n"))\n\u{1B}[?7h")
      drawn = lines.count
    } else {
      let known = Set(shown)
      terminal.lines(lines.filter { !known.contains($0) })
    }
    shown = lines
  }
}

/// One look at something that goes on.
struct WatchedListing {
  let lines: () -> [String]
  let value: () -> Value
  let goesOn: Bool

  init(lines: @autoclosure @escaping () -> [String], value: @autoclosure @escaping () -> Value, goesOn: Bool) {
    self.lines = lines
    self.value = value
    self.goesOn = goesOn
  }
}

extension Session {
  /// Shows one look.
  func show(_ listing: WatchedListing) {
    if options.json { result(listing.value()) } else { surroundings.output.lines(listing.lines()) }
  }

  /// Shows what `look` gives until it says that nothing is going on any more; with --json one compact object per change.
  func watch(_ look: (_ room: Int?) async throws -> WatchedListing) async throws {
    var screen = WatchScreen(self)
    var last = ""
    while true {
      let listing = try await look(screen.room)
      if options.json {
        let text = masker.mask(JSONLine.compact(listing.value()))
        if text != last { surroundings.output.line(text) }
        last = text
      } else {
        screen.show(listing.lines())
      }
      guard listing.goesOn else { return }
      try await surroundings.time.sleep(for: .milliseconds(500))
    }
  }
}
