import Basics
import ProviderModel
import Testing

@Suite("The examples")
struct ExampleCoverageTests {
  @Test("can all be read")
  func readable() throws {
    let files = try ExampleFiles.texts().filter { $0.path.hasSuffix(".examples.yaml") }
    for file in files { _ = try ExampleFiles.examples(in: file) }
    #expect(ExampleFiles.examples.count > 100)
  }

  @Test("show every call that changes something, and every call of a read-only action")
  func complete() throws {
    var shown: [String: Set<String>] = [:]
    for example in ExampleFiles.examples {
      for request in example.requests where request["made"].bool ?? true {
        let path = request["call"].string ?? ""
        shown[example.fullName, default: []].insert(path.contains("[") ? path : "\(path)[0]")
      }
    }
    for provider in try ExampleFiles.catalog().providers.values where provider.wireProtocol != .builtin {
      for action in provider.actions.values {
        let missing = action.paths.subtracting(shown[action.fullName] ?? [])
        #expect(missing.isEmpty, "\(action.fullName): no example of \(missing.sorted())")
      }
    }
  }

  @Test("end in outputs for every action that has some")
  func outputs() throws {
    let shown = Set(ExampleFiles.examples.filter { !$0.outputs.isEmpty }.map(\.fullName))
    for provider in try ExampleFiles.catalog().providers.values where provider.wireProtocol != .builtin {
      for action in provider.actions.values where !action.outputs.isEmpty {
        #expect(shown.contains(action.fullName), "\(action.fullName): no example shows outputs")
      }
    }
  }
}

extension ActionDescription {
  /// The calls that an example must show.
  fileprivate var paths: Set<String> {
    var paths = Set(create.indices.map { "create[\($0)]" } + update.indices.map { "update[\($0)]" })
    if case .calls(let calls) = undo { paths.formUnion(calls.indices.map { "undo[\($0)]" }) }
    if isReadOnly { paths.formUnion((find?.calls ?? []).indices.map { "find[\($0)]" }) }
    return paths
  }
}
