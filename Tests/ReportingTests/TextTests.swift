import Basics
import Foundation
import Reporting
import Testing

@Suite struct TextTests {
  static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")

  /// Every code that the sources name: `Diagnostic.Code("...")`, labels and help texts.
  private static func codes() throws -> Set<String> {
    var codes: Set<String> = []
    let patterns: [(Regex<(Substring, Substring)>, String)] = [
      (/Code\("([a-z][a-z0-9.-]+)"\)/, ""), (/label\("([a-z][a-z0-9.-]*)"/, "ui."),
      (/talk\("([a-z][a-z0-9.-]*)"/, "ui."),
      (/HelpText\.help\("([a-z.-]+)"/, "help."),
    ]
    guard let files = FileManager.default.enumerator(atPath: sources.path) else { return [] }
    for case let file as String in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      for (pattern, prefix) in patterns {
        for match in text.matches(of: pattern) where !match.output.1.hasSuffix(".") {
          codes.insert(prefix + match.output.1)
        }
      }
      for match in text.matches(of: /HelpText\.command\(\s*"([a-z ]+)"/) {
        codes.insert("help.\(match.output.1.replacing(" ", with: "-")).abstract")
      }
    }
    return codes
  }

  @Test("every code that the program uses has a sentence in every language", arguments: Language.allCases)
  func complete(language: Language) throws {
    let known = Phrasebook(language).codes
    let missing = try Self.codes().subtracting(known).sorted()
    #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
  }

  @Test("the languages have the same codes, and each sentence names the same arguments")
  func parallel() {
    let english = Phrasebook(.english)
    let chinese = Phrasebook(.chinese)
    #expect(english.codes.symmetricDifference(chinese.codes).sorted() == [])
    for code in english.codes {
      let names = { (phrases: Phrasebook) in
        Set(phrases.template(Diagnostic.Code(code)).matches(of: /\{([a-z_A-Z]+)\}/).map { String($0.output.1) })
      }
      #expect(names(english) == names(chinese), "\(code)")
    }
  }

  @Test("an argument that comes in several languages is shown in the reader's")
  func localized() {
    let code = Diagnostic.Code("flow.assert")
    let arguments = LocalizedText(["en": "too small", "zh": "太小"]).arguments("message")
    #expect(Phrasebook(.english).text(code, arguments).hasSuffix("too small"))
    #expect(Phrasebook(.chinese).text(code, arguments).hasSuffix("太小"))
    #expect(Phrasebook(.chinese).text(code, LocalizedText(plain: "plain").arguments("message")).hasSuffix("plain"))
  }

  @Test("a code without a sentence shows itself and its arguments; nothing is hidden")
  func unknown() {
    #expect(Phrasebook(.english).text(Diagnostic.Code("no.such"), ["a": "1"]) == "no.such (a=1)")
  }

  @Test("the language follows --lang, then the locale")
  func language() {
    #expect(Language.chosen(option: "zh", environment: ["LANG": "en_US.UTF-8"]) == .chinese)
    #expect(Language.chosen(option: nil, environment: ["LC_ALL": "zh_CN.UTF-8", "LANG": "en_US"]) == .chinese)
    #expect(Language.chosen(option: nil, environment: ["LANG": "C"]) == .english)
  }

  @Test("text from elsewhere cannot steer the terminal")
  func safe() {
    #expect(SafeText.line("a\u{1B}[31mb\nc\u{7}") == "a␛[31mb c␇")
    #expect(SafeText.block("a\nb\t\u{9B}2J") == "a\nb\t\u{FFFD}2J")
    #expect(SafeText.line("\u{202E}abc") == "\u{FFFD}abc")
  }

  @Test("columns are aligned with wide characters, and cut with an ellipsis")
  func columns() {
    var table = TextTable()
    table.add(["云", "x"])
    table.add(["abc", "y"])
    #expect(table.lines() == ["云   x", "abc  y"])
    #expect(ColumnWidth.cut("云企业网", to: 5) == "云企…")
  }

  @Test("colour follows the terminal, NO_COLOR, CLICOLOR_FORCE and TERM=dumb")
  func colour() {
    #expect(Style(isTerminal: true, environment: ["TERM": "xterm"]).isColoured)
    #expect(!Style(isTerminal: true, environment: ["NO_COLOR": "1"]).isColoured)
    #expect(!Style(isTerminal: true, environment: ["TERM": "dumb"]).isColoured)
    #expect(Style(isTerminal: false, environment: ["CLICOLOR_FORCE": "1"]).isColoured)
    #expect(Style(isColoured: true).paint("x", .red) == "\u{1B}[31mx\u{1B}[0m")
  }

  @Test("findings are sorted by place, with what belongs to them below, and counted")
  func diagnostics() {
    let place = { (line: Int) in Basics.SourceLocation(file: "w.yaml", line: line, column: 3) }
    let text = DiagnosticText(phrases: Phrasebook(.english), style: Style(isColoured: false))
    let lines = text.lines(
      Diagnostics([
        Diagnostic(Diagnostic.Code("x.second"), at: place(9)),
        Diagnostic(
          Diagnostic.Code("x.first"), at: place(2),
          related: [Diagnostic(Diagnostic.Code("x.also"), at: place(1), severity: .note)]),
      ]))
    #expect(
      lines == [
        "w.yaml:2:3: error: x.first", "  w.yaml:1:3: note: x.also", "w.yaml:9:3: error: x.second", "2 errors",
      ])
  }
}
