internal import Basics
internal import Yams

/// Finds both places of duplicate keys.
///
/// Yams stops at the first mapping with a duplicate and tells the place of its first key only. So that key gets a character of the
/// private use area put in front of it and the text is read again, until it reads; then marked keys and their twins are paired.
struct DuplicateKeys {
  /// How many keys are looked into before the search ends.
  private static let most = 20
  private static let marks: ClosedRange<UInt32> = 0xE000...0xE0FF

  private var source: SourceText
  /// Offsets in `source` of the characters that were put in.
  private var inserted: [Int] = []
  private var findings = Diagnostics()
  private var budget = YAMLReader.mostNodes

  private init(_ text: String, file: String) { source = SourceText(text, file: file) }

  /// The duplicate keys of a text that Yams refused for having some.
  static func find(in text: String, file: String) -> Diagnostics {
    var search = DuplicateKeys(text, file: file)
    return search.run()
  }

  private mutating func run() -> Diagnostics {
    var lastResort: [Diagnostic] = []
    while inserted.count < Self.most {
      do {
        collect(under: try YAMLReader.root(of: text, source))
        return findings.all.isEmpty ? Diagnostics(lastResort) : findings
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let offset = source.skippingProperties(
          from: source.offset(line: context.mark.line, column: context.mark.column))
        let place = original(offset)
        guard !isCollection(at: offset) else { return Diagnostics(Diagnostic(.yamlKeyNotText, at: place)) }
        lastResort.append(Diagnostic(.yamlDuplicateKey, ["key": Self.unmarked(names.sorted()[0])], at: place))
        mark(at: offset)
      } catch let failure as Diagnostics {
        return failure
      } catch {
        return Diagnostics(YAMLSyntax.diagnostic(for: error, source))
      }
    }
    return Diagnostics(lastResort)
  }

  private var text: String { String(String.UnicodeScalarView(source.scalars)) }

  private func isCollection(at offset: Int) -> Bool {
    offset >= source.scalars.count || source.scalars[offset] == "[" || source.scalars[offset] == "{"
  }

  private mutating func mark(at offset: Int) {
    let isQuoted = source.scalars[offset] == "\"" || source.scalars[offset] == "'"
    let place = isQuoted ? offset + 1 : offset
    guard let mark = Unicode.Scalar(Self.marks.lowerBound + UInt32(inserted.count)) else { return }
    var scalars = source.scalars
    scalars.insert(mark, at: place)
    source = SourceText(String(String.UnicodeScalarView(scalars)), file: source.file)
    inserted = inserted.map { $0 < place ? $0 : $0 + 1 } + [place]
  }

  private mutating func collect(under node: Node) {
    budget -= 1
    guard budget > 0 else { return }
    switch node {
    case .mapping(let mapping):
      collectTwins(mapping.map(\.key))
      for (_, value) in mapping { collect(under: value) }
    case .sequence(let sequence): for element in sequence { collect(under: element) }
    case .scalar, .alias: break
    }
  }

  private mutating func collectTwins(_ keys: [Node]) {
    var first: [String: SourceLocation] = [:]
    for case .scalar(let key) in keys {
      guard let mark = key.mark else { continue }
      let place = original(source.skippingProperties(from: source.offset(line: mark.line, column: mark.column)))
      let name = Self.unmarked(key.string)
      if let earlier = first[name] {
        let related = Diagnostic(.yamlFirstKey, ["key": name], at: earlier, severity: .note)
        findings.add(Diagnostic(.yamlDuplicateKey, ["key": name], at: place, related: [related]))
      } else {
        first[name] = place
      }
    }
  }

  /// The place in the text as it was given.
  private func original(_ offset: Int) -> SourceLocation {
    var place = source.location(of: offset)
    let line = source.offset(line: place.line, column: 1)
    place.column -= inserted.count { $0 >= line && $0 < offset }
    return place
  }

  private static func unmarked(_ name: String) -> String {
    guard let first = name.unicodeScalars.first, marks.contains(first.value) else { return name }
    return unmarked(String(name.unicodeScalars.dropFirst()))
  }
}
