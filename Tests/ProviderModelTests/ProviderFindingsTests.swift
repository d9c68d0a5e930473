import Basics
import ProviderModel
import Testing

/// One mistake of a provider file: the action's text, and the codes that are reported.
struct Mistake: CustomTestStringConvertible {
  let title: String
  let action: String
  let codes: [String]
  var testDescription: String { title }

  init(_ title: String, _ action: String, _ codes: String...) {
    self.title = title
    self.action = action
    self.codes = codes
  }
}

@Suite("What is wrong with a provider file")
struct ProviderFindingsTests {
  static let head = "title: A\n    inputs: {region: {type: string}, name: {type: string}}\n    "

  static let mistakes = [
    Mistake("an unknown key", head + "find: {call: X, pick: '@'}\n    reed: {}", "document.unknown-key"),
    Mistake("nothing that is called", head + "outputs: {a: {type: string}}", "action.nothing"),
    Mistake("a create without undo", head + "doubt: none\n    create: {call: X}", "action.no-undo"),
    Mistake("a create without a word on doubt", head + "create: {call: X}\n    undo: {call: Y}", "action.no-doubt"),
    Mistake(
      "a look-up policy without a look-up", head + "doubt: lookup\n    create: {call: X}\n    undo: {call: Y}",
      "action.no-find"),
    Mistake(
      "a token that is not sent", head + "doubt: token\n    create: {call: X}\n    undo: {call: Y}",
      "action.token-not-sent"),
    Mistake(
      "an update that cannot compare", head + "read: {call: R, pick: '@'}\n    update: {call: X}\n    undo: {call: Y}",
      "action.update-needs"),
    Mistake(
      "adoption without a look-up by natural key",
      head
        + "adopt: identical\n    compare: {name: self.N}\n    doubt: none\n    create: {call: X}\n    undo: {call: Y}",
      "action.adopt-needs-match"),
    Mistake(
      "adoption of what is identical in nothing",
      head
        + "adopt: identical\n    match: {call: M, pick: '@'}\n    doubt: none\n    create: {call: X}\n    undo: {call: Y}",
      "action.adopt-needs-compare"),
    Mistake(
      "an unknown input", head + "find: {call: X, with: {N: \"${{ inputs.nmae }}\"}, pick: '@'}", "action.unknown-input"
    ),
    Mistake(
      "an unknown root", head + "find: {call: X, with: {N: \"${{ input.name }}\"}, pick: '@'}",
      "expression.unknown-root-near"),
    Mistake(
      "the object before there is one", head + "find: {call: X, with: {N: \"${{ self.Id }}\"}, pick: '@'}",
      "action.self-too-early"),
    Mistake(
      "a compared input that is not declared", head + "find: {call: X, pick: '@'}\n    compare: {nam: self.Name}",
      "action.unknown-input"),
    Mistake(
      "an owner by an input that is not declared",
      head + "find: {call: X, pick: '@'}\n    goes_with: {action: net.b, input: nam, output: id}",
      "action.unknown-input"),
    Mistake(
      "an owner without its output",
      head + "find: {call: X, pick: '@'}\n    goes_with: {action: net.b, input: name}", "document.missing-key"),
    Mistake(
      "a renewal by an input that is not declared",
      head + "billing: {kind: prepaid, renews: nam}\n    find: {call: X, pick: '@'}", "action.unknown-input"),
    Mistake(
      "a term that ends by an output that is not declared",
      head + "billing: {kind: prepaid, until: expires}\n    find: {call: X, pick: '@'}", "action.unknown-output"),
    Mistake("a look-up without a pick", head + "find: {call: X}", "action.no-pick"),
    Mistake(
      "a condition that is never true or false",
      head + "find: {call: X, pick: '@'}\n    wait: {until: \"join('', ['a'])\", timeout: 1m}", "action.never-boolean"),
    Mistake("an unknown product", head + "find: {call: nett:X, pick: '@'}", "provider.unknown-product"),
    Mistake("an endpoint without its input", "title: A\n    find: {call: X, pick: '@'}", "action.endpoint-input"),
    Mistake(
      "an unknown class", head + "find: {call: X, pick: '@'}\n    errors: {throtled: [A]}", "document.unknown-key"),
    Mistake(
      "a code in two classes", head + "find: {call: X, pick: '@'}\n    errors: {quota: [A], denied: [A]}",
      "provider.error-twice"),
    Mistake(
      "an HTTP status that is none", head + "find: {call: X, pick: '@'}\n    errors: {quota: [\"http:9\"]}",
      "provider.bad-status"),
    Mistake("a name with a space", head + "find: {call: 'X Y', pick: '@'}", "action.bad-operation"),
    Mistake(
      "before in a look-up", head + "find: {call: X, with: {N: \"${{ before.N }}\"}, pick: '@'}",
      "expression.unknown-root"),
  ]

  @Test("is reported", arguments: mistakes)
  func reported(_ mistake: Mistake) {
    let files = ProviderFiles.demo("  net.a:\n    \(mistake.action)")
    let error = #expect(throws: Diagnostics.self) { try ProviderCatalog.load(files: files) }
    #expect(
      error?.all.map(\.code.rawValue).filter { $0 != "action.nothing" || mistake.codes.contains($0) } == mistake.codes)
    #expect(error?.all.allSatisfy { $0.location?.file.hasSuffix("net.yaml") == true } == true)
  }

  @Test("comes all at once, with places and did-you-mean")
  func allAtOnce() throws {
    let files = ProviderFiles.demo(
      """
        net.a:
          title: A
          inputs: {region: {type: string}}
          find: {call: X, with: {N: "${{ inputs.regoin }}"}, pick: "@"}
        net.b:
          title: B
          inputs: {region: {type: string}}
          finde: {call: X, pick: "@"}
      """)
    let error = try #require(throws: Diagnostics.self) { try ProviderCatalog.load(files: files) }
    let first = try #require(error.all.first { $0.code.rawValue == "action.unknown-input" })
    #expect(first.arguments["suggestion"] == "region")
    #expect(first.location?.description == "providers/demo/net.yaml:8:36")
    #expect(error.all.contains { $0.arguments["suggestion"] == "find" })
  }

  @Test("is a folder without provider.yaml, a bad rate, or a product of a built-in provider")
  func folder() {
    let product = ProviderFiles.demo(
      "  net.a: {title: A, inputs: {region: {type: string}}, find: {call: X, pick: '@'}}")
    #expect(codes([product[1]]) == ["provider.no-file"])
    #expect(
      codes(ProviderFiles.demo("{}", provider: "title: D\nprotocol: alibaba-rpc\nthrottle: {rate: fast}")).contains(
        "provider.bad-rate"))
    #expect(
      codes([SourceText(path: "providers/demo/provider.yaml", text: "title: D\nprotocol: builtin"), product[1]]) == [
        "provider.builtin-product"
      ])
    #expect(
      codes(ProviderFiles.demo("{}", provider: "title: D\nprotocol: alibaba-rcp")).contains("document.unknown-word"))
  }

  private func codes(_ files: [SourceText]) -> [String] {
    do throws(Diagnostics) {
      _ = try ProviderCatalog.load(files: files)
      return []
    } catch { return error.all.map(\.code.rawValue) }
  }
}
