import Basics
import Foundation
import ProviderModel
import RemoteShell
import RunEngine
import Testing

@Suite("The declarations of ssh/*") struct DeclarationTests {
  @Test("providers/ssh declares the arguments and outputs that are performed, no more and no less")
  func equal() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appending(path: "providers/ssh/provider.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let catalog = try ProviderCatalog.load(files: [SourceText(path: "providers/ssh/provider.yaml", text: text)])
    let actions = try #require(catalog.providers["ssh"]).actions
    var declared: [String: ActionShape] = [:]
    for action in actions.values {
      declared[action.fullName] = ActionShape(
        inputs: Set(action.inputs.map(\.name)), outputs: Set(action.outputs.map(\.field.name)))
    }
    #expect(declared == SSHPerformer.shapes)
  }
}
