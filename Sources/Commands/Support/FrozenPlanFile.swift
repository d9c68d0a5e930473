import Basics
import Foundation
import JSONText
import Planning
import WorkflowModel

/// A frozen plan on disk: `plan -o FILE.plan`, `run FILE.plan`.
struct FrozenPlanFile {
  static let ending = ".plan"
  let path: String
  let name: String
  let session: Session

  /// - Parameter name: As the command line has it.
  init(_ name: String, session: Session) throws {
    guard name.hasSuffix(Self.ending) else {
      throw Diagnostics(Diagnostic(.commandPlanFileName, ["path": name]))
    }
    self.name = name
    path = name.hasPrefix("/") ? name : "\(session.surroundings.directory)/\(name)"
    self.session = session
  }

  /// Writes the plan whole or not at all, for its owner only; replaces an older plan and nothing else.
  func write(_ frozen: FrozenPlan) throws {
    if FileManager.default.fileExists(atPath: path), (try? content()).map(FrozenPlan.isFrozenPlan) != true {
      throw Diagnostics(Diagnostic(.commandPlanFileThere, ["path": name]))
    }
    let draft = "\(path).new.\(ProcessInfo.processInfo.processIdentifier)"
    let text = Data((frozen.value.jsonText(indent: 2) + "\n").utf8)
    guard
      FileManager.default.createFile(atPath: draft, contents: text, attributes: [.posixPermissions: 0o600]),
      rename(draft, path) == 0
    else {
      try? FileManager.default.removeItem(atPath: draft)
      throw Diagnostics(Diagnostic(.commandPlanFileUnwritable, ["path": name]))
    }
  }

  func read() throws -> FrozenPlan {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Diagnostics(Diagnostic(.commandNoFile, ["path": name]))
    }
    guard let value = try? content(), let frozen = FrozenPlan(value) else {
      throw Diagnostics(Diagnostic(.commandPlanFileBad, ["path": name]))
    }
    return frozen
  }

  private func content() throws -> Value { try JSON.parse(String(contentsOfFile: path, encoding: .utf8)) }
}
