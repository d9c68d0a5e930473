package import Basics
internal import Yams

/// Reads one YAML document into nodes that know their places.
package enum YAMLReader {
  /// The largest file in bytes.
  package static let largestFile = 1 << 20
  /// The most nodes after aliases are replaced.
  package static let mostNodes = 250_000
  /// The deepest nesting of mappings and sequences.
  package static let deepest = 200

  /// Reads a whole file.
  ///
  /// Refused, each with its place: wrong syntax, a second document, duplicate keys, keys that are no text, merge keys (`<<`), tags
  /// other than `!!str`, files, trees and depths over the limits above. Columns count Unicode scalars.
  package static func read(_ text: String, file: String) throws(Diagnostics) -> YAMLNode {
    guard text.utf8.count <= largestFile else { throw tooLarge(text.utf8.count, file) }
    let source = SourceText(text, file: file)
    do {
      return try convert(root(of: text, source), source)
    } catch YamlError.duplicatedKeysInMapping {
      throw DuplicateKeys.find(in: text, file: file)
    } catch let failure as Diagnostics {
      throw failure
    } catch {
      throw Diagnostics(YAMLSyntax.diagnostic(for: error, source))
    }
  }

  /// Reads a file's bytes, which must be UTF-8.
  package static func read(_ bytes: [UInt8], file: String) throws(Diagnostics) -> YAMLNode {
    guard bytes.count <= largestFile else { throw tooLarge(bytes.count, file) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Diagnostics(Diagnostic(.yamlNotUTF8, at: SourceLocation(file: file)))
    }
    return try read(text, file: file)
  }

  /// The one document of a text as Yams composes it.
  static func root(of text: String, _ source: SourceText) throws -> Node {
    try AliasKeys.check(text, source)
    return try compose(text, source)
  }

  /// The same without regard to what its keys cost.
  static func compose(_ text: String, _ source: SourceText) throws -> Node {
    // The basic resolver runs no regular expression over each scalar; `PlainScalar` decides instead.
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    guard let root = try parser.nextRoot() else {
      throw Diagnostics(Diagnostic(.yamlEmpty, at: SourceLocation(file: source.file)))
    }
    if let second = try parser.nextRoot() {
      let place = second.mark.map { SourceLocation(file: source.file, line: $0.line, column: $0.column) }
      throw Diagnostics(Diagnostic(.yamlSeveralDocuments, at: place))
    }
    return root
  }

  private static func convert(_ root: Node, _ source: SourceText) throws -> YAMLNode {
    var converter = NodeConverter(source: source)
    let node = try converter.convert(root, depth: 1)
    try converter.findings.throwIfErrors()
    return node
  }

  private static func tooLarge(_ size: Int, _ file: String) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        .yamlTooLarge, ["size": String(size), "limit": String(largestFile)], at: SourceLocation(file: file)))
  }
}
