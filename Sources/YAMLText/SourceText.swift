internal import Basics

/// A file's characters with the beginnings of its lines, as libyaml counts them: places become offsets and back.
struct SourceText {
  let file: String
  let scalars: [Unicode.Scalar]
  private let lineStarts: [Int]

  init(_ text: String, file: String) {
    self.file = file
    scalars = Array(text.unicodeScalars)
    var starts = [0]
    for index in scalars.indices where Self.endsLine(scalars, index) { starts.append(index + 1) }
    lineStarts = starts
  }

  /// The offset of a place that counts from 1; never outside the text.
  func offset(line: Int, column: Int) -> Int {
    guard lineStarts.indices.contains(line - 1) else { return scalars.count }
    return min(lineStarts[line - 1] + column - 1, scalars.count)
  }

  func location(of offset: Int) -> SourceLocation {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return SourceLocation(file: file, line: low + 1, column: offset - lineStarts[low] + 1)
  }

  /// The offset behind the anchors and tags that stand before a node.
  func skippingProperties(from start: Int) -> Int {
    var offset = start
    while offset < scalars.count, scalars[offset] == "&" || scalars[offset] == "!" {
      while offset < scalars.count, !Self.isBlank(scalars[offset]) { offset += 1 }
      offset = skippingSpace(from: offset)
    }
    return offset
  }

  private func skippingSpace(from start: Int) -> Int {
    var offset = start
    while offset < scalars.count, Self.isBlank(scalars[offset]) || scalars[offset] == "#" {
      if scalars[offset] == "#" {
        while offset < scalars.count, !Self.endsLine(scalars, offset) { offset += 1 }
      } else {
        offset += 1
      }
    }
    return offset
  }

  func holds(_ text: String, at start: Int) -> Bool {
    var offset = start
    for scalar in text.unicodeScalars {
      guard offset < scalars.count, scalars[offset] == scalar else { return false }
      offset += 1
    }
    return true
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
  }

  /// Line breaks of YAML 1.1, which libyaml follows: LF, CR, CR LF, NEL, LS, PS.
  private static func endsLine(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    switch scalars[index] {
    case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
    case "\r": index + 1 >= scalars.count || scalars[index + 1] != "\n"
    default: false
    }
  }
}
