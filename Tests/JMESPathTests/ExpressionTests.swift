import Basics
import JMESPath
import Testing

@Suite struct ExpressionTests {
  private func failure(_ source: String, _ current: Value = [:]) -> JMESPathError? {
    do throws(JMESPathError) {
      _ = try JMESExpression(source).evaluate(current)
      return nil
    } catch { return error }
  }

  @Test("a variable has its value everywhere, inside filters, projections and pipes too")
  func variables() throws {
    let routes: Value = ["Routes": [["Cidr": "10.0.0.0/8", "Id": 1], ["Cidr": "10.1.0.0/16", "Id": 2]]]
    let variables: [String: Value] = ["inputs": ["cidr": "10.1.0.0/16"]]
    for source in [
      "Routes[?Cidr == $inputs.cidr].Id | [0]", "Routes[?Cidr == $inputs.cidr] | [0].Id",
      "Routes[*].{id: Id, same: Cidr == $inputs.cidr}[?same] | [0].id", "($inputs.cidr && `2`)",
    ] {
      #expect(try JMESExpression(source).evaluate(routes, variables: variables) == 2)
    }
    #expect(throws: JMESPathError(.undefinedVariable, .jmesUndefinedVariable, ["name": "self"], offset: 8)) {
      try JMESExpression("Routes[?$self]").evaluate(routes, variables: variables)
    }
  }

  @Test("not takes a whole path")
  func negation() throws {
    #expect(try JMESExpression("!a.b").evaluate(["a": ["b": false]]) == true)
    #expect(try JMESExpression("!a[0].b").evaluate(["a": [["b": true]]]) == false)
    #expect(try JMESExpression("!a == b").evaluate(["a": true, "b": false]) == true)
  }

  @Test("integers keep every digit, and are ordered exactly against other numbers")
  func numbers() throws {
    let numbers: Value = ["a": [9_007_199_254_740_993, .number(9_007_199_254_740_992), 1.5, .integer(.max), 1e300]]
    #expect(
      try JMESExpression("sort(a)").evaluate(numbers)
        == [1.5, .number(9_007_199_254_740_992), 9_007_199_254_740_993, .integer(.max), 1e300])
    #expect(try JMESExpression("a[0] > a[1]").evaluate(numbers) == true)
    #expect(try JMESExpression("max(a)").evaluate(numbers) == 1e300)
    #expect(try JMESExpression("sum(`[9007199254740992, 1]`)").evaluate(nil) == 9_007_199_254_740_993)
    #expect(try JMESExpression("abs(`-9223372036854775808`)").evaluate(nil) == 9_223_372_036_854_775_808.0)
    #expect(try JMESExpression("to_string(@)").evaluate(["b": 1.0, "a": [0.1, "\n"]]) == #"{"a":[0.1,"\n"],"b":1}"#)
  }

  @Test(
    "an error has its code and its place",
    arguments: [
      ("a == 10", "jmespath.bare-number", 5), ("a = b", "jmespath.single-equals", 2), ("'中文", "jmespath.unclosed", 0),
      ("中", "jmespath.unexpected-character", 0), ("a == `x`", "jmespath.bad-literal", 5),
      ("`tru`", "jmespath.bad-literal", 0), ("`nul`", "jmespath.bad-literal", 0), ("`1 2`", "jmespath.bad-literal", 0),
      ("`1e999`", "jmespath.bad-literal", 0),
      ("`[fals]`", "jmespath.bad-literal", 0),
      ("a.", "jmespath.unexpected-end", 2),
      ("a b", "jmespath.unexpected-token", 2), ("'中' b", "jmespath.unexpected-token", 4),
      ("a[::0]", "jmespath.slice-step", 3), ("\"length\"(a)", "jmespath.quoted-function", 0),
      ("@(a)", "jmespath.not-a-function", 1), ("&a", "jmespath.reference-place", 0),
      ("a[99999999999999999999]", "jmespath.number-range", 2),
      ("x || lenght(a)", "jmespath.unknown-function-near", 5), ("frobnicate(a)", "jmespath.unknown-function", 0),
      ("length()", "jmespath.argument-count", 0), ("x || length(`1`)", "jmespath.argument-type", 5),
      ("length(&a)", "jmespath.argument-type", 0), ("$", "jmespath.unexpected-character", 0),
      ("join(',', `[1]`)", "jmespath.argument-type", 0), ("a.$b", "jmespath.unexpected-token", 2),
      ("length(a,)", "jmespath.unexpected-token", 9),
    ])
  func errors(source: String, code: String, offset: Int) {
    let error = failure(source)
    #expect(error?.code == Diagnostic.Code(code))
    #expect(error?.offset == offset)
  }

  @Test("however deep or long a hostile expression is, it is refused or evaluated, never a crash")
  func hostile() {
    let pieces = [
      "(", "[", "{a:", "!", "a.", "a[", "a[?", "a||", "a|", "a[]", "*.", "[*]", "a(", "map(&", "@", "a==", "$a.", "`[",
      "'", "\"",
    ]
    for piece in pieces {
      for closing in ["", "a", ")", "]", "}"] {
        for count in [10, 199, 5000] {
          _ = failure(String(repeating: piece, count: count) + String(repeating: closing, count: count), ["a": [1]])
        }
      }
    }
    #expect(failure(String(repeating: "a.", count: 5000) + "a")?.code == .jmesTooDeep)
    #expect(failure(String(repeating: "(", count: 5000) + "a")?.code == .jmesTooDeep)
    #expect(failure(String(repeating: " ", count: 70_000))?.code == .jmesTooLong)
    #expect(failure(Array(repeating: "a", count: 150).joined(separator: " || ")) == nil)
    #expect(failure("[" + Array(repeating: "a", count: 5000).joined(separator: ",") + "]") == nil)
  }

  @Test("random pieces put together never crash the reader or the evaluator")
  func fuzz() {
    var state: UInt64 = 20220523
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces = [
      "a", "b", "\"c\"", ".", "*", "[", "]", "[]", "[?", "[*]", "0", "-1", ":", "::", "`1`", "`[1,2]`", "'x'", "(", ")",
      "{", "}",
      ",", "|", "||", "&&", "&", "!", "==", "<", "@", "$v", "sort_by(", "length(", "merge(", " ",
    ]
    var evaluated = 0
    for _ in 0..<20_000 {
      let source = (0...random(9)).map { _ in pieces[random(pieces.count)] }.joined()
      if failure(source, ["a": [1, ["b": 2]], "b": ["a": nil, "c": "x"]]) == nil { evaluated += 1 }
    }
    #expect(evaluated > 100)
  }

  @Test("a slice follows Python's rules at every bound", arguments: [Int.min, -7, -2, -1, 0, 1, 2, 7, .max])
  func slices(bound: Int) throws {
    for step in [Int.min, -3, -1, 1, 3, .max] {
      let result = try JMESExpression("@[\(bound)::\(step)]").evaluate([0, 1, 2, 3, 4])
      let start = bound < 0 ? max(bound + 5, step < 0 ? -1 : 0) : min(bound, step < 0 ? 4 : 5)
      let expected = (0..<5).filter {
        step > 0 ? $0 >= start && ($0 - start) % step == 0 : $0 <= start && (start - $0) % -max(step, -9) == 0
      }
      #expect(result.list?.compactMap(\.integer).sorted() == expected)
    }
  }
}
