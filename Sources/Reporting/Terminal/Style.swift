/// Colours and marks of terminal output; plain when colour is off.
package struct Style: Sendable {
  package enum Ink: Int, Sendable { case bold = 1, dim = 2, red = 31, green = 32, yellow = 33, blue = 34, cyan = 36 }

  package var isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  /// Colour only on a terminal; `NO_COLOR` and `TERM=dumb` turn it off, `CLICOLOR_FORCE` on (clig.dev, no-color.org).
  package init(isTerminal: Bool, environment: [String: String]) {
    if let no = environment["NO_COLOR"], !no.isEmpty {
      isColoured = false
    } else if let force = environment["CLICOLOR_FORCE"], force != "0", !force.isEmpty {
      isColoured = true
    } else {
      isColoured = isTerminal && environment["TERM"] != "dumb"
    }
  }

  package func paint(_ text: String, _ ink: Ink...) -> String {
    guard isColoured, !ink.isEmpty else { return text }
    return "\u{1B}[\(ink.map { String($0.rawValue) }.joined(separator: ";"))m\(text)\u{1B}[0m"
  }
}

/// Widths as a terminal counts them: wide East Asian characters take two columns, what `Style` paints with takes none.
package enum ColumnWidth {
  package static func of(_ text: String) -> Int {
    var isPaint = false
    return text.unicodeScalars.reduce(0) { width, scalar in
      if scalar == "\u{1B}" { isPaint = true }
      if isPaint {
        isPaint = scalar != "m"
        return width
      }
      return width + (isWide(scalar.value) ? 2 : scalar.properties.generalCategory == .nonspacingMark ? 0 : 1)
    }
  }

  package static func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - of(text)))
  }

  /// The text cut to `width` columns, with an ellipsis when something was cut.
  package static func cut(_ text: String, to width: Int) -> String {
    guard of(text) > width, width > 1 else { return text }
    var result = ""
    var used = 0
    for character in text {
      let size = of(String(character))
      if used + size > width - 1 { break }
      result.append(character)
      used += size
    }
    return result + "…"
  }

  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

/// Rows with aligned columns.
package struct TextTable: Sendable {
  private var rows: [[String]] = []

  package init() {}

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The rows as lines, columns two spaces apart, the last one not padded.
  package func lines(indent: String = "") -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.indices.contains(column) ? ColumnWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { index, cell in
        index == row.count - 1 ? cell : ColumnWidth.pad(cell, to: widths[index])
      }
      var line = indent + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
