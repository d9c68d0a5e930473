import Basics
import Expressions
import FoundationEssentials
import JSONText
import Testing
import WorkflowModel

@Suite struct SchemaTests {
  private static func schema() throws -> Value {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try JSON.parse(Array(Data(contentsOf: folder.appending(path: "schemas/workflow.schema.json"))))
  }

  private static func keys(_ part: Value) -> [String] { part["properties"].object.map { $0.keys.sorted() } ?? [] }

  @Test("the editors' schema knows exactly the keys that the reader knows")
  func keys() throws {
    let schema = try Self.schema()
    let parts = schema["$defs"]
    #expect(Self.keys(schema) == WorkflowKeys.document.sorted())
    #expect(Self.keys(parts["step"]) == WorkflowKeys.step.sorted())
    #expect(Self.keys(parts["retry"]) == WorkflowKeys.retry.sorted())
    #expect(Self.keys(parts["account"]) == WorkflowKeys.account.sorted())
    #expect(Self.keys(parts["check"]) == WorkflowKeys.check.sorted())
    #expect(Self.keys(parts["field"]) == FieldReader.keys.sorted())
    #expect(Self.keys(parts["items"]) == FieldReader.itemKeys.sorted())
  }

  @Test("the words of the schema are those of the reader")
  func words() throws {
    let parts = try Self.schema()["$defs"]
    #expect(parts["typeName"]["enum"] == .list(ValueType.names.map { .string($0) }))
    let step = parts["step"]["properties"]
    #expect(Self.words(step["undo"]) == Step.UndoChoice.allCases.map(\.rawValue))
    #expect(Self.words(step["adopt"]) == AdoptPolicy.allCases.map(\.rawValue))
    #expect(Self.words(step["on_failure"]) == Step.FailureChoice.allCases.map(\.rawValue))
    #expect(Self.words(parts["retry"]["properties"]["backoff"]) == RetryPolicy.Backoff.allCases.map(\.rawValue))
  }

  @Test("each property says what it is")
  func descriptions() throws {
    let schema = try Self.schema()
    for part in [schema, schema["$defs"]["step"], schema["$defs"]["retry"], schema["$defs"]["check"]] {
      for (name, property) in part["properties"].object ?? [:] {
        #expect(property["title"].string != nil, "\(name) has a title")
      }
    }
  }

  private static func words(_ property: Value) -> [String] { property["enum"].list?.compactMap(\.string) ?? [] }
}
