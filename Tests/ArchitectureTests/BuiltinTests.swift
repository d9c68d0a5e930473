import Foundation
import Testing

/// What `providers/ssh`, `probe`, `flow`, `manual` and `lab` declare is what Swift performs, by name.
@Suite struct BuiltinTests {
  struct Builtin: Sendable, CustomTestStringConvertible {
    var provider: String
    /// Where it is performed, relative to `Sources`.
    var folders: [String]

    init(provider: String, folder: String...) { (self.provider, folders) = (provider, folder) }
    var testDescription: String { provider }
  }

  static let builtins = [
    Builtin(provider: "ssh", folder: "RemoteShell"), Builtin(provider: "probe", folder: "Probes"),
    Builtin(provider: "flow", folder: "RunEngine/Performers"),
    Builtin(provider: "manual", folder: "RunEngine/Performers"),
    Builtin(provider: "lab", folder: "Commands/Lab", "Lab/Clouds"),
  ]

  /// The actions of a provider file with the names of their inputs and outputs, read by indentation.
  private static func declared(_ provider: String) throws -> [String: Set<String>] {
    let file = LayerTests.root.appending(path: "providers/\(provider)/provider.yaml")
    var actions: [String: Set<String>] = [:]
    var action = ""
    var isInside = false
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      if line == "actions:" { isInside = true }
      guard isInside else { continue }
      if let match = line.wholeMatch(of: #/ {2}([a-z][a-z-]*):/#) {
        action = String(match.output.1)
        actions[action] = []
      } else if let match = line.firstMatch(of: #/^ {6}([a-z][a-z0-9_]*): \{/#) {
        actions[action, default: []].insert(String(match.output.1))
      }
    }
    return actions
  }

  private static func sources(_ folder: String) throws -> String {
    let path = LayerTests.root.appending(path: "Sources/\(folder)")
    let files = FileManager.default.enumerator(atPath: path.path)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOf: path.appending(path: $0), encoding: .utf8) }.joined(separator: "\n")
  }

  @Test(
    "each declared action is performed, and each of its inputs and outputs is known to the performer",
    arguments: builtins)
  func performed(builtin: Builtin) throws {
    let text = try builtin.folders.map(Self.sources).joined(separator: "\n")
    let actions = try Self.declared(builtin.provider)
    #expect(!actions.isEmpty)
    for (action, names) in actions where builtin.provider != "manual" {
      #expect(text.contains("\"\(action)\"") || text.contains("\"\(builtin.provider)/\(action)\""), "\(action)")
      for name in names { #expect(text.contains("\"\(name)\""), "\(action): \(name)") }
    }
  }

  @Test("nothing is performed that is not declared")
  func declared() throws {
    for (provider, folder) in [("ssh", "RemoteShell"), ("probe", "Probes")] {
      let known = Set(try Self.declared(provider).keys)
      let cases = try Self.sources(folder).matches(of: /"(ssh|probe)\/([a-z-]+)"/).filter { $0.output.1 == provider }
      for match in cases { #expect(known.contains(String(match.output.2)), "\(provider)/\(match.output.2)") }
    }
  }
}
