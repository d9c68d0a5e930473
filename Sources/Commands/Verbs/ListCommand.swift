import ArgumentParser
import Basics
import Reporting
import WorkflowModel

/// `causeway list`: the named workflows.
struct ListCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("list") }

  @OptionGroup var global: GlobalOptions
  /// Left out otherwise: parts, which other workflows include and which encode no tutorial of their own.
  @Flag(help: HelpText.help("option.all-workflows")) var all = false

  func run() async throws {
    let session = Session(global)
    let library = Library(homes: session.homes)
    var findings = Diagnostics()
    var workflows: [Workflow] = []
    for name in library.workflows.names {
      do throws(Diagnostics) {
        if let workflow = try library.workflows.workflow(name) { workflows.append(workflow) }
      } catch { findings.add(contentsOf: error) }
    }
    if session.options.json {
      session.result(["workflows": .list(workflows.map { Self.value($0, workflows) })])
    } else {
      session.surroundings.output.lines(lines(workflows, session))
    }
    if findings.hasErrors {
      session.report(findings)
      throw Ending(ExitStatus.wrongUse)
    }
  }

  private func lines(_ workflows: [Workflow], _ session: Session) -> [String] {
    var table = TextTable()
    table.add(
      ["head", "steps", "providers", "title"].map {
        session.resultStyle.paint(session.phrases.label("list.\($0)"), .bold)
      })
    for workflow in all ? workflows : workflows.withoutParts {
      let whole = workflow.wholeSteps(workflows)
      table.add([
        workflow.name, String(whole.count), whole.providerNames.joined(separator: ","),
        session.phrases.text(workflow.title),
      ])
    }
    return table.lines()
  }

  private static func value(_ workflow: Workflow, _ workflows: [Workflow]) -> Value {
    let whole = workflow.wholeSteps(workflows)
    return [
      "name": .string(workflow.name), "title": .object(workflow.title.byLanguage.mapValues { .string($0) }),
      "providers": .list(whole.providerNames.map { .string($0) }), "steps": .integer(whole.count),
      "tutorial": workflow.tutorial.map { .string($0) } ?? .null, "file": .string(workflow.source.path),
    ]
  }
}

extension Workflow {
  /// The names of the workflows that the steps include.
  var includes: [String] {
    steps.compactMap { if case .workflow(let name) = $0.use { name } else { nil } }
  }

  /// The steps with those of the included workflows in place; a `for_each` counts once.
  func wholeSteps(_ known: [Workflow], depth: Int = 0) -> [Step] {
    steps.flatMap { step -> [Step] in
      guard case .workflow(let name) = step.use else { return [step] }
      // Deeper nesting, and with it a circle, is refused when the workflow is planned.
      guard depth < 8, let inner = known.first(where: { $0.name == name }) else { return [] }
      return inner.wholeSteps(known, depth: depth + 1)
    }
  }
}

extension [Step] {
  /// The clouds and kinds of host access that the steps use, the engine's own left out.
  var providerNames: [String] {
    let names = compactMap { step -> String? in
      guard case .action(let action) = step.use else { return nil }
      return String(action.prefix { $0 != "/" })
    }
    return Set(names).subtracting(["flow", "manual", "probe", "lab"]).sorted()
  }
}

extension [Workflow] {
  /// Without those that others include and that encode no tutorial of their own.
  var withoutParts: [Workflow] {
    let parts = Set(flatMap(\.includes))
    return filter { $0.tutorial != nil || !parts.contains($0.name) }
  }
}
