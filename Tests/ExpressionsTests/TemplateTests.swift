import Basics
import Expressions
import JMESPath
import Testing
import YAMLText

@Suite struct TemplateTests {
  private let roots: Set<String> = ["inputs", "steps", "each", "run"]

  private func read(_ yaml: String) throws -> Template {
    try Template.read(try YAMLReader.read(yaml, file: "w.yaml"), roots: roots)
  }

  private func findings(_ yaml: String, isExpression: Bool = false) throws -> [String] {
    var diagnostics = Diagnostics()
    let node = try YAMLReader.read(yaml, file: "w.yaml")
    _ =
      isExpression
      ? Template.expression(from: node, roots: roots, into: &diagnostics)
      : Template.read(node, roots: roots, into: &diagnostics)
    return diagnostics.all.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.code.rawValue)" }
  }

  private func references(_ source: String) throws -> [String] {
    let node = try YAMLReader.read("|-\n  " + source, file: "w.yaml")
    return try Template.expression(from: node, roots: roots).references.map(\.description)
  }

  @Test("an expression alone keeps its type; inside text it is text, and null is empty")
  func evaluation() throws {
    let template = try read(
      """
      alone: ${{ inputs.count }}
      list: ["${{ inputs.names }}", 'a-${{ inputs.count }}-${{ inputs.none }}']
      literal: $${{ inputs.count }} and ${{ inputs.count }}
      plain: 10.0.0.1
      number: 5
      quoted: "5"
      none: ${{ inputs.none }}
      object: "${{ merge(inputs, {a: {b: inputs.count}}).a }}"
      tight: "${{inputs.count}}"
      quotes: "${{ format('}} {0} {1}', inputs.count, '{{') }}"
      """)
    let scope = Scope(["inputs": ["count": 3, "names": ["x"], "none": nil]])
    #expect(
      try template.evaluate(scope) == [
        "alone": 3, "list": [["x"], "a-3-"], "literal": "${{ inputs.count }} and 3", "plain": "10.0.0.1", "number": 5,
        "quoted": "5", "none": nil, "object": ["b": 3], "tight": 3, "quotes": "} 3 {{",
      ])
    #expect(template["plain"]?.constant == "10.0.0.1")
    #expect(template["alone"]?.constant == Value?.none)
    #expect(template["list"]?.constant == Value?.none)
    #expect(template.constant == Value?.none)
    #expect(try read("{a: [1, {b: x}]}").constant == ["a": [1, ["b": "x"]]])
    if case .object(let members) = template.kind {
      #expect(members.map(\.key).prefix(3) == ["alone", "list", "literal"])
    }
  }

  @Test("a list inside text is an error at the expression")
  func listInText() throws {
    let template = try read("a: 'x ${{ inputs.names }}'")
    do throws(ExpressionError) {
      _ = try template.evaluate(Scope(["inputs": ["names": ["x"]]]))
      Issue.record("a list became text")
    } catch {
      #expect(error.diagnostic.code == .expressionTextNeedsScalar)
      #expect(error.diagnostic.location?.description == "w.yaml:1:11")
      #expect(error.failure.kind == .invalid)
    }
  }

  @Test("roots are variables too, which filters need")
  func variables() throws {
    let template = try read("${{ inputs.routes[?cidr == $inputs.cidr] | [0].id }}")
    let scope = Scope(["inputs": ["cidr": "b", "routes": [["cidr": "a", "id": 1], ["cidr": "b", "id": 2]]]])
    #expect(try template.evaluate(scope) == 2)
    #expect(try read("${{ each.value }}").evaluate(scope.with("each", ["value": 7])) == 7)
    #expect(try read("${{ $each.value }}").evaluate(scope.with("each", ["value": 7])) == 7)
  }

  @Test("a field that is always an expression takes it with braces and without")
  func expressionFields() throws {
    let scope = Scope(["inputs": ["on": true]])
    for text in ["inputs.on", "${{ inputs.on }}", "' ${{ inputs.on }} '", "true", "|\n  inputs.on\n"] {
      let node = try YAMLReader.read(text, file: "w.yaml")
      #expect(try Template.expression(from: node, roots: roots).evaluate(scope) == true)
    }
    #expect(try findings("x ${{ inputs.on }}", isExpression: true) == ["1:1 expression.mixed"])
    #expect(try findings("'true'", isExpression: true) == ["1:2 expression.bare-literal"])
    let pick = try YAMLReader.read("Cens[?Name == $inputs.name] | [0]", file: "w.yaml")
    let template = try Template.expression(from: pick, roots: roots, current: .data)
    guard case .expression(let expression) = template.kind else { throw Diagnostics() }
    #expect(
      try expression.evaluate(Scope(["inputs": ["name": "a"]]), on: ["Cens": [["Name": "a", "Id": 1]]]) == [
        "Name": "a", "Id": 1,
      ])
    #expect(expression.references.map(\.description) == ["inputs.name"])
  }

  @Test(
    "each mistake is reported at its own line and column",
    arguments: [
      ("a: ${{ input.x }}", ["1:8 expression.unknown-root-near"]),
      ("a: '${{ zzzzz.x }}'", ["1:9 expression.unknown-root"]),
      ("a: x ${{ inputs.a == true }}", ["1:22 expression.bare-literal"]),
      ("a: ${{ inputs.a == 10 }}", ["1:20 jmespath.bare-number"]),
      ("a: '${{ inputs.a == \"t\" }}'", ["1:21 expression.quoted-text"]),
      ("a: \"${{ inputs.a == \\\"t\\\" }}\"", ["1:4 expression.quoted-text"]),
      ("a: 中文 ${{ $input.x }}", ["1:11 expression.unknown-root-near"]),
      ("a: ${{ lenght(inputs.a) }}", ["1:8 jmespath.unknown-function-near"]),
      ("a: ${{ length() }}", ["1:8 jmespath.argument-count"]), ("a: x ${{ inputs.a", ["1:6 expression.unclosed"]),
      ("a: ${{ }}", ["1:8 expression.empty"]), ("a: ${{ inputs. }}", ["1:15 jmespath.unexpected-end"]),
      ("a: ${{ length(inputs.a }}", ["1:23 jmespath.unexpected-end"]), ("a: \"${{ 'x }}\"", ["1:9 jmespath.unclosed"]),
      ("'${{ inputs.a }}': 1", ["1:1 expression.in-key"]), ("a: ${{ to_string(@) }}", ["1:8 expression.whole-scope"]),
      ("a: ${{ *.x }}", ["1:8 expression.whole-scope"]),
      ("a: ${{ inputs.x[?true == y].z }}", []), ("a: '${{ inputs.x[*].{n: name} | [0] }}'", []),
      ("a: ${{ @.inputs.x }}", []),
      (
        "a: ${{ wrong.x }} ${{ inptus.x }}\nb: [\"${{ eahc.key }}\"]",
        ["1:8 expression.unknown-root", "1:23 expression.unknown-root-near", "2:10 expression.unknown-root-near"]
      ),
      ("a: |\n  x\n  ${{ wrong }}", ["1:4 expression.unknown-root"]),
    ])
  func mistakes(yaml: String, expected: [String]) throws { #expect(try findings(yaml) == expected) }

  @Test(
    "what an expression reads is known without evaluating it",
    arguments: [
      ("inputs.site.cidr", ["inputs.site.cidr"]), ("steps.x[*].y", ["steps.x[*].y"]), ("$steps.x.y", ["steps.x.y"]),
      ("steps.x[0].y", ["steps.x[0].y"]), ("steps.\"x\".y", ["steps.x.y"]),
      ("at(steps.x, each.key).y", ["each.key", "steps.x[key].y"]),
      ("at(steps.x, 'bj').y", ["steps.x[key].y"]), ("steps.x[*] | [0].y", ["steps.x[*].y"]),
      ("steps.x[?a == $inputs.b].c", ["steps.x[*].a", "inputs.b", "steps.x[*].c"]),
      ("steps.x || steps.y", ["steps.x", "steps.y"]),
      ("(steps.x || steps.y).z", ["steps.x.z", "steps.y.z"]), ("not_null(steps.x.a, 'n')", ["steps.x.a"]),
      ("length(steps.x)", ["steps.x"]), ("{a: steps.x.y, b: [each.key]}.a", ["steps.x.y", "each.key"]),
      ("steps.x.{a: b, c: $inputs.d}", ["steps.x.b", "inputs.d"]), ("steps.x.{a: $inputs.d}", ["inputs.d", "steps.x"]),
      ("steps.x | 'text'", ["steps.x"]), ("map(&y, steps.x)", ["steps.x[*].y"]),
      ("sort_by(steps.x, &y)[0].z", ["steps.x[*].y", "steps.x[*].z"]),
      ("max_by(inputs.l, &n).m", ["inputs.l[*].n", "inputs.l[*].m"]), ("steps.*.y", ["steps[*].y"]),
      ("steps.x[].y", ["steps.x[*].y"]),
      ("steps.x[1:].y", ["steps.x[*].y"]),
      ("inputs.sites[*].at($steps.site, name).ip", ["inputs.sites[*].name", "steps.site[*].ip"]),
      ("'literal'", []), ("steps.a.x == steps.b.y && !steps.c.z", ["steps.a.x", "steps.b.y", "steps.c.z"]),
      ("inputs.a[*][*].b", ["inputs.a[*][*].b"]), ("run.id", ["run.id"]),
    ])
  func references(source: String, expected: [String]) throws {
    // `==` and the operands of `&&` are noted as they are met; the order within one expression is no promise.
    #expect(try references(source).sorted() == expected.sorted())
  }

  @Test("the key of at() can be evaluated by itself when what it reads is known")
  func itemKey() throws {
    let template = try read("${{ at(steps.x, each.value.from.name).y }}")
    let item = template.references.flatMap(\.path).compactMap { component -> Reference.ItemKey? in
      if case .item(let key) = component { key } else { nil }
    }
    #expect(try item.first?.text(Scope(["each": ["value": ["from": ["name": "bj"]]]])) == "bj")
    #expect(try item.first?.text(Scope([:])) == nil)
    #expect(template.references.first { $0.root == "steps" }?.location.description == "w.yaml:1:8")
  }

  @Test("the type of a result is told as far as the expression alone tells it")
  func staticTypes() throws {
    let types: [(String, JMESTypes)] = [
      ("inputs.a", .any), ("inputs.a == 'x'", .boolean), ("inputs.a < `1`", [.boolean, .null]), ("'x'", .string),
      ("`[1]`", .array),
      ("inputs.a[*]", [.array, .null]), ("length(inputs.a)", .number), ("!inputs.a", .boolean),
      ("inputs.a | join(',', @)", .string),
    ]
    for (source, type) in types {
      let node = try YAMLReader.read("|-\n  " + source, file: "w.yaml")
      guard case .expression(let expression) = try Template.expression(from: node, roots: roots).kind else { continue }
      #expect(expression.staticType == type)
    }
  }

  @Test("the keys of for_each are a scalar's text, an object's name, else the index")
  func keys() {
    #expect(ItemKeys.of(["a", 5, ["name": "n"], ["x": 1], [1], nil, true]) == ["a", "5", "n", "3", "4", "5", "true"])
  }

  @Test("20,000 templates are read and evaluated in a moment")
  func speed() throws {
    let text = (0..<10_000).map { "- ${{ steps.s\($0).id }}\n- 'a-${{ inputs.name }}'\n" }.joined()
    let node = try YAMLReader.read(text, file: "w.yaml")
    let clock = ContinuousClock()
    let start = clock.now
    let template = try Template.read(node, roots: roots)
    let middle = clock.now
    let value = try template.evaluate(Scope(["steps": ["s1": ["id": "x"]], "inputs": ["name": "n"]]))
    print("20,000 templates: read \(middle - start), evaluated \(clock.now - middle)")
    #expect(value[2] == "x")
    #expect(value[3] == "a-n")
  }

  @Test("random pieces put together never crash the reader of templates")
  func fuzz() throws {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces = [
      "${{", "}}", "$${{", "{", "}", "(", ")", "[", "]", "[?", "'", "\"", "`", "\\", " ", "inputs", ".a", "$inputs",
      "@", "&a", "at(", ",", "1", "中",
    ]
    var sound = 0
    for _ in 0..<20_000 {
      let text = (0...random(9)).map { _ in pieces[random(pieces.count)] }.joined()
      let scalar = YAMLNode(text: text, location: Basics.SourceLocation(file: "w.yaml"))
      var diagnostics = Diagnostics()
      let template = Template.read(scalar, roots: roots, into: &diagnostics)
      _ = Template.expression(from: scalar, roots: roots, into: &diagnostics)
      if !diagnostics.hasErrors { sound += 1 }
      _ = try? template.evaluate(Scope(["inputs": ["a": [1]]]))
    }
    #expect(sound > 100)
  }
}
