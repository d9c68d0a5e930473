import Basics
import RunEngine

/// The short name of a step's host, for messages.
enum HostName {
  static func of(_ call: StepCall) -> String {
    let value = call.inputs["host"] ?? .null
    return value.string ?? value["address"].string ?? value["instance"].string ?? ""
  }
}

/// Reads the evaluated arguments of a step, each by the type that its declaration promises.
struct StepInputs: Sendable {
  private let values: [String: Value]
  private let declared: Set<String>

  init(_ call: StepCall) {
    values = call.inputs
    declared = SSHPerformer.shapes[call.uses]?.inputs ?? []
  }

  /// Null for an argument that was not given or that this action does not have.
  private func value(_ name: String) -> Value { declared.contains(name) ? values[name] ?? .null : .null }

  func host() throws(StepFailure) -> SSHHost { try SSHHost(value("host")) }

  func text(_ name: String) throws(StepFailure) -> String {
    guard let text = try optionalText(name) else { throw invalid(name, "missing") }
    return text
  }

  /// Texts go to a shell as words: NUL cannot stand in one.
  func optionalText(_ name: String) throws(StepFailure) -> String? {
    let value = value(name)
    guard !value.isNull else { return nil }
    guard let text = value.scalarText else { throw invalid(name, value.typeName) }
    if text.utf8.contains(0) { throw invalid(name, "NUL") }
    return text
  }

  func flag(_ name: String) throws(StepFailure) -> Bool {
    let value = value(name)
    guard !value.isNull else { return false }
    guard let flag = value.bool else { throw invalid(name, value.typeName) }
    return flag
  }

  func duration(_ name: String, default fallback: Duration) throws(StepFailure) -> Duration {
    guard let text = try optionalText(name) else { return fallback }
    guard let duration = Duration(text: text) else { throw invalid(name, text) }
    return duration
  }

  func words(_ name: String) throws(StepFailure) -> [String]? {
    let value = value(name)
    guard !value.isNull else { return nil }
    guard let list = value.list else { throw invalid(name, value.typeName) }
    var words: [String] = []
    for element in list {
      guard let text = element.scalarText, !text.utf8.contains(0) else { throw invalid(name, element.typeName) }
      words.append(text)
    }
    return words
  }

  func answers(_ name: String) throws(StepFailure) -> [ScriptJob.Answer] {
    let value = value(name)
    guard !value.isNull else { return [] }
    guard let list = value.list else { throw invalid(name, value.typeName) }
    var answers: [ScriptJob.Answer] = []
    for element in list {
      guard let expect = element["expect"].scalarText, let send = element["send"].scalarText, !expect.isEmpty,
        !expect.utf8.contains(where: { $0 == 0 || $0 == 10 }), !send.utf8.contains(0)
      else { throw invalid(name, "expect, send") }
      answers.append(ScriptJob.Answer(expect: expect, send: send))
    }
    return answers
  }

  func invalid(_ name: String, _ reason: String) -> StepFailure {
    StepFailure(.invalid, .sshInputInvalid, ["input": name, "reason": reason])
  }
}
