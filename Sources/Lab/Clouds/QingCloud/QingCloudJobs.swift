import Basics
import CloudWire

import struct FoundationEssentials.Date

extension QingCloudState {
  /// What an asynchronous call has begun: its effect comes at the end.
  struct Job: Sendable {
    var id: String
    var number: Int
    var action: String
    var resources: [String]
    var created: Date
    /// When it shows in lists, and when it is worked on.
    var visibleSince: Date
    var workingSince: Date
    var due: Date
    var isDone = false
    /// Resources that meanwhile are in this transition.
    var busy: Set<String>
    var transition: String
    /// The code with which it ends instead, and nothing has happened; a fault asks for that.
    var failure: String?
    var finish: @Sendable (inout QingCloudState) -> Void
  }

  /// Begins a job; the answer of the call that did.
  ///
  /// - Parameters:
  ///   - resources: what `DescribeJobs` tells about it.
  ///   - busy: what may not be touched meanwhile, with the transition that it is shown in.
  ///   - seconds: how long the real cloud takes.
  ///   - giveUp: takes away what the call has made already, when the job fails.
  mutating func begin(
    _ call: APICall, _ resources: [String], busy: Set<String> = [], transition: String = "", seconds: Double,
    giveUp: @escaping @Sendable (inout QingCloudState) -> Void = { _ in },
    finish: @escaping @Sendable (inout QingCloudState) -> Void
  ) -> Value {
    let id = core.ids.qingCloud("j")
    let start = core.now
    here.jobs[id] = Job(
      id: id, number: here.jobs.count, action: call.action, resources: resources, created: start,
      visibleSince: start.addingTimeInterval(core.pace.seconds(1)),
      workingSince: start.addingTimeInterval(core.pace.seconds(2)),
      due: start.addingTimeInterval(core.pace.seconds(seconds)), busy: busy, transition: transition,
      failure: call.laterFailure.map { Int($0) == nil ? "5000" : $0 },
      finish: call.laterFailure == nil ? finish : giveUp)
    here.running.append(id)
    return .string(id)
  }

  /// The transition that a resource is in; empty: settled.
  func transition(of id: String) -> String {
    here.running.lazy.compactMap { here.jobs[$0] }.first { $0.busy.contains(id) }?.transition ?? ""
  }

  func requireSettled(_ id: String) throws(ServiceError) {
    let transition = transition(of: id)
    if !transition.isEmpty { throw QingCloudError.inTransition(id, transition) }
  }

  func describeJobs(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("jobs")
    let states = call.choices("status")
    let rows = here.jobs.all.filter { job in
      job.visibleSince <= core.now && (ids.isEmpty || ids.contains(job.id))
        && (states.isEmpty || states.contains(status(of: job)))
        && (call["job_action"].map { $0 == job.action } ?? true)
    }
    return try page(call, "job_set", rows.map(row))
  }

  private func status(of job: Job) -> String {
    if job.isDone { return job.failure == nil ? "successful" : "failed" }
    return job.workingSince <= core.now ? "working" : "pending"
  }

  private func row(_ job: Job) -> Value {
    let status = status(of: job)
    let since = job.isDone ? job.due : status == "working" ? job.workingSince : job.created
    return [
      "job_id": .string(job.id), "job_action": .string(job.action), "status": .string(status),
      "create_time": stamp(job.created), "status_time": stamp(since),
      "resource_ids": .string(job.resources.joined(separator: " ")),
      "error_codes": .string(job.isDone ? job.failure ?? "" : ""),
      "owner": .string(core.accountID),
    ]
  }

  func stamp(_ date: Date) -> Value { .string(Timestamp.extended(date)) }
}
