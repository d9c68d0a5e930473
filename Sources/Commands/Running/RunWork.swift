import Basics
import Planning
import RunEngine

/// A session of work on a run that the journal knows: finds its lab again, works, and leaves the lab as it should be.
struct RunWork {
  let session: Session
  let store: Storage
  let stored: KnownRun
  let order: WorkOrder
  var parallel = RunCoordinator.usualParallel
  var takesOver = false
  var autoApprove = false
  var keepsLab = true
  var replacement: WorkPlan?

  func carryOut() async throws {
    let keeper = LabKeeper(session: session)
    let lab = try await stored.header.lab.asyncMap { try await keeper.find(runningFor: stored.header, named: $0) }
    var coordinator = RunCoordinator(session: session, store: store, lab: lab)
    coordinator.parallel = parallel
    coordinator.takesOver = takesOver
    coordinator.autoApprove = autoApprove
    let plan = replacement ?? stored.work
    let summary = try await coordinator.carryOut(
      target(plan.plan), plan, header: stored.header, order: order)
    let endsLab =
      order.kind == .destroy
      ? summary.verdict == .done && !order.takesBackPart : order.kind == .run && summary.state == .succeeded
    if let lab, endsLab, lab.isEphemeral { await keeper.leave(lab, wasGreen: true, keep: keepsLab) }
    try SummaryPrinter(session: session).finish(summary, plan: plan.plan, order: order)
  }

  private func target(_ plan: Plan) -> RunTarget {
    guard replacement != nil else { return .existing(stored.header.id) }
    return .updated(
      RunHeader(
        plan: plan, id: stored.header.id, name: stored.header.name, toolVersion: CausewayTool.version,
        lab: stored.header.lab, accounts: stored.header.accounts))
  }
}

extension Optional where Wrapped: Sendable {
  func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
    if let self { try await transform(self) } else { nil }
  }
}
