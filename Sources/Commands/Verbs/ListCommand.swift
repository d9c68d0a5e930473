import ArgumentParser
import Basics
import Reporting
import WorkflowModel

/// `causeway list`: the named workflows.
struct ListCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("list") }

  @OptionGroup var global: GlobalOptions

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
      session.result(["workflows": .list(workflows.map(Self.value))])
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
    for workflow in workflows {
      table.add([
        workflow.name, String(workflow.steps.count), workflow.providerNames.joined(separator: ","),
        session.phrases.text(workflow.title),
      ])
    }
    return table.lines()
  }

  private static func value(_ workflow: Workflow) -> Value {
    [
      "name": .string(workflow.name), "title": .object(workflow.title.byLanguage.mapValues { .string($0) }),
      "providers": .list(workflow.providerNames.map { .string($0) }), "steps": .integer(workflow.steps.count),
      "tutorial": workflow.tutorial.map { .string($0) } ?? .null, "file": .string(workflow.source.path),
    ]
  }
}

extension Workflow {
  /// The clouds and kinds of host access that the steps use, the engine's own left out.
  var providerNames: [String] {
    let names = steps.compactMap { step -> String? in
      guard case .action(let action) = step.use else { return nil }
      return String(action.prefix { $0 != "/" })
    }
    return Set(names).subtracting(["flow", "manual", "probe", "lab"]).sorted()
  }
}
