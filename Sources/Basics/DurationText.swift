extension Duration {
  /// Reads `250ms`, `30s`, `5m`, `2h`, `1d`; `nil` for anything else, negative amounts included.
  package init?(text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let amount = Int(digits), amount <= 1_000_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "ms": self = .milliseconds(amount)
    case "s": self = .seconds(amount)
    case "m": self = .seconds(amount * 60)
    case "h": self = .seconds(amount * 3600)
    case "d": self = .seconds(amount * 86400)
    default: return nil
    }
  }

  /// The same notation, exact to the millisecond, in the largest unit that divides it: `90s` stays `90s`, `3600s` is `1h`.
  package var text: String {
    let milliseconds = inMilliseconds
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
    where milliseconds != 0 && milliseconds % size == 0 {
      return "\(milliseconds / size)\(unit)"
    }
    return "\(milliseconds)ms"
  }

  package var inMilliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  package var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
