/// Words in a form that a POSIX shell reads back unchanged, on one line.
enum ShellWords {
  /// One word in single quotes.
  ///
  /// A line feed becomes `"$n"`: the reading shell has it in `n`, so that one `read` takes the line.
  static func quote(_ word: String) -> String {
    var result = "'"
    for scalar in word.unicodeScalars {
      switch scalar {
      case "'": result += "'\\''"
      case "\n": result += "'\"$n\"'"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }

  /// Whether every login shell, `csh` and `fish` included, reads these words in single quotes as a POSIX shell does.
  static func arePlain(_ words: [String]) -> Bool {
    var size = 0
    for word in words {
      size += word.utf8.count + 3
      let isPlain = word.utf8.allSatisfy {
        (32..<127).contains($0) && $0 != UInt8(ascii: "!") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "'")
      }
      if !isPlain || size > 4096 { return false }
    }
    return true
  }

  static func line(_ words: [String]) -> String { words.map(quote).joined(separator: " ") }

  /// `name='value'` assignments for `eval`; the names are ours.
  static func assignments(_ values: KeyValuePairs<String, String>) -> String {
    values.map { "\($0.key)=\(quote($0.value))" }.joined(separator: " ")
  }
}
