/// Which names the documents allow.
package enum Name {
  package static let stepRule = "[a-z][a-z0-9_]*"
  package static let fieldRule = "[A-Za-z][A-Za-z0-9_]*"
  package static let fileRule = "[a-z0-9][a-z0-9-]*"
  package static let keyRule = "[A-Za-z0-9._-]{1,64}"

  /// A step's id: `[a-z][a-z0-9_]*`, at most 64 characters.
  package static func isStep(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, isLower(first), bytes.count <= 64 else { return false }
    return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  /// The name of an input or output, an unquoted identifier of JMESPath: `[A-Za-z][A-Za-z0-9_]*`.
  package static func isField(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetter(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  /// The name of a workflow or an account, the stem of a file: `[a-z0-9][a-z0-9-]*`, at most 64 characters.
  package static func isFile(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, isLower(first) || isDigit(first), bytes.count <= 64 else { return false }
    return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// The key of a `for_each` instance: `[A-Za-z0-9._-]{1,64}`.
  package static func isKey(_ name: String) -> Bool {
    let bytes = name.utf8
    guard (1...64).contains(bytes.count) else { return false }
    return bytes.allSatisfy {
      isLetter($0) || isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }

  private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool {
    isLower(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
