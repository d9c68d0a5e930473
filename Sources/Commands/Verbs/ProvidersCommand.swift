import ArgumentParser
import Basics
import JSONText
import ProviderModel
import Reporting

/// `causeway providers`: the catalog, or one provider's actions, or one action.
struct ProvidersCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("providers") }

  @OptionGroup var global: GlobalOptions
  @Argument(help: HelpText.help("argument.provider", value: "provider[/action]")) var name: String?

  func run() async throws {
    let session = Session(global)
    let library = Library(homes: session.homes).providers
    guard let name else { return list(try library.everything(), session) }
    let provider = String(name.prefix { $0 != "/" })
    guard let description = try library.provider(provider) else {
      throw Diagnostics(
        Diagnostic(
          .commandNoProvider, ["name": provider, "known": library.names.joined(separator: ", ")]))
    }
    if name.contains("/") {
      let catalog = ProviderCatalog(providers: [provider: description])
      guard let action = catalog.action(name) else {
        let near = Suggestion.nearest(to: name, in: catalog.actionNames) ?? ""
        throw Diagnostics(Diagnostic(.commandNoAction, ["name": name, "suggestion": near]))
      }
      show(action, session)
    } else {
      list(ProviderCatalog(providers: [provider: description]), session)
    }
  }

  private func list(_ catalog: ProviderCatalog, _ session: Session) {
    let actions = catalog.actionNames.compactMap { catalog.action($0) }
    if session.options.json {
      session.result(["actions": .list(actions.map { value($0) })])
      return
    }
    var table = TextTable()
    for action in actions {
      let billing = action.billing.kind == .free ? "" : session.phrases.label("billing.\(action.billing.kind.rawValue)")
      table.add([session.resultStyle.paint(action.fullName, .bold), billing, session.phrases.text(action.title)])
    }
    session.surroundings.output.lines(table.lines())
  }

  private func show(_ action: ActionDescription, _ session: Session) {
    if session.options.json { return session.result(value(action)) }
    var lines = [session.resultStyle.paint(action.fullName, .bold) + "  " + session.phrases.text(action.title)]
    if let help = action.help { lines.append(session.phrases.text(help)) }
    var inputs = TextTable()
    for field in action.inputs {
      let rule =
        field.defaultValue.map { session.phrases.label("show.default", ["value": $0.string ?? JSON.text($0)]) }
        ?? session.phrases.label(field.required ? "show.required" : "show.optional")
      inputs.add([field.name, field.type.name, rule, field.help.map { session.phrases.text($0) } ?? ""])
    }
    lines += ["", session.phrases.label("show.inputs")] + inputs.lines(indent: "  ")
    var outputs = TextTable()
    for output in action.outputs {
      outputs.add([output.field.name, output.field.type.name, output.field.help.map { session.phrases.text($0) } ?? ""])
    }
    lines += ["", session.phrases.label("summary.outputs")] + outputs.lines(indent: "  ")
    session.surroundings.output.lines(lines)
  }

  private func value(_ action: ActionDescription) -> Value {
    [
      "name": .string(action.fullName), "title": .object(action.title.byLanguage.mapValues { .string($0) }),
      "billing": .string(action.billing.kind.rawValue), "read_only": .bool(action.isReadOnly),
      "doubt": .string(action.doubt.by.rawValue),
      "inputs": .list(
        action.inputs.map {
          [
            "name": .string($0.name), "type": .string($0.type.name), "required": .bool($0.required),
            "default": $0.defaultValue ?? .null,
          ]
        }),
      "outputs": .list(
        action.outputs.map {
          ["name": .string($0.field.name), "type": .string($0.field.type.name), "sensitive": .bool($0.field.sensitive)]
        }),
    ]
  }
}
