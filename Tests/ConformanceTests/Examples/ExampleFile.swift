import Basics
import FoundationEssentials
import ProviderModel
import Testing
import YAMLText

/// One example of an action: inputs, what must go out, what comes back, and what is made of it.
struct Example: Sendable, CustomTestStringConvertible {
  let provider: String
  let value: Value
  let location: Basics.SourceLocation

  var action: String { value["action"].string ?? "" }
  var fullName: String { "\(provider)/\(action)" }
  var inputs: [String: Value] { value["inputs"].object ?? [:] }
  var token: String { value["token"].string ?? "cw-0123456789abcdef0123456789abcdef" }
  var requests: [Value] { value["requests"].list ?? [] }
  var answers: [Value] { value["answers"].list ?? [] }
  var outputs: [String: Value] { value["outputs"].object ?? [:] }
  /// Whether the answers end the wait.
  var isDone: Bool { value["done"].bool ?? true }
  var testDescription: String { "\(fullName): \(value["title"].string ?? "as usual") (\(location))" }
}

/// The examples beside the product files, and the catalog.
enum ExampleFiles {
  static let home = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "providers").resolvingSymlinksInPath()

  static let examples: [Example] = {
    let files = (try? texts()) ?? []
    return files.filter { $0.path.hasSuffix(".examples.yaml") }.flatMap { (try? examples(in: $0)) ?? [] }
  }()

  static func catalog() throws -> ProviderCatalog { try loaded.get() }

  private static let loaded = Result { try ProviderCatalog.load(files: texts()) }

  /// Every YAML file under `providers/`.
  static func texts() throws -> [SourceText] {
    let manager = FileManager.default
    return try manager.contentsOfDirectory(atPath: home.path).sorted().flatMap { provider in
      let folder = home.appending(path: provider)
      return try manager.contentsOfDirectory(atPath: folder.path).sorted().filter { $0.hasSuffix(".yaml") }.map {
        file in
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return SourceText(path: "providers/\(provider)/\(file)", text: text)
      }
    }
  }

  static func examples(in file: SourceText) throws -> [Example] {
    let provider = String(file.path.split(separator: "/")[1])
    let root = try YAMLReader.read(file.text, file: file.path)
    return (root["examples"]?.elements ?? []).map {
      Example(provider: provider, value: $0.value, location: $0.location)
    }
  }
}
