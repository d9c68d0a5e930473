/// Reads the fields of an SSH message or key blob (RFC 4251 §5); every read gives `nil` past the end.
struct WireReader {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>) { self.bytes = Array(bytes)[...] }

  mutating func byte() -> UInt8? { bytes.popFirst() }

  mutating func number() -> UInt32? {
    guard bytes.count >= 4 else { return nil }
    defer { bytes = bytes.dropFirst(4) }
    return bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func string() -> [UInt8]? {
    guard let length = number(), bytes.count >= Int(length) else { return nil }
    defer { bytes = bytes.dropFirst(Int(length)) }
    return Array(bytes.prefix(Int(length)))
  }
}

/// Writes the same fields.
struct WireWriter {
  var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func number(_ value: UInt32) { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }

  mutating func string(_ value: some Collection<UInt8>) {
    number(UInt32(value.count))
    bytes.append(contentsOf: value)
  }
}
