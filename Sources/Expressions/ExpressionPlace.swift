internal import Basics
internal import YAMLText

/// Where an expression stands in a file, so that an offset into it becomes a place.
struct ExpressionPlace: Sendable, Hashable {
  private let start: SourceLocation
  /// Whether offsets are columns; not so inside blocks, folded lines and escapes.
  private let isExact: Bool

  /// The place of an expression that begins at `offset` of a scalar's text.
  init(_ node: YAMLNode, offset: Int) {
    start = node.location(at: offset)
    isExact = node.scalar?.isVerbatim ?? false
  }

  func location(at offset: Int = 0) -> SourceLocation {
    guard isExact else { return start }
    var place = start
    place.column += offset
    return place
  }
}
