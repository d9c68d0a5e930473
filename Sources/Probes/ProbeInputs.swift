import Basics

/// Reads the arguments of a probe; what goes into a command line is checked to be an address and nothing else.
struct ProbeInputs {
  private let values: [String: Value]

  init(_ values: [String: Value]) { self.values = values }

  /// An address or a name: letters, digits, `.`, `-`, `_`, `:`, `%` and no option.
  func address(_ name: String) throws(StepFailure) -> String? {
    guard let value = values[name], !value.isNull else { return nil }
    guard let text = value.string, !text.isEmpty, text.utf8.count <= 253, text.first != "-",
      text.utf8.allSatisfy(Self.isAddressByte)
    else { throw invalid(name, value.scalarText ?? value.typeName) }
    return text
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  func target(_ name: String) throws(StepFailure) -> String {
    guard let text = try address(name) else { throw invalid(name, "missing") }
    return text
  }

  func integer(_ name: String, default fallback: Int?, in range: ClosedRange<Int>) throws(StepFailure) -> Int {
    let value = values[name] ?? .null
    guard let number = value.isNull ? fallback : value.integer, range.contains(number) else {
      throw invalid(name, value.scalarText ?? value.typeName)
    }
    return number
  }

  func number(_ name: String, default fallback: Double) throws(StepFailure) -> Double {
    guard let value = values[name], !value.isNull else { return fallback }
    guard let number = value.double, number.isFinite else { throw invalid(name, value.scalarText ?? value.typeName) }
    return number
  }

  func duration(_ name: String, default fallback: Duration) throws(StepFailure) -> Duration {
    guard let value = values[name], !value.isNull else { return fallback }
    guard let duration = value.string.flatMap({ Duration(text: $0) }), duration > .zero, duration <= .seconds(3600)
    else {
      throw invalid(name, value.scalarText ?? value.typeName)
    }
    return duration
  }

  private func invalid(_ name: String, _ found: String) -> StepFailure {
    StepFailure(.invalid, .probeInputInvalid, ["input": name, "found": String(found.prefix(100))])
  }
}

extension Duration {
  /// Seconds as ping takes them: whole where they are, else with milliseconds, always with a point.
  var secondsText: String {
    let milliseconds = inMilliseconds
    if milliseconds % 1000 == 0 { return String(milliseconds / 1000) }
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    return "\(milliseconds / 1000).\(fraction)"
  }
}

/// What a remote program said, as one short line for a message; control characters become visible.
enum ProbeText {
  static func of(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.suffix(4096), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " / ")
    let shown = lines.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : Character($0) }
    return String(shown.suffix(300))
  }
}
