import Basics
import Foundation
import Probes
import ProviderModel
import Testing

@Suite("The declarations of probe/*") struct DeclarationTests {
  @Test("providers/probe declares the arguments and outputs that are performed, no more and no less")
  func equal() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appending(path: "providers/probe/provider.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let catalog = try ProviderCatalog.load(files: [SourceText(path: "providers/probe/provider.yaml", text: text)])
    let actions = try #require(catalog.providers["probe"]).actions
    #expect(Set(actions.values.map(\.fullName)) == Set(ProbePerformer.shapes.keys))
    for action in actions.values {
      let shape = try #require(ProbePerformer.shapes[action.fullName])
      #expect(Set(action.inputs.map(\.name)) == shape.inputs)
      #expect(Set(action.outputs.map(\.field.name)) == shape.outputs)
    }
  }
}
