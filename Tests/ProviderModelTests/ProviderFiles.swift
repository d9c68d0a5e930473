import Basics
import FoundationEssentials
import ProviderModel

/// The provider files of the repository, and small ones made up for a test.
enum ProviderFiles {
  /// Every file under `providers/`, by its path there.
  static func shipped() throws -> [SourceText] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let home = tests.deletingLastPathComponent()
    let folder = home.appending(path: "providers").resolvingSymlinksInPath()
    var files: [SourceText] = []
    for provider in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let inner = folder.appending(path: provider)
      for file in try FileManager.default.contentsOfDirectory(atPath: inner.path).sorted() where file.hasSuffix(".yaml")
      {
        let text = try String(contentsOf: inner.appending(path: file), encoding: .utf8)
        files.append(SourceText(path: "providers/\(provider)/\(file)", text: text))
      }
    }
    return files
  }

  /// A provider `demo` with one product `net` whose actions are `actions`, indented by two.
  static func demo(_ actions: String, provider: String = "title: Demo\nprotocol: alibaba-rpc") -> [SourceText] {
    let product = """
      product: net
      version: "1"
      endpoint: net.${{ inputs.region }}.example.com
      actions:
      \(actions)
      """
    return [
      SourceText(path: "providers/demo/provider.yaml", text: provider),
      SourceText(path: "providers/demo/net.yaml", text: product),
    ]
  }
}
