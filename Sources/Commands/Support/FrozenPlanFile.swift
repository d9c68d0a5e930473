import Basics
import Foundation
import JSONText
import Planning

/// A frozen plan on disk: `plan -o FILE.plan`, `run FILE.plan`.
struct FrozenPlanFile {
  static let ending = ".plan"
  private let file: OwnersFile

  /// - Parameter name: As the command line has it.
  init(_ name: String, session: Session) throws {
    guard name.hasSuffix(Self.ending) else { throw Diagnostics(Diagnostic(.commandPlanFileName, ["path": name])) }
    file = OwnersFile(name, directory: session.surroundings.directory)
  }

  var name: String { file.name }

  /// Replaces an older plan and nothing else.
  func write(_ frozen: FrozenPlan) throws {
    try file.write(frozen.value.jsonText(indent: 2) + "\n", refusal: .commandPlanFileThere) {
      (try? content()).map(FrozenPlan.isFrozenPlan) == true
    }
  }

  func read() throws -> FrozenPlan {
    guard let text = try? String(contentsOfFile: file.path, encoding: .utf8) else {
      throw Diagnostics(Diagnostic(.commandNoFile, ["path": name]))
    }
    guard let value = try? JSON.parse(text), let frozen = FrozenPlan(value) else {
      throw Diagnostics(Diagnostic(.commandPlanFileBad, ["path": name]))
    }
    return frozen
  }

  private func content() throws -> Value { try JSON.parse(String(contentsOfFile: file.path, encoding: .utf8)) }
}
