import Basics
import Testing
import YAMLText

@Suite struct YAMLReaderTests {
  private func read(_ text: String) throws -> YAMLNode { try YAMLReader.read(text, file: "w.yaml") }

  private func findings(_ text: String) -> [Diagnostic] {
    do throws(Diagnostics) {
      _ = try YAMLReader.read(text, file: "w.yaml")
      return []
    } catch { return error.all }
  }

  private func at(_ line: Int, _ column: Int) -> Basics.SourceLocation {
    Basics.SourceLocation(file: "w.yaml", line: line, column: column)
  }

  @Test(
    "plain scalars follow the strict part of the core schema; everything else is text",
    arguments: [
      ("", Value.null), ("~", .null), ("null", .null), ("true", true), ("false", false), ("0", 0), ("-12", -12),
      ("9223372036854775807", .integer(.max)), ("9223372036854775808", "9223372036854775808"), ("1.5", 1.5),
      ("-0.25e2", -25.0), ("1e3", 1000.0), ("yes", "yes"), ("on", "on"), ("True", "True"), ("Null", "Null"),
      ("0o17", "0o17"), ("0x1F", "0x1F"), ("007", "007"), ("+1", "+1"), ("1_000", "1_000"), (".5", ".5"), ("1.", "1."),
      (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("2018-03-13", "2018-03-13"), ("12:30", "12:30"),
      ("10.0.0.1", "10.0.0.1"), ("-a", "-a"), ("1e", "1e"), ("'1'", "1"), ("\"true\"", "true"), ("!!str 5", "5"),
      ("| \n  5\n", "5\n"),
    ])
  func scalars(text: String, value: Value) throws {
    #expect(try read("key: \(text)")["key"]?.value == value)
  }

  @Test("mappings keep the order of the file and sequences their elements")
  func collections() throws {
    let node = try read("b: 1\na: [x, {c: ~}]\n")
    #expect(node.entries?.map(\.key) == ["b", "a"])
    #expect(node.value == ["a": ["x", ["c": nil]], "b": 1])
    #expect(node["a"]?.elements?.count == 2)
    #expect(node["missing"] == nil)
  }

  @Test("each scalar knows its first character: of a quoted one the quote, behind anchors and tags")
  func places() throws {
    let node = try read(
      """
      # head
      name: plain text
      中文:   'quoted'
      double: "a\\tb"
      list: [one, "two"]
      anchor: &x  !!str value
      block: |
        text
      same: *x
      empty:
      """)
    #expect(node.location == at(2, 1))
    #expect(node["name"]?.location == at(2, 7))
    #expect(node["中文"]?.location == at(3, 7))
    #expect(node.entries?[1].keyLocation == at(3, 1))
    #expect(node["double"]?.location == at(4, 9))
    #expect(node["list"]?.elements?.map(\.location) == [at(5, 8), at(5, 13)])
    #expect(node["anchor"]?.location == at(6, 19))
    #expect(node["block"]?.location == at(7, 8))
    #expect(node["same"]?.value == "value")
    #expect(node["empty"]?.location == at(10, 7))
  }

  @Test("an offset inside a scalar is a column when the text stands there character by character")
  func offsets() throws {
    let node = try read(
      """
      plain: a ${{ b }}
      single: '中 ${{ b }}'
      double: "a ${{ b }}"
      escaped: "\\ta ${{ b }}"
      doubled: 'it''s'
      folded: one
        two
      """)
    #expect(node["plain"]?.location(at: 2) == at(1, 10))
    #expect(node["single"]?.location(at: 2) == at(2, 12))
    #expect(node["double"]?.location(at: 2) == at(3, 12))
    #expect(node["escaped"]?.location(at: 2) == at(4, 10))
    #expect(node["doubled"]?.location(at: 3) == at(5, 10))
    #expect(node["folded"]?.location(at: 5) == at(6, 9))
  }

  @Test("a duplicate key is reported with both places, every one of them at once")
  func duplicates() {
    let found = findings("a: 1\nb: {c: 1, d: 2, \"c\": 3}\na: 2\nb: 4\na: 5\n")
    #expect(found.map(\.code) == Array(repeating: .yamlDuplicateKey, count: 4))
    #expect(found.map(\.location) == [at(3, 1), at(4, 1), at(5, 1), at(2, 17)])
    #expect(found.map { $0.related.first?.location } == [at(1, 1), at(2, 1), at(1, 1), at(2, 5)])
    #expect(found.map { $0.arguments["key"] } == ["a", "b", "a", "c"])
  }

  @Test(
    "what is refused is refused with its place",
    arguments: [
      ("a: [1, 2\nb: 3", "yaml.syntax", 2, 2), ("a: b: c", "yaml.syntax", 1, 5), ("a: \"x", "yaml.syntax", 1, 6),
      ("a: *b", "yaml.unknown-alias", 1, 4), ("a: &b [*b]", "yaml.unknown-alias", 1, 8),
      ("a: 1\n---\nb: 2\n", "yaml.several-documents", 3, 1), ("", "yaml.empty", 1, 1), ("# x\n", "yaml.empty", 1, 1),
      ("? [a]\n: 1", "yaml.key-not-text", 1, 3), ("{[a]: 1, [a]: 2}", "yaml.key-not-text", 1, 2),
      ("80: x", "yaml.key-not-quoted", 1, 1), ("null: x", "yaml.key-not-quoted", 1, 1),
      ("a: &x {b: 1}\nc:\n  <<: *x\n", "yaml.merge-key", 3, 3), ("a: !secret x", "yaml.tag", 1, 12),
      ("a: !!int '5'", "yaml.tag", 1, 10), ("a: b\u{1}", "yaml.syntax", 1, 5),
    ])
  func refused(text: String, code: String, line: Int, column: Int) {
    let found = findings(text)
    #expect(found.first?.code == Diagnostic.Code(code))
    #expect(found.first?.location == at(line, column))
  }

  @Test("files over 1 MiB, bytes that are no UTF-8, deep nesting and alias bombs are refused")
  func limits() {
    #expect(findings(String(repeating: "#", count: 1 << 20) + "\n").first?.code == .yamlTooLarge)
    #expect(throws: Diagnostics.self) { try YAMLReader.read([0x61, 0xFF], file: "w.yaml") }
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(findings(nested(199)).isEmpty)
    #expect(findings(nested(201)).first?.code == .yamlTooDeep)
    #expect(findings(nested(100_000)).first?.code == .yamlSyntax)
    var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1...12 {
      bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]\n"
    }
    #expect(findings(bomb).first?.code == .yamlTooManyNodes)
    for key in ["? *a12\n: 1\n", "*a12 : 1\n", "y: {[*a12]: 1}\n", "x: {{y: *a12} : 1}\n"] {
      #expect(findings(bomb + key).first?.code == .yamlKeyNotText)
    }
    let busy = "- x[?a == 'b' && c].*.d[*] ? {e} && *.f & sort_by(g, &h)\n- 'x ${{ y }}: *z'\n"
    #expect(findings(String(repeating: busy, count: 100)).isEmpty)
    #expect(findings("a: &a 1\nb: *a\nc: 'ls *x : y && z'\n").isEmpty)
  }

  @Test("a file of 1 MiB with 20,000 entries reads in a fraction of a second")
  func speed() throws {
    var text = "steps:\n"
    for step in 0..<20_000 { text += "  s\(step): {uses: flow/noop, with: {v: x}}\n" }
    #expect(text.utf8.count <= YAMLReader.largestFile)
    let clock = ContinuousClock()
    let start = clock.now
    let node = try read(text)
    let spent = clock.now - start
    print("20,000 steps, \(text.utf8.count) bytes: \(spent)")
    #expect(node["steps"]?.entries?.count == 20_000)
    #expect(spent < .seconds(10))
  }
}
