import Basics
import JSONText
import Testing

@Suite struct JSONTests {
  private func failure(_ text: String) -> JSONSyntaxError? {
    do throws(JSONSyntaxError) {
      _ = try JSON.parse(text)
      return nil
    } catch { return error }
  }

  @Test("a value comes back from its text as it went, compact and pretty")
  func roundTrip() throws {
    let value: Value = [
      "text": "中\u{0}\u{1}\u{1F}\"\\/\n\u{1F600}", "whole": .integer(.max), "least": .integer(.min), "half": 0.5,
      "tiny": .number(.leastNonzeroMagnitude), "huge": 1.7976931348623157e308,
      "nested": [[], [:], nil, true, false], "": "empty key",
    ]
    #expect(try JSON.parse(JSON.text(value)) == value)
    #expect(try JSON.parse(JSON.text(value, pretty: true)) == value)
    #expect(try JSON.parse("0.1") == 0.1)
  }

  @Test("keys are sorted, UTF-8 stays, pretty indents by two")
  func writing() {
    let value: Value = ["b": [1, 2.5, "中"], "a": [:], "B": [], "c": ["d": 3.0]]
    #expect(JSON.text(value) == #"{"B":[],"a":{},"b":[1,2.5,"中"],"c":{"d":3}}"#)
    #expect(
      JSON.text(value, pretty: true) == """
        {
          "B": [],
          "a": {},
          "b": [
            1,
            2.5,
            "中"
          ],
          "c": {
            "d": 3
          }
        }
        """)
    #expect(JSON.text(.number(.nan)) == "null")
  }

  @Test("any top-level value is read, the last of two members counts, a byte order mark is skipped")
  func reading() throws {
    #expect(try JSON.parse("null") == .null)
    #expect(try JSON.parse(" 12 ") == 12)
    #expect(try JSON.parse("{\"a\":1,\"a\":2}") == ["a": 2])
    #expect(try JSON.parse("\u{FEFF}[\"\\u0000\\ud83d\\ude00\"]") == ["\u{0}\u{1F600}"])
    #expect(try JSON.parse("9007199254740993") == 9_007_199_254_740_993)
  }

  @Test(
    "what is no JSON is refused with reason and place",
    arguments: [
      ("", "premature-end", 1, 1), ("{\"a\":", "premature-end", 1, 5), ("[1,\n x]", "syntax", 2, 2),
      ("[1] 2", "end-expected", 1, 5),
      ("9223372036854775808", "number-range", 1, 19), ("-1e999", "number-range", 1, 6), ("[01]", "syntax", 1, 2),
      ("{a:1}", "syntax", 1, 2),
    ])
  func refused(text: String, reason: String, line: Int, column: Int) {
    let error = failure(text)
    #expect(error?.reason.rawValue == reason)
    #expect(error.map { [$0.line, $0.column] } == [line, column])
  }

  @Test("broken UTF-8 and deep nesting are refused")
  func limits() {
    #expect(throws: JSONSyntaxError.self) { try JSON.parse([0x22, 0xFF, 0x22]) }
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(failure(nested(JSON.deepest)) == nil)
    for depth in [JSON.deepest + 1, 2000, 100_000] { #expect(failure(nested(depth))?.reason == .tooDeep) }
  }

  @Test("a large document is read whole")
  func large() throws {
    let item = #"{"InstanceId":"i-0123456789abcdef0","Tags":[{"Key":"Name","Value":"中文"}],"Size":20}"#
    let text = "[" + Array(repeating: item, count: 50_000).joined(separator: ",") + "]"
    let clock = ContinuousClock()
    let start = clock.now
    let value = try JSON.parse(text)
    print("\(text.utf8.count) bytes of JSON: \(clock.now - start)")
    #expect(value.list?.count == 50_000)
    #expect(value[49_999]["Tags"][0]["Value"] == "中文")
  }
}
