import ArgumentParser
import Basics
import Planning
import ProviderModel
import Reporting
import RunEngine
import WorkflowModel

/// `causeway graph`: the steps of a workflow or a run, and what each waits for.
struct GraphCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("graph") }

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, dot, mermaid, svg }

  @OptionGroup var global: GlobalOptions
  @ArgumentParser.Argument(help: HelpText.help("argument.workflow-or-run", value: "workflow|run")) var name: String
  @OptionGroup var given: InputOptions
  @Option(help: HelpText.help("option.graph-format", value: "text|dot|mermaid|svg")) var format = Format.text

  func run() async throws {
    let session = Session(global)
    let diagram = try await diagram(session)
    if session.options.json { return session.result(DiagramJSON.value(diagram, masker: session.masker)) }
    session.surroundings.output.lines(lines(diagram, session))
  }

  private func lines(_ diagram: Diagram, _ session: Session) -> [String] {
    switch format {
    case .text:
      GraphText(phrases: session.phrases, style: session.resultStyle, masker: session.masker).lines(diagram)
    case .dot: DotText(phrases: session.phrases, masker: session.masker).lines(diagram)
    case .mermaid: mermaid(diagram, session)
    case .svg: [String(SVGDrawing(phrases: session.phrases, masker: session.masker).text(diagram).dropLast())]
    }
  }

  private func mermaid(_ diagram: Diagram, _ session: Session) -> [String] {
    let edges = MermaidText.edgeCount(diagram)
    if edges > MermaidText.usualLimit {
      session.talk("graph.mermaid-large", ["edges": String(edges), "limit": String(MermaidText.usualLimit)])
    }
    return MermaidText(phrases: session.phrases, masker: session.masker).lines(diagram)
  }

  /// Of a workflow of this name or path; else of a run.
  private func diagram(_ session: Session) async throws -> Diagram {
    let library = Library(homes: session.homes)
    let isPath = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let isWorkflow = try isPath || library.workflows.workflow(name) != nil
    if isWorkflow || !given.isEmpty {
      return try workflow(try library.workflow(name, directory: session.surroundings.directory), library, session)
    }
    let store = try Storage(session)
    do {
      return try await KnownRun.load(name, session: session, store: store).diagram()
    } catch let failure as JournalFailure {
      if case .noRun = failure { throw neither(library) }
      throw failure
    }
  }

  private func neither(_ library: Library) -> Diagnostics {
    let near = Suggestion.nearest(to: name, in: library.workflows.names)
    return Diagnostics(
      Diagnostic(
        .commandNoWorkflowOrRun,
        ["name": name, "suggestion": near ?? "", "known": library.workflows.names.joined(separator: ", ")]))
  }

  /// The plan of the workflow; of one whose inputs are not all given, the steps as its file has them.
  private func workflow(_ workflow: Workflow, _ library: Library, _ session: Session) throws -> Diagram {
    let inputs = try InputReader(surroundings: session.surroundings).inputs(for: workflow, options: given)
    let missing = workflow.inputs.filter { $0.required && $0.defaultValue == nil && (inputs[$0.name] ?? .null).isNull }
    if missing.isEmpty {
      return Diagram(try PlanMaker(session: session, library: library).plan(workflow, inputs: inputs).plan)
    }
    session.talk("graph.unexpanded", ["inputs": missing.map(\.name).joined(separator: ", ")])
    let all = try library.workflows.names.compactMap { try library.workflows.workflow($0) }
    let catalog = try library.catalog(for: workflow)
    return Diagram(workflow, catalog: catalog) { included in
      let steps = all.first { $0.name == included }?.wholeSteps(all) ?? []
      return steps.contains { catalog.action($0.useText)?.billing.kind == .prepaid }
    }
  }
}

extension KnownRun {
  /// The run's steps with their states.
  func diagram() throws -> Diagram {
    let states = try machine().stepSummaries(begun: stored.begun).map(\.state)
    return Diagram(plan, run: Diagram.RunMark(id: header.id, state: state), states: states)
  }
}
