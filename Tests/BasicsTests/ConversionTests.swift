import Basics
import Testing

@Suite struct ConversionTests {
  @Test(
    "what cannot be converted is no value at all, not null",
    arguments: [
      (.boolean, "maybe"), (.number, "1e999"), (.number, "x"), (.integer, "1.5"), (.cidr, "10.0.0.1/8"),
      (.ip, "nowhere"), (.duration, 5), (.list(.integer), ["1", "x"]), (.map(.boolean), ["a": "no"]),
      (.object([Field("n", .integer)]), ["n": "x"]), (.string, ["x"]), (.list(.string), "x"),
    ] as [(ValueType, Value)])
  func refused(type: ValueType, value: Value) {
    let isConverted = if case .some = type.converted(value) { true } else { false }
    #expect(!isConverted)
  }

  @Test(
    "text stands for other types, and null stays null",
    arguments: [
      (.boolean, "True", true), (.boolean, "false", false), (.number, "1.5", 1.5),
      (.integer, "-3", -3), (.integer, 4.0, 4), (.string, 12, "12"), (.cidr, "10.0.0.0/8", "10.0.0.0/8"),
      (.list(.integer), ["1", 2], [1, 2]), (.map(.boolean), ["a": "true"], ["a": true]), (.integer, nil, nil),
      (.object([Field("n", .integer)]), ["n": "1", "m": "x"], ["n": 1, "m": "x"]),
    ] as [(ValueType, Value, Value)])
  func converted(type: ValueType, value: Value, expected: Value) {
    #expect(type.converted(value) == .some(expected))
  }
}
