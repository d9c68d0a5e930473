internal import Basics
internal import Yams

/// Refuses aliases inside keys where they could cost exponential time.
///
/// Yams shares the nodes behind aliases, but hashes every key as a whole: a few nested anchors used as a key would take for ever. So a
/// text whose anchors and aliases could multiply that far is first read with each `*name` made a plain `_name`, which costs nothing,
/// and must have plain keys only.
struct AliasKeys {
  private static let limit = 1e7

  private var bytes: [UInt8]
  private var anchors = 0
  private var aliases: [Int] = []

  private init(_ text: String) {
    bytes = Array(text.utf8)
    for index in bytes.indices where beginsToken(index) {
      if bytes[index] == UInt8(ascii: "&") { anchors += 1 }
      if bytes[index] == UInt8(ascii: "*") { aliases.append(index) }
    }
  }

  static func check(_ text: String, _ source: SourceText) throws {
    var scan = AliasKeys(text)
    guard scan.mostNodes > limit else { return }
    for index in scan.aliases { scan.bytes[index] = UInt8(ascii: "_") }
    var findings = Diagnostics()
    collect(under: try YAMLReader.compose(String(decoding: scan.bytes, as: UTF8.self), source), source, &findings)
    try findings.throwIfErrors()
  }

  /// At most so many nodes come from so many aliases over so many anchors: each anchor multiplies by the aliases that it holds.
  private var mostNodes: Double {
    guard anchors > 0 else { return 1 }
    let factor = Double(aliases.count) / Double(anchors) + 1
    var nodes = 1.0
    for _ in 0..<anchors where nodes <= Self.limit { nodes *= factor }
    return nodes
  }

  /// Whether an anchor or alias may begin here; in quotes and blocks it is none, which only makes the estimate higher.
  private func beginsToken(_ index: Int) -> Bool {
    guard bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "*") else { return false }
    guard index > 0 else { return true }
    return " \t\r\n[{,".utf8.contains(bytes[index - 1])
  }

  private static func collect(under node: Node, _ source: SourceText, _ findings: inout Diagnostics) {
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        if let place = place(ofComplex: key, source) { findings.add(Diagnostic(.yamlKeyNotText, at: place)) }
        collect(under: value, source, &findings)
      }
    case .sequence(let sequence): for element in sequence { collect(under: element, source, &findings) }
    case .scalar, .alias: break
    }
  }

  /// The place of a key that is a collection or, in the text as it was given, an alias.
  private static func place(ofComplex key: Node, _ source: SourceText) -> SourceLocation? {
    guard let mark = key.mark else { return nil }
    let offset = source.offset(line: mark.line, column: mark.column)
    let isAlias = offset < source.scalars.count && source.scalars[offset] == "*"
    if case .scalar = key, !isAlias { return nil }
    return source.location(of: offset)
  }
}
