import Basics
import CloudClient
import CurlTransport
import Foundation
import JSONText
import Planning
import Probes
import ProviderModel
import RemoteShell
import Reporting
import RunEngine
import RunJournal
import WorkflowModel

/// Wires the doors to the ports and carries out one session of work on one run; behind run, resume, verify, destroy and answer.
struct RunCoordinator {
  let session: Session
  let store: Storage
  let lab: LabHandle?
  /// Most steps wait for a cloud or for a host, and hold nothing meanwhile; how fast requests go out is decided per cloud.
  static let usualParallel = 32

  var parallel = usualParallel
  var takesOver = false
  var autoApprove = false
  /// A fixture's run: `lab/*` actions are legal.
  var isFixture = false

  /// Begins a new run of `plan`.
  func start(_ work: WorkPlan, name: String?, accounts: [String: String], order: WorkOrder) async throws -> RunSummary {
    let id = RunHeader.newID(SystemRandom())
    let header = RunHeader(
      plan: work.plan, id: id, name: name, toolVersion: CausewayTool.version, lab: lab?.name, accounts: accounts)
    return try await carryOut(.new(header), work, header: header, order: order)
  }

  /// Goes on with a run that the journal knows.
  func carryOut(_ target: RunTarget, _ work: WorkPlan, header: RunHeader, order: WorkOrder) async throws -> RunSummary {
    let plan = work.plan
    try checkCredentials(work, header: header)
    try checkLabActions(work)
    let observer = ConsoleObserver(session: session)
    let runner = Runner(
      plan: plan, decisions: RunDecisions(plan: plan, run: RunScope(id: header.id, name: header.name)),
      journal: store.runs.journal, performer: performers(header: header, plan: plan, catalog: work.catalog),
      approver: TerminalApprover(session: session, plan: plan, automatic: automaticApproval), observer: observer,
      log: store.logs(masker: session.masker), time: session.surroundings.time, random: session.surroundings.random,
      options: RunnerOptions(parallel: parallel, takesOver: takesOver, masker: session.masker))
    let signals = InterruptHandler { runner.interrupt() }
    defer { signals.stop() }
    let drawing = Task { await observer.keepDrawing() }
    defer {
      drawing.cancel()
      observer.finish()
    }
    return try await runner.run(target, order: order)
  }

  /// The doors through which what a run left is looked at; refuses when the keys of a cloud cannot be found (exit 4).
  func reader(_ work: WorkPlan, header: RunHeader) throws -> any ActionPerformer {
    try checkCredentials(work, header: header)
    return performers(header: header, plan: work.plan, catalog: work.catalog)
  }

  /// `lab/*` is legal in fixtures only: a workflow that needs it would fail in the real clouds.
  private func checkLabActions(_ work: WorkPlan) throws {
    guard !isFixture else { return }
    let findings = work.plan.steps.filter { $0.action.provider == "lab" }.map { step in
      Diagnostic(
        .commandFixtureOnly, ["action": step.action.fullName, "workflow": work.plan.workflow.name], at: step.location)
    }
    try Diagnostics(findings).throwIfErrors()
  }

  private var credentials: CredentialFinder {
    CredentialFinder(
      environment: session.surroundings.environment, home: session.surroundings.home, fixed: lab?.allCredentials)
  }

  /// Refuses before anything is touched when the keys of a cloud that the plan needs cannot be found (exit 4).
  private func checkCredentials(_ work: WorkPlan, header: RunHeader) throws {
    var findings = Diagnostics()
    var seen: Set<[String?]> = []
    for step in work.plan.steps where step.condition != .never {
      let profile = step.account.flatMap { header.accounts[$0] }
      guard let provider = work.catalog.providers[step.action.provider], provider.wireProtocol != .builtin,
        seen.insert([provider.name, profile]).inserted
      else { continue }
      do throws(StepFailure) { _ = try credentials.credentials(for: provider, profile: profile) } catch {
        findings.add(Diagnostic(error.code, error.arguments))
      }
    }
    if findings.hasErrors { throw Refused(findings) }
  }

  private var automaticApproval: String? { lab != nil ? "lab" : autoApprove ? "auto-approve" : nil }

  /// One performer per kind of step, and how they reach each other.
  private func performers(header: RunHeader, plan: Plan, catalog: ProviderCatalog) -> PerformerRegistry {
    let surroundings = session.surroundings
    let cloud = CloudPerformer(
      catalog: catalog, transport: CurlTransport(version: CausewayTool.version, environment: surroundings.environment),
      credentials: credentials,
      endpoints: EndpointOverrides(environment: surroundings.environment, lab: lab?.endpoints),
      time: surroundings.time, random: surroundings.random, masker: session.masker)
    let knownHosts = "\(URL(filePath: store.path).deletingLastPathComponent().path)/known_hosts"
    try? FileManager.default.createDirectory(
      atPath: knownHosts, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let client = SSHClient(
      settings: SSHClient.Settings(
        home: surroundings.home, agentSocket: surroundings.environment["SSH_AUTH_SOCK"],
        runKnownHosts: "\(knownHosts)/\(header.id)"),
      clock: surroundings.time, random: surroundings.random)
    let remote = RemoteRouter(ssh: SSHCommand(client: client), cloud: cloud.command, local: LocalCommand())
    var registry = PerformerRegistry(
      [
        "ssh": SSHPerformer(client: client, other: remote), "probe": ProbePerformer(command: remote),
        "flow": FlowPerformer(),
      ],
      fallback: cloud)
    if let lab { registry = registry.adding(LabPerformer(lab: lab), for: "lab") }
    let manual = ManualPerformer(probes: registry, time: surroundings.time) { catalog.action($0) }
    guard let lab, let console = lab.console(session.homes), !console.isEmpty else {
      return registry.adding(manual, for: "manual")
    }
    let actions = (try? Library(homes: session.homes).providers.provider("lab"))?.actions.values.map { $0 } ?? []
    let undoable = actions.filter { action in action.inputs.contains { $0.name == "undo" } }.map(\.fullName)
    return registry.adding(
      ConsolePerformer(lab: lab, standIns: console, undoable: Set(undoable), person: manual), for: "manual")
  }
}

/// Chooses the way in by the form of a `host` value: this machine, an action with a `command` input, or SSH.
struct RemoteRouter: RemoteCommand {
  var ssh: any RemoteCommand
  var cloud: any RemoteCommand
  var local: any RemoteCommand

  func run(
    _ argv: [String], input: [UInt8], on host: Value, context: RemoteContext
  ) async throws(StepFailure) -> RemoteResult {
    let way: any RemoteCommand = host == "local" ? local : host["via"].isNull ? ssh : cloud
    return try await way.run(argv, input: input, on: host, context: context)
  }
}
