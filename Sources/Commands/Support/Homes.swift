import Basics
import Foundation
import ProviderModel

/// Where workflows, fixtures and providers are looked for; the first workflow of a name and the first folder of a provider win.
///
/// The order of `cli.md`: `--home`, `CAUSEWAY_HOME`, the current folder, next to the executable (and above it, for a build folder),
/// `share/causeway` of its prefix.
struct Homes: Sendable {
  var folders: [String]

  init(option: String?, surroundings: Surroundings) {
    var folders: [String] = []
    if let option { folders.append(option) }
    if let home = surroundings.environment["CAUSEWAY_HOME"], !home.isEmpty { folders.append(home) }
    folders.append(surroundings.directory)
    let executable = URL(filePath: surroundings.executable).resolvingSymlinksInPath().deletingLastPathComponent()
    folders += Self.upwards(from: executable)
    folders.append(executable.deletingLastPathComponent().appending(path: "share/causeway").path)
    var seen = Set<String>()
    self.folders = folders.map { URL(filePath: $0).standardizedFileURL.path }.filter { folder in
      seen.insert(folder).inserted
        && (Self.isFolder("\(folder)/workflows") || Self.isFolder("\(folder)/providers"))
    }
  }

  /// The executable's folder and those above it, as far as a `.build` folder is inside a checkout.
  private static func upwards(from folder: URL) -> [String] {
    var folders = [folder.path]
    let components = folder.pathComponents
    if let index = components.lastIndex(where: { $0.hasPrefix(".build") }) {
      folders.append(NSString.path(withComponents: Array(components[..<index])))
    }
    return folders
  }

  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// The workflow of a name: `workflows/NAME.yaml`, or `workflows/fixtures/NAME.yaml` for `isFixture`.
  func workflow(_ name: String, isFixture: Bool = false) -> SourceText? {
    guard isPlainName(name) else { return nil }
    let path = isFixture ? "workflows/fixtures/\(name).yaml" : "workflows/\(name).yaml"
    for folder in folders {
      if let text = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8) {
        return SourceText(path: display("\(folder)/\(path)"), text: text)
      }
    }
    return nil
  }

  /// The names of all workflows, sorted.
  var workflowNames: [String] {
    let names = folders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/workflows")) ?? [])
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    }
    return Array(Set(names)).sorted()
  }

  /// The names of all fixtures, sorted.
  var fixtureNames: [String] {
    let names = folders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/workflows/fixtures")) ?? [])
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    }
    return Array(Set(names)).sorted()
  }

  /// The files of a provider: `provider.yaml` and its products, examples left out; the first folder that has the provider wins.
  func provider(_ name: String) -> [SourceText] {
    guard isPlainName(name) else { return [] }
    for folder in folders {
      let path = "\(folder)/providers/\(name)"
      guard FileManager.default.fileExists(atPath: "\(path)/provider.yaml") else { continue }
      let files = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
      return files.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".examples.yaml") }.compactMap { file in
        (try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8))
          .map { SourceText(path: display("\(path)/\(file)"), text: $0) }
      }
    }
    return []
  }

  var providerNames: [String] {
    let names = folders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/providers")) ?? [])
        .filter { FileManager.default.fileExists(atPath: "\(folder)/providers/\($0)/provider.yaml") }
    }
    return Array(Set(names)).sorted()
  }

  private func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 } && name != "." && name != ".."
  }

  /// Paths below the current folder are shown relative to it.
  private func display(_ path: String) -> String {
    let here = FileManager.default.currentDirectoryPath + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}
