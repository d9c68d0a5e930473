import Basics
import Expressions
import JMESPath
import Testing
import YAMLText

/// Each function on its own, by tables.
@Suite struct FunctionTests {
  private static let scope = Scope(
    [
      "inputs": [
        "sites": [["name": "bj", "cidr": "10.1.0.0/24"], ["name": "sh", "cidr": "10.2.0.0/24"]],
        "cidrs": ["10.1.0.0/16", "10.2.0.0/16"], "map": ["x": 1], "none": nil, "one": "10.0.0.0/8",
      ],
      "steps": ["site": [["ip": "10.1.0.4"], ["ip": "10.2.0.4"]], "skipped": nil],
    ], groupKeys: ["site": ["bj", "sh"]])

  private func evaluate(_ source: String) throws -> Value {
    let node = try YAMLReader.read("|-\n  " + source, file: "f.yaml")
    return try Template.expression(from: node, roots: ["inputs", "steps"]).evaluate(Self.scope)
  }

  private func code(_ source: String) -> Diagnostic.Code? {
    do {
      _ = try evaluate(source)
      return nil
    } catch let error as ExpressionError { return error.diagnostic.code } catch let error as Diagnostics {
      return error.all.first?.code
    } catch { return nil }
  }

  @Test(
    "networks: what contains, meets and numbers what, in IPv4 and IPv6",
    arguments: [
      ("cidr_contains('10.1.0.0/16', '10.1.2.0/24')", #"true"#),
      ("cidr_contains('10.1.2.0/24', '10.1.0.0/16')", #"false"#),
      ("cidr_contains('10.1.0.0/16', '10.1.255.255')", #"true"#),
      ("cidr_contains('10.1.0.0/16', '10.2.0.0')", #"false"#),
      ("cidr_contains('0.0.0.0/0', '::1')", #"false"#), ("cidr_contains('2001:db8::/32', '2001:db8:1::/48')", #"true"#),
      ("cidr_contains('2001:db8::/32', '2001:db9::')", #"false"#), ("ip_in('10.1.0.4', '10.1.0.0/24')", #"true"#),
      ("ip_in('10.1.1.4', '10.1.0.0/24')", #"false"#), ("ip_in('fd00::1', 'fd00::/8')", #"true"#),
      ("cidr_network('10.1.2.3/24')", #""10.1.2.0/24""#), ("cidr_network('2001:db8::1/64')", #""2001:db8::/64""#),
      ("cidr_host('10.1.0.0/24', `4`)", #""10.1.0.4""#), ("cidr_host('10.1.0.9/24', `0`)", #""10.1.0.0""#),
      ("cidr_host('10.1.0.0/24', `-1`)", #""10.1.0.255""#), ("cidr_host('10.1.0.0/24', `-256`)", #""10.1.0.0""#),
      ("cidr_host('2001:db8::/64', `10`)", #""2001:db8::a""#),
      ("cidr_host('2001:db8::/64', `-1`)", #""2001:db8::ffff:ffff:ffff:ffff""#),
      ("disjoint('10.0.0.0/8', '11.0.0.0/8')", #"true"#), ("disjoint('10.0.0.0/8', '10.1.0.0/16')", #"false"#),
      ("disjoint('10.0.0.0/8', '12.0.0.0/8', '10.255.0.0/16')", #"false"#),
      ("disjoint('10.0.0.5/8', '10.1.0.0/16')", #"false"#),
      ("disjoint(inputs.cidrs)", #"true"#), ("disjoint([inputs.cidrs, [inputs.one]][])", #"false"#),
      ("disjoint(`[]`)", #"true"#),
      ("disjoint('0.0.0.0/0', '::/0')", #"true"#), ("overlaps('10.0.0.0/8', '10.1.0.0/16')", #"true"#),
      ("overlaps('fd00::/8', 'fd00:1::/32')", #"true"#), ("overlaps(inputs.cidrs)", #"false"#),
      ("overlaps('10.0.0.0/16', '10.0.0.0/16')", #"true"#),
    ])
  func networks(source: String, json: String) throws { #expect(try evaluate(source).jsonText == json) }

  @Test(
    "texts: encodings, digests, splitting, format",
    arguments: [
      ("base64('light work.')", #""bGlnaHQgd29yay4=""#), ("base64('中')", #""5Lit""#), ("base64('')", #""""#),
      ("sha256('abc')", #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#),
      ("urlencode('a b*~/中')", #""a%20b%2A~%2F%E4%B8%AD""#), ("lower('ABC-Ü')", #""abc-ü""#),
      ("split(',', 'a,b,,c')", #"["a","b","","c"]"#),
      ("split(',', '')", #"[]"#), ("split(',', inputs.none)", #"[]"#), ("split('::', 'a::b:c')", #"["a","b:c"]"#),
      ("split(',', 'a')", #"["a"]"#),
      ("split(',', ',')", #"["",""]"#), ("format('{0}-{1}-{0}', 'a', `2`)", #""a-2-a""#),
      ("format('{{{0}}}', `true`)", #""{true}""#),
      ("format('{0}|{1}', inputs.none, `1.5`)", #""|1.5""#), ("format('plain')", #""plain""#),
      ("parse_json('{\"a\": [1]}').a[0]", #"1"#),
      ("parse_json(inputs.none)", #"null"#),
    ])
  func texts(source: String, json: String) throws { #expect(try evaluate(source).jsonText == json) }

  @Test(
    "lists: sets, pairs, products, items by key",
    arguments: [
      ("unique(`[1, 2, 1.0, \"1\"]`)", #"[1,2,"1"]"#), ("minus(`[1, 2, 3]`, `[2]`)", #"[1,3]"#),
      ("minus(`[1]`, inputs.none)", #"[1]"#),
      ("pairs(`[1, 2]`)", #"[{"from":1,"to":2},{"from":2,"to":1}]"#), ("pairs(`[1]`)", #"[]"#),
      ("length(pairs(inputs.sites))", #"2"#),
      ("product(`[1, 2]`, `[\"x\"]`)", #"[{"a":1,"b":"x"},{"a":2,"b":"x"}]"#),
      ("without(`{\"a\": 1, \"b\": {\"c\": 2, \"d\": 3}}`, ['a', 'b.c', 'x.y'])", #"{"b":{"d":3}}"#),
      ("without(`{\"l\": [{\"a\": 1, \"b\": 2}]}`, ['l.a'])", #"{"l":[{"b":2}]}"#),
      ("at(inputs.sites, 'sh').cidr", #""10.2.0.0/24""#),
      ("at(inputs.cidrs, '10.2.0.0/16')", #""10.2.0.0/16""#), ("at(inputs.map, 'x')", #"1"#),
      ("at(`[[1], [2]]`, `1`)", #"[2]"#),
      ("at(steps.site, 'sh').ip", #""10.2.0.4""#), ("at($steps.site, inputs.sites[0].name).ip", #""10.1.0.4""#),
      ("at(steps.skipped, 'x').ip", #"null"#),
      ("inputs.sites[*].at($steps.site, name).ip", #"["10.1.0.4","10.2.0.4"]"#),
    ])
  func lists(source: String, json: String) throws { #expect(try evaluate(source).jsonText == json) }

  @Test(
    "arguments that do not fit give an error with its own code",
    arguments: [
      ("cidr_contains('10.1.0.0', '10.1.2.0')", "expression.not-cidr"),
      ("cidr_contains('10.1.0.0/16', 'x')", "expression.not-address"),
      ("cidr_contains('10.1.0.0/33', '10.1.2.0')", "expression.not-cidr"),
      ("cidr_host('10.1.0.0/24', `256`)", "expression.host-outside"),
      ("cidr_host('10.1.0.0/24', `-257`)", "expression.host-outside"),
      ("cidr_host('10.1.0.0/24', `1.5`)", "expression.not-whole"),
      ("disjoint('10.0.0.0/8')", "jmespath.argument-count"), ("disjoint()", "jmespath.argument-count"),
      ("disjoint(inputs.cidrs, '10.0.0.0/8')", "jmespath.argument-count"),
      ("disjoint(`[1]`)", "jmespath.argument-type"),
      ("disjoint(inputs.none, '10.0.0.0/8')", "jmespath.argument-type"),
      ("base64(inputs.none)", "jmespath.argument-type"),
      ("base64(`1`)", "jmespath.argument-type"), ("split('', 'a')", "expression.empty-separator"),
      ("format('{0}')", "expression.format-placeholder"),
      ("format('{x}', 'a')", "expression.format-brace"), ("format('{', 'a')", "expression.format-brace"),
      ("format('}', 'a')", "expression.format-brace"),
      ("format('{0}', inputs.map)", "expression.text-needs-scalar"), ("parse_json('{')", "expression.not-json"),
      ("at(inputs.sites, 'x')", "expression.no-such-key"),
      ("at(steps.site, '0')", "expression.no-such-key"), ("at(inputs.map, 'y')", "expression.no-such-key"),
      ("at(inputs.sites)", "jmespath.argument-count"),
      ("cidr_hots('10.0.0.0/8', `1`)", "jmespath.unknown-function-near"), ("pairs('x')", "jmespath.argument-type"),
    ])
  func errors(source: String, expected: String) { #expect(code(source) == Diagnostic.Code(expected)) }
}
