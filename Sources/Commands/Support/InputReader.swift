import Basics
import Foundation
import WorkflowModel
import YAMLText

/// Collects the inputs of a run from `-f` files, the environment, and `-i name=value`; the later wins, in this order.
///
/// `-i name=@FILE` reads a file, `-i name=-` standard input, `CAUSEWAY_INPUT_NAME` the environment: so that a secret stands in no argv.
struct InputReader {
  var surroundings: Surroundings
  var readStandardInput: () -> String

  init(surroundings: Surroundings) {
    self.surroundings = surroundings
    readStandardInput = {
      String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self).trimmingOneNewline
    }
  }

  func inputs(for workflow: Workflow, options: InputOptions) throws -> [String: Value] {
    var inputs: [String: Value] = [:]
    for file in options.inputFiles { inputs.merge(try read(file: file)) { $1 } }
    for field in workflow.inputs {
      if let text = surroundings.environment["CAUSEWAY_INPUT_\(field.name.uppercased())"] {
        inputs[field.name] = value(text, for: field.name, in: workflow)
      }
    }
    for assignment in options.inputs {
      let (name, text) = try split(assignment)
      inputs[name] = value(text, for: name, in: workflow)
    }
    return inputs
  }

  private func read(file: String) throws -> [String: Value] {
    let text: String
    if file == "-" {
      text = readStandardInput()
    } else {
      let path = file.hasPrefix("/") ? file : "\(surroundings.directory)/\(file)"
      guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Diagnostics(Diagnostic(.commandNoFile, ["path": file]))
      }
      text = content
    }
    let node = try YAMLReader.read(text, file: file)
    if node.isNull { return [:] }
    guard let members = node.value.object else {
      throw Diagnostics(Diagnostic(.commandBadInputsFile, ["path": file], at: node.location))
    }
    return members
  }

  private func split(_ assignment: String) throws -> (String, String) {
    let sides = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard sides.count == 2, !sides[0].isEmpty else {
      throw Diagnostics(Diagnostic(.commandBadInput, ["text": assignment]))
    }
    if sides[1] == "-" { return (sides[0], readStandardInput()) }
    if sides[1].hasPrefix("@") {
      let path = String(sides[1].dropFirst())
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Diagnostics(Diagnostic(.commandNoFile, ["path": path]))
      }
      return (sides[0], text.trimmingOneNewline)
    }
    return (sides[0], sides[1])
  }

  /// Text for a list, map, object or `any` is read as YAML flow text; everything else stays text and is converted by its type.
  private func value(_ text: String, for name: String, in workflow: Workflow) -> Value {
    guard let field = workflow.input(name) else { return .string(text) }
    switch field.type {
    case .list, .map, .object, .any, .host:
      let node = try? YAMLReader.read(text, file: "-i \(name)")
      return node?.value ?? .string(text)
    default: return .string(text)
    }
  }
}

extension String {
  fileprivate var trimmingOneNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
