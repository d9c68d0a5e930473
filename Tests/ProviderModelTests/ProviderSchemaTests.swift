import Basics
import Expressions
import FoundationEssentials
import JSONText
import ProviderModel
import Testing

@Suite("The JSON Schema of provider files")
struct ProviderSchemaTests {
  static let lists: [(definition: String, keys: [String])] = [
    ("providerFile", ProviderKeys.provider), ("credentials", ProviderKeys.credentials),
    ("throttle", ProviderKeys.throttle), ("productFile", ProviderKeys.product), ("action", ProviderKeys.action),
    ("call", ProviderKeys.call), ("billing", ProviderKeys.billing), ("doubtPolicy", ProviderKeys.doubt),
    ("comparison", ProviderKeys.comparison), ("wait", ProviderKeys.wait), ("undoNone", ProviderKeys.undoNone),
    ("goesWith", ProviderKeys.goesWith),
    ("field", FieldReader.keys), ("items", FieldReader.itemKeys), ("output", FieldReader.keys + ProviderKeys.output),
  ]

  @Test("offers exactly the keys that the reader knows", arguments: lists)
  func keys(_ list: (definition: String, keys: [String])) throws {
    let properties = try schema()["$defs"][list.definition]["properties"].object ?? [:]
    #expect(properties.keys.sorted() == list.keys.sorted())
  }

  @Test("offers exactly the words that the reader knows")
  func words() throws {
    let definitions = try schema()["$defs"]
    let action = definitions["action"]["properties"]
    #expect(
      texts(definitions["providerFile"]["properties"]["protocol"]["enum"]) == WireProtocolName.allCases.map(\.rawValue))
    #expect(texts(definitions["billing"]["properties"]["kind"]["enum"]) == Billing.Kind.allCases.map(\.rawValue))
    #expect(texts(definitions["doubtWord"]["enum"]) == DoubtPolicy.Means.allCases.map(\.rawValue))
    let doubt = definitions["doubtPolicy"]["properties"]
    #expect(texts(doubt["not_found"]["enum"]) == DoubtPolicy.Fallback.allCases.map(\.rawValue))
    #expect(texts(doubt["duplicates"]["enum"]) == DoubtPolicy.Duplicates.allCases.map(\.rawValue))
    #expect(texts(definitions["comparison"]["properties"]["as"]["enum"]) == Comparison.Mode.allCases.map(\.rawValue))
    #expect(texts(action["adopt"]["enum"]) == AdoptPolicy.allCases.map(\.rawValue))
    #expect(texts(definitions["typeName"]["enum"]) == ValueType.names)
  }

  private func texts(_ value: Value) -> [String] { (value.list ?? []).compactMap(\.string) }

  private func schema() throws -> Value {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.deletingLastPathComponent().appending(path: "schemas/provider.schema.json")
    return try JSON.parse(String(contentsOf: file, encoding: .utf8))
  }
}
