import Basics
import Expressions
import Testing
import YAMLText

@Suite struct FieldReaderTests {
  private func read(_ text: String) throws -> (fields: [Field], findings: [Diagnostic]) {
    var findings = Diagnostics()
    let node = try YAMLReader.read(text, file: "w.yaml")
    let fields = FieldReader.fields(node, part: "inputs", &findings)
    return (fields, findings.all)
  }

  @Test("a declaration becomes a field with its rules")
  func complete() throws {
    let (fields, findings) = try read(
      """
      bandwidth: {type: integer, default: 2, min: 2, max: 10000, unit: Mbps, help: {en: Width, zh: 带宽}}
      version: {type: string, enum: [1.10, "2"], default: 1.10, pattern: '[0-9.]+'}
      secret: {type: string, sensitive: true, required: false}
      """)
    #expect(findings.isEmpty)
    #expect(fields.map(\.name) == ["bandwidth", "version", "secret"])
    #expect(fields[0].type == .integer)
    #expect(fields[0].defaultValue == 2)
    #expect(fields[0].minimum == 2 && fields[0].maximum == 10000)
    #expect(fields[0].unit == "Mbps")
    #expect(fields[0].help?.text(in: "zh") == "带宽")
    #expect(!fields[0].required)
    #expect(fields[1].defaultValue == "1.10")
    #expect(fields[1].allowed == ["1.10", "2"])
    #expect(fields[2].sensitive && !fields[2].required)
    #expect(fields[0].location?.description == "w.yaml:1:1")
  }

  @Test("lists, maps and objects nest, and without items or fields they hold anything")
  func nested() throws {
    let (fields, findings) = try read(
      """
      sites: {type: list, items: {type: object, fields: {name: {type: string}, cidr: {type: cidr}}}}
      tags: {type: map, items: {type: string}, default: {a: 1}}
      free: {type: list}
      loose: {type: object}
      """)
    #expect(findings.isEmpty)
    guard case .list(.object(let members)) = fields[0].type else { return #expect(Bool(false), "a list of objects") }
    #expect(members.map(\.name) == ["name", "cidr"])
    #expect(fields[1].type == .map(.string))
    #expect(fields[1].defaultValue == ["a": "1"])
    #expect(fields[2].type == .list(.any))
    #expect(fields[3].type == .map(.any))
  }

  @Test(
    "each mistake is reported at its own place",
    arguments: [
      ("a: {typ: string}", "document.unknown-key 1:5 type; document.missing-key 1:4"),
      ("a: {type: strng}", "document.unknown-word 1:11 string"),
      ("a: string", "document.wrong-kind 1:4"),
      ("a: {type: integer, default: two}", "value.wrong-type 1:29"),
      ("a: {type: integer, default: 1, min: 2}", "value.too-small 1:29"),
      ("a: {type: integer, min: 3, max: 2}", "field.empty-range 1:33"),
      ("a: {type: string, pattern: '('}", "field.bad-pattern 1:28"),
      ("a: {type: cidr, default: 10.0.0.1/24}", "value.host-bits 1:26"),
      ("a: {type: boolean, min: 1}", "field.key-not-for-type 1:20"),
      ("a: {type: string, items: {type: string}}", "field.key-not-for-type 1:19"),
      ("a: {type: list, items: {type: string, min: 1}}", "document.unknown-key 1:39"),
      ("a: {type: string, sensitive: maybe}", "document.wrong-kind 1:30"),
      ("a: {type: string, help: {en: x, cn: y}}", "document.unknown-key 1:33 en"),
      ("a: {type: string, enum: []}", "field.empty-enum 1:25"),
      ("a: {type: string, enum: [x], example: y}", "value.not-allowed 1:39"),
      ("a-b: {type: string}", "document.bad-name 1:1"),
      ("a: {type: list, items: {type: integer}, default: [1, x]}", "value.wrong-type 1:50"),
      (
        "a: {type: object, fields: {name: {type: string}}, default: {nam: x}}",
        "value.unknown-member 1:60 name; value.missing 1:60"
      ),
    ])
  func mistakes(text: String, expected: String) throws {
    let findings = try read(text).findings
    #expect(findings.map(summary).joined(separator: "; ") == expected)
  }

  private func summary(_ finding: Diagnostic) -> String {
    let place = finding.location.map { " \($0.line):\($0.column)" } ?? ""
    return finding.code.rawValue + place + (finding.arguments["suggestion"].map { " \($0)" } ?? "")
  }
}
