import Foundation
import Testing

/// The module graph as the sources show it: what each target imports, read line by line.
@Suite struct LayerTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The one-way graph: a target imports only targets of smaller levels, or the same level where the package says so.
  static let levels: [String: Int] = [
    "CCurl": 0, "CSSH2": 0, "CJansson": 0, "CLinux": 0, "Basics": 0,
    "JSONText": 1, "YAMLText": 1, "Digests": 1, "JMESPath": 1,
    "Expressions": 2, "WorkflowModel": 3, "ProviderModel": 3,
    "Planning": 4, "CloudWire": 4,
    "RunEngine": 5, "CurlTransport": 5, "LabFabric": 5, "Lab": 6,
    "CloudClient": 6, "RemoteShell": 6, "Probes": 6, "RunJournal": 6, "Reporting": 6,
    "Commands": 7, "causeway": 8,
  ]

  /// What only one target may import.
  static let soleImporters: [String: String] = [
    "CCurl": "CurlTransport", "CSSH2": "RemoteShell", "CJansson": "JSONText", "CLinux": "LabFabric",
    "Yams": "YAMLText", "Crypto": "Digests", "GRDB": "RunJournal", "FlyingFox": "Lab", "FlyingSocks": "Lab",
    "ArgumentParser": "Commands", "FoundationXML": "CloudWire",
  ]

  /// Every `import` line of every source file: target, file, module.
  static func imports() throws -> [(target: String, file: String, module: String)] {
    var found: [(String, String, String)] = []
    let sources = root.appending(path: "Sources")
    for target in try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted() {
      let folder = sources.appending(path: target)
      guard let files = FileManager.default.enumerator(atPath: folder.path) else { continue }
      for case let file as String in files where file.hasSuffix(".swift") {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        for line in text.split(separator: "\n") {
          let words = line.split(separator: " ").map(String.init)
          guard let index = words.firstIndex(of: "import"), index <= 2, words.count > index + 1,
            words[..<index].allSatisfy({ ["package", "public", "internal", "@preconcurrency"].contains($0) })
          else { continue }
          let kinds: Set = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
          let name = kinds.contains(words[index + 1]) ? words[index + 2] : words[index + 1]
          found.append((target, file, String(name.prefix { $0 != "." })))
        }
      }
    }
    return found
  }

  @Test("no import goes up")
  func oneWay() throws {
    for entry in try Self.imports() {
      guard let level = Self.levels[entry.module] else { continue }
      let own = try #require(Self.levels[entry.target], "\(entry.target) has no level")
      #expect(level < own, "\(entry.target)/\(entry.file) imports \(entry.module)")
    }
  }

  @Test("a C module or an outside package has exactly one importer")
  func soleImporter() throws {
    for entry in try Self.imports() {
      guard let importer = Self.soleImporters[entry.module] else { continue }
      #expect(entry.target == importer, "\(entry.target)/\(entry.file) imports \(entry.module)")
    }
  }

  @Test("the lab never imports the engine, and the engine never imports a cloud")
  func strangers() throws {
    let all = try Self.imports()
    let engine: Set = ["RunEngine", "RunJournal", "CloudClient", "Planning"]
    #expect(!all.contains { ["Lab", "LabFabric"].contains($0.target) && engine.contains($0.module) })
    let clouds: Set = ["CloudWire", "CloudClient", "CurlTransport", "RemoteShell", "Lab", "YAMLText", "JSONText"]
    #expect(!all.contains { $0.target == "RunEngine" && clouds.contains($0.module) })
  }

  @Test("the module map has a line for every target")
  func moduleMap() throws {
    let map = try String(contentsOf: Self.root.appending(path: "Sources/README.md"), encoding: .utf8)
    for target in try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
    where !target.hasSuffix(".md") {
      #expect(map.contains("`\(target)`"), "\(target) is missing in Sources/README.md")
    }
  }
}
