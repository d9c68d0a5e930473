package import Basics
import Foundation
import FoundationXML

/// XML answers of the Query protocol as plain values.
///
/// An element with only `item` or `member` children is a list, an empty element null, text a string; attributes and namespaces are left
/// out. A document type declaration is refused: no such answer has one, and entities are how hostile XML grows.
package enum XMLText {
  /// The content of the root element, and the root's name.
  package static func parse(_ bytes: [UInt8]) -> (root: String, value: Value)? {
    guard bytes.firstRange(of: Array("<!DOCTYPE".utf8)) == nil else { return nil }
    let builder = TreeBuilder()
    let parser = XMLParser(data: Foundation.Data(bytes))
    parser.shouldProcessNamespaces = true
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    guard parser.parse(), let root = builder.root else { return nil }
    return (root.name, root.value)
  }

  /// The bytes of `<Root xmlns="...">` with members in the given order (for whoever answers such requests).
  package static func escape(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

private struct Element {
  var name: String
  var text = ""
  var children: [(name: String, value: Value)] = []

  var value: Value {
    if children.isEmpty {
      let trimmed = text.contains(where: { !$0.isWhitespace }) ? text : ""
      return trimmed.isEmpty ? .null : .string(trimmed)
    }
    if children.allSatisfy({ $0.name == "item" || $0.name == "member" }) { return .list(children.map(\.value)) }
    return .object(Dictionary(children.map { ($0.name, $0.value) }) { first, _ in first })
  }
}

/// Collects elements as the parser meets them; depth is bounded, so that a hostile answer cannot exhaust the stack.
private final class TreeBuilder: NSObject, XMLParserDelegate {
  static let maximumDepth = 100
  private var open: [Element] = []
  private(set) var root: Element?

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if open.count == Self.maximumDepth { return parser.abortParsing() }
    open.append(Element(name: name))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if !open.isEmpty { open[open.count - 1].text += text }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Foundation.Data) {
    if !open.isEmpty { open[open.count - 1].text += String(decoding: block, as: UTF8.self) }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard let element = open.popLast() else { return }
    if open.isEmpty { root = element } else { open[open.count - 1].children.append((element.name, element.value)) }
  }
}
