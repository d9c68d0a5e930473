import Basics
import CloudWire
import Expressions
import ProviderModel
import Testing

@Suite("What an action makes of the answers")
struct ExampleAnswerTests {
  @Test(
    "is what its example says: object, outputs, the end of the wait, differences",
    arguments: ExampleFiles.examples.filter { !$0.answers.isEmpty })
  func answers(_ example: Example) throws {
    let run = try ExampleRun(example)
    var object = example.value["self"]
    for answer in example.answers { object = try take(answer, run, object) }
    guard !object.isNull else {
      #expect(example.outputs.isEmpty)
      return
    }
    try checkOutputs(run, object)
    try checkConditions(run, object)
    if let names = example.value["differences"].list {
      #expect(try run.differences(with: object) == names.compactMap(\.string))
    }
  }

  /// The object after one more answer: a look-up's first call replaces it, everything else is merged in.
  private func take(_ answer: Value, _ run: ExampleRun, _ object: Value) throws -> Value {
    let path = try #require(answer["call"].string)
    let (section, index, call) = try run.call(path)
    let picked = try call.object(from: body(answer, call, run), in: run.scope(object: object))
    if answer.object?.keys.contains("object") == true { #expect(picked == answer["object"], "\(path)") }
    let replaces = ["find", "match", "read"].contains(section) && index == 0
    if replaces || picked.isNull { return picked }
    return .object((object.object ?? [:]).merging(picked.object ?? [:]) { $1 })
  }

  private func body(_ answer: Value, _ call: Call, _ run: ExampleRun) throws -> Value {
    guard let id = answer["golden"].string else { return answer["body"] }
    let first = try #require(ExampleVectors.response(id, of: run.provider.name), "no golden answer \(id)")
    let golden = answer["then"].integer.map { first["then"][$0] } ?? first
    let wire = try run.wireCall(call, .object([:]), run.scope(object: .null))
    return try run.wireProtocol().decode(ExampleVectors.answer(golden), to: wire, errors: []).get()
  }

  private func checkOutputs(_ run: ExampleRun, _ object: Value) throws {
    let scope = run.scope(object: object)
    for output in run.action.outputs {
      let value = try output.value(in: scope)
      #expect(value.isNull || output.field.type.problems(with: value, at: output.field.name) == [])
      guard run.example.value["outputs"].object?.keys.contains(output.field.name) == true else { continue }
      #expect(value == run.example.outputs[output.field.name], "\(output.field.name)")
    }
    #expect(Set(run.example.outputs.keys).subtracting(run.action.outputs.map(\.field.name)) == [])
  }

  private func checkConditions(_ run: ExampleRun, _ object: Value) throws {
    let scope = run.scope(object: object)
    if let wait = run.action.wait {
      #expect(try wait.until.evaluate(scope).bool ?? false == run.example.isDone)
      if run.example.isDone, let failed = wait.failed { #expect(try failed.evaluate(scope).bool != true) }
    }
    if let gone = run.action.gone {
      #expect(try gone.evaluate(scope).bool ?? false == run.example.value["gone"].bool ?? false)
    }
    if let key = run.action.serialize { #expect(try key.evaluate(scope).string?.isEmpty == false) }
  }
}

extension ExampleRun {
  /// The names of the given inputs whose present value differs.
  func differences(with object: Value) throws -> [String] {
    let scope = scope(object: object)
    return try action.compare.filter { comparison in
      guard let given = inputs[comparison.input],
        let field = action.inputs.first(where: { $0.name == comparison.input })
      else { return false }
      let raw = try comparison.present.evaluate(scope)
      let present = field.type.converted(raw) ?? raw
      return switch comparison.mode {
      case .equal: given != present
      case .set: Set(given.list ?? []) != Set(present.list ?? [])
      case .contains: !Set(given.list ?? []).isSubset(of: Set(present.list ?? []))
      case .ignoreCase: given.string?.lowercased() != present.string?.lowercased()
      }
    }.map(\.input)
  }
}
