import Basics

/// A piece of HTML or SVG that is safe to put anywhere between tags.
struct Markup: Sendable {
  fileprivate(set) var text: String

  fileprivate init(_ text: String) { self.text = text }

  static let nothing = Markup("")

  /// Code of this program: a style sheet.
  static func code(_ texts: StaticString...) -> Markup { Markup(texts.map { "\($0)" }.joined(separator: "\n")) }
}

/// Writes elements; all text goes through `text`, which masks secrets, shows control characters and escapes.
struct MarkupWriter: Sendable {
  var masker: Masker

  /// Text from anywhere.
  func text(_ raw: String) -> Markup { Markup(Self.escape(SafeText.line(masker.mask(raw)))) }

  /// Text from anywhere, line breaks kept.
  func block(_ raw: String) -> Markup { Markup(Self.escape(SafeText.block(masker.mask(raw)))) }

  /// The beginning of a text, cut to what fits into a picture.
  func short(_ raw: String, columns: Int) -> Markup {
    Markup(Self.escape(ColumnWidth.cut(SafeText.line(masker.mask(raw)), to: columns)))
  }

  /// An element; the attributes are this program's own, never text from elsewhere.
  func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: Markup...) -> Markup {
    element(name, attributes, content)
  }

  func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: [Markup]) -> Markup {
    var result = "<\(name)"
    for (key, value) in attributes where !value.isEmpty { result += " \(key)=\"\(Self.escape(value))\"" }
    if content.isEmpty && !Self.containers.contains(name) { return Markup(result + "/>") }
    result += ">"
    for piece in content { result += piece.text }
    return Markup(result + "</\(name)>")
  }

  func join(_ pieces: [Markup], separator: String = "") -> Markup {
    Markup(pieces.map(\.text).joined(separator: Self.escape(separator)))
  }

  /// Elements that HTML knows only with an end tag.
  private static let containers: Set = ["td", "th", "div", "p", "section", "span", "svg", "table", "ul", "pre", "h2"]

  private static func escape(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      // No XML may hold them.
      case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
