import Basics
import Expressions
import Planning
import ProviderModel
import WorkflowModel
import YAMLText

/// A small catalog made by hand, and short ways to plan a text with it.
enum Ground {
  static let catalog = ProviderCatalog(providers: [
    "flow": provider("flow", [action("flow", "noop", [Field("value", .any, required: false)], [Field("value", .any)])]),
    "manual": provider(
      "manual",
      [
        action(
          "manual", "step",
          [Field("text", .any), Field("outputs", .any, required: false), Field("until", .any, required: false)],
          [])
      ]),
    "probe": provider(
      "probe",
      [
        action(
          "probe", "ping",
          [Field("from", .host), Field("to", .string), Field("count", .integer, defaultValue: 4)],
          [Field("rtt_avg_ms", .number)])
      ]),
    "lab": provider("lab", [action("lab", "image", [], [])]),
    "aws": provider("aws", [instance, route, key]),
  ])

  static let instance: ActionDescription = {
    var action = Ground.action(
      "aws", "ec2.instance",
      [
        Field("region", .string), Field("name", .string, required: false),
        Field("size", .integer, required: false, minimum: 1, maximum: 8), Field("cidr", .cidr, required: false),
        Field("tags", .map(.string), required: false),
        Field(
          "disks", .list(.object([Field("size", .integer), Field("kind", .string, required: false)])), required: false),
      ],
      [Field("id", .string), Field("private_ip", .ip), Field("public_ip", .ip), Field("eni", .string)])
    action.billing = Billing(kind: .hourly)
    return action
  }()

  static let route = action(
    "aws", "ec2.route",
    [Field("region", .string), Field("cidr", .cidr), Field("interface", .string), Field("table", .string)],
    [Field("id", .string)])

  /// Its `text` output is made from the argument `secret` by an expression.
  static let key: ActionDescription = {
    var action = Ground.action(
      "aws", "ec2.key", [Field("region", .string, required: false), Field("secret", .string, required: false)],
      [Field("id", .string), Field("material", .string, sensitive: true)])
    let node = try? YAMLReader.read("${{ inputs.secret }}!", file: "key.yaml")
    var findings = Diagnostics()
    let template = node.map { Template.read($0, roots: ["inputs", "self"], into: &findings) }
    action.outputs.append(OutputField(field: Field("text", .string), value: template))
    return action
  }()

  static func provider(_ name: String, _ actions: [ActionDescription]) -> ProviderDescription {
    var provider = ProviderDescription(name: name, title: LocalizedText(plain: name), wireProtocol: .builtin)
    provider.actions = Dictionary(uniqueKeysWithValues: actions.map { ($0.name, $0) })
    provider.sources = [SourceText(path: "providers/\(name)/provider.yaml", text: "title: \(name)")]
    return provider
  }

  static func action(_ provider: String, _ name: String, _ inputs: [Field], _ outputs: [Field]) -> ActionDescription {
    var action = ActionDescription(
      provider: provider, name: name, product: provider, title: LocalizedText(plain: name),
      location: SourceLocation(file: "providers/\(provider)/provider.yaml"))
    action.inputs = inputs
    action.outputs = outputs.map { OutputField(field: $0) }
    return action
  }
}

extension Ground {
  static func plan(
    _ text: String, _ inputs: [String: Value] = [:], including others: [String] = [], file: String = "w.yaml"
  ) throws(Diagnostics) -> Plan {
    let workflow = try Workflow.read(text: text, file: file)
    return try Planner(catalog: catalog, workflows: library(others)).plan(workflow, inputs: inputs)
  }

  /// What is wrong with planning a text: `code file:line:column suggestion` each, without the file's name for `w.yaml`,
  /// whose first `shift` lines are not counted.
  static func findings(
    _ text: String, _ inputs: [String: Value] = [:], including others: [String] = [], file: String = "w.yaml",
    shift: Int = 0
  ) -> String {
    do throws(Diagnostics) {
      let plan = try plan(text, inputs, including: others, file: file)
      return plan.warnings.all.map { summary($0, shift) }.joined(separator: "; ")
    } catch {
      return error.all.map { summary($0, shift) }.joined(separator: "; ")
    }
  }

  static func diagnostics(_ text: String, _ inputs: [String: Value] = [:], including others: [String] = [])
    -> [Diagnostic]
  {
    do throws(Diagnostics) { return try plan(text, inputs, including: others).warnings.all } catch { return error.all }
  }

  static func check(_ text: String, including others: [String] = []) throws(Diagnostics) -> Diagnostics {
    WorkflowChecker.check(
      try Workflow.read(text: text, file: "w.yaml"), catalog: catalog, workflows: library(others))
  }

  static func library(_ texts: [String]) -> WorkflowLibrary {
    WorkflowLibrary(texts.map { SourceText(path: "\(name(of: $0)).yaml", text: $0) })
  }

  private static func name(of text: String) -> String {
    let line = text.split(separator: "\n").first { $0.hasPrefix("name: ") } ?? ""
    return String(line.dropFirst(6))
  }

  static func summary(_ finding: Diagnostic, _ shift: Int = 0) -> String {
    let place = finding.location.map { $0.file == "w.yaml" ? " \($0.line - shift):\($0.column)" : " \($0)" } ?? ""
    return finding.code.rawValue + place + (finding.arguments["suggestion"].map { " \($0)" } ?? "")
  }
}

extension Plan {
  /// The graph in short: each step's address with those of its dependencies.
  var graph: [String] {
    steps.map { step in
      let dependencies = step.dependencies.map { steps[$0].address.text }
      return dependencies.isEmpty ? step.address.text : "\(step.address) <- \(dependencies.joined(separator: ", "))"
    }
  }

  func step(_ address: String) -> PlannedStep? { position(of: StepAddress(address)).map { steps[$0] } }

  func argument(_ address: String, _ name: String) -> PlannedArgument? {
    step(address)?.arguments.first { $0.name == name }
  }

  func decide(_ address: String, _ outputs: [String: Value] = [:]) throws -> StepDecision {
    guard let position = position(of: StepAddress(address)) else { throw Diagnostics() }
    return try decide(position, outputs: Self.keyed(outputs), run: RunScope(id: "r1", name: "first"))
  }

  func final(_ outputs: [String: Value]) throws -> [String: Value] {
    try finalOutputs(Self.keyed(outputs), run: RunScope(id: "r1"))
  }

  private static func keyed(_ outputs: [String: Value]) -> [StepAddress: Value] {
    Dictionary(uniqueKeysWithValues: outputs.map { (StepAddress($0.key), $0.value) })
  }
}
