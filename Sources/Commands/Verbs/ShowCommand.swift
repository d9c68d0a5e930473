import ArgumentParser
import Basics
import JSONText
import ProviderModel
import Reporting
import WorkflowModel

/// `causeway show`: one workflow, its inputs and steps, and what is paid.
struct ShowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("show") }

  @OptionGroup var global: GlobalOptions
  @ArgumentParser.Argument(
    help: HelpText.help("argument.workflow", value: "workflow"), completion: Completions.workflows)
  var workflow: String

  func run() async throws {
    let session = Session(global)
    let library = Library(homes: session.homes)
    let found = try library.workflow(workflow, directory: session.surroundings.directory)
    let catalog = try library.catalog(for: found)
    if session.options.json {
      session.result(value(found, catalog))
    } else {
      session.surroundings.output.lines(head(found, session) + inputs(found, session) + steps(found, catalog, session))
    }
  }

  private func head(_ workflow: Workflow, _ session: Session) -> [String] {
    [session.resultStyle.paint(workflow.name, .bold) + "  " + session.phrases.text(workflow.title)]
      + (workflow.tutorial.map { [session.resultStyle.paint($0, .dim)] } ?? [])
  }

  private func inputs(_ workflow: Workflow, _ session: Session) -> [String] {
    var table = TextTable()
    for field in workflow.inputs {
      table.add([
        session.resultStyle.paint(field.name, .bold), field.type.name + (field.unit.map { " (\($0))" } ?? ""),
        rule(field, session), field.help.map { session.phrases.text($0) } ?? "",
      ])
    }
    return ["", session.phrases.label("show.inputs")] + table.lines(indent: "  ")
  }

  private func rule(_ field: Field, _ session: Session) -> String {
    var words: [String] = []
    if let value = field.defaultValue {
      words.append(session.phrases.label("show.default", ["value": value.string ?? JSON.text(value)]))
    } else {
      words.append(session.phrases.label(field.required ? "show.required" : "show.optional"))
    }
    if let example = field.example {
      words.append(session.phrases.label("show.example", ["value": example.string ?? JSON.text(example)]))
    }
    if field.sensitive { words.append(session.phrases.label("show.sensitive")) }
    return words.joined(separator: ", ")
  }

  private func steps(_ workflow: Workflow, _ catalog: ProviderCatalog, _ session: Session) -> [String] {
    var table = TextTable()
    for step in workflow.steps {
      let action = catalog.action(step.useText)
      let billing = action?.billing.kind ?? .free
      table.add([
        session.resultStyle.paint(step.id, .bold), step.useText,
        billing == .free
          ? "" : session.resultStyle.paint(session.phrases.label("billing.\(billing.rawValue)"), .yellow),
        session.phrases.text(step.title ?? action?.title ?? LocalizedText(plain: "")),
      ])
    }
    return ["", session.phrases.label("show.steps")] + table.lines(indent: "  ")
  }

  private func value(_ workflow: Workflow, _ catalog: ProviderCatalog) -> Value {
    let texts = { (text: LocalizedText?) -> Value in
      text.map { .object($0.byLanguage.mapValues { .string($0) }) } ?? .null
    }
    return [
      "name": .string(workflow.name), "title": texts(workflow.title),
      "tutorial": workflow.tutorial.map { .string($0) } ?? .null,
      "inputs": .list(
        workflow.inputs.map { field in
          [
            "name": .string(field.name), "type": .string(field.type.name), "required": .bool(field.required),
            "default": field.defaultValue ?? .null, "sensitive": .bool(field.sensitive), "help": texts(field.help),
            "unit": field.unit.map { .string($0) } ?? .null, "example": field.example ?? .null,
          ]
        }),
      "steps": .list(
        workflow.steps.map { step in
          [
            "id": .string(step.id), "uses": .string(step.useText),
            "title": texts(step.title ?? catalog.action(step.useText)?.title),
            "billing": .string((catalog.action(step.useText)?.billing.kind ?? .free).rawValue),
          ]
        }),
    ]
  }
}
