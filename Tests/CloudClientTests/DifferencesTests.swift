import Basics
import ProviderModel
import Testing

@testable import CloudClient

@Suite("Comparing by type")
struct DifferencesTests {
  @Test(
    "given and present are the same",
    arguments: [
      ("10.0.0.5/24", "10.0.0.0/24", .cidr, .equal), ("2001:DB8::/32", "2001:db8:0::/32", .cidr, .equal),
      (5, "5", .integer, .equal), (true, "true", .boolean, .equal), ("1h", "60m", .duration, .equal),
      (["a", "b"], ["b", "a", "a"], .list(.string), .set), (["a"], ["b", "a"], .list(.string), .contains),
      (["10.0.0.0/24"], ["10.0.0.9/24", "10.1.0.0/24"], .list(.cidr), .contains), ([], nil, .list(.string), .contains),
      ("AbC", "aBc", .string, .ignoreCase), (["A"], ["a"], .list(.string), .ignoreCase),
      ("::1", "0:0:0:0:0:0:0:1", .ip, .equal), (["k": "1", "x": nil], ["k": 1], .map(.integer), .equal),
    ] as [(Value, Value, ValueType, Comparison.Mode)])
  func same(given: Value, present: Value, type: ValueType, mode: Comparison.Mode) {
    #expect(Differences.matches(given, present, type, mode))
  }

  @Test(
    "given and present differ",
    arguments: [
      ("10.0.0.0/24", "10.0.0.0/25", .cidr, .equal), ("a", "A", .string, .equal), ("a", nil, .string, .equal),
      (["a", "b"], ["b", "a"], .list(.string), .equal), (["a", "b"], ["a"], .list(.string), .contains),
      (["a"], ["a", "b"], .list(.string), .set), (false, "true", .boolean, .equal),
    ] as [(Value, Value, ValueType, Comparison.Mode)])
  func different(given: Value, present: Value, type: ValueType, mode: Comparison.Mode) {
    #expect(!Differences.matches(given, present, type, mode))
  }
}
