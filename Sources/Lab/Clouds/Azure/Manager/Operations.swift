import Basics
import CloudWire

import struct FoundationEssentials.Date

/// Long-running operations: how they begin, what asking for them answers.
extension AzureState {
  /// Records an operation that ends by itself.
  mutating func begin(
    _ call: ARMCall, on target: String, namespace: String?, location: String, seconds: Double, locks: Set<String>,
    polling: ARMPolling
  ) -> ARMBegun {
    let delay = core.pace.seconds(seconds)
    let failure = call.laterFailure.map { ARMErrors.network($0, "The lab was told to let this fail.", status: 500) }
    let status = Timeline<ARMOperation.Status>(
      .inProgress, then: failure == nil ? .succeeded : .failed, after: delay, at: core.now)
    let operation = newOperation(call, target, namespace, location, status, locks, failure)
    var reply = ARMReply(202)
    reply.headers = links(to: operation, call, polling)
    return ARMBegun(reply: reply, end: core.now.addingTimeInterval(delay), id: operation.id)
  }

  /// Records an operation that ends when somebody says so.
  mutating func beginOpen(
    _ call: ARMCall, on target: String, namespace: String, location: String
  ) -> ARMBegun {
    let operation = newOperation(
      call, target, namespace, location, Timeline(.inProgress, at: core.now), [], nil)
    var reply = ARMReply(202)
    reply.headers = links(to: operation, call, .both)
    return ARMBegun(reply: reply, end: core.now, id: operation.id)
  }

  private mutating func newOperation(
    _ call: ARMCall, _ target: String, _ namespace: String?, _ location: String,
    _ status: Timeline<ARMOperation.Status>, _ locks: Set<String>, _ failure: ServiceError?
  ) -> ARMOperation {
    let operation = ARMOperation(
      id: core.ids.uuid("operation"), namespace: namespace ?? "", location: location, version: call.version,
      started: core.now, pause: pause, status: status, error: failure, locks: locks, target: target)
    operations[operation.id] = operation
    return operation
  }

  /// Whole seconds are all that the header can say.
  private var pause: Int { core.pace.scale > 0 ? max(1, Int(core.pace.seconds(10))) : 0 }

  private func links(to operation: ARMOperation, _ call: ARMCall, _ polling: ARMPolling) -> [(String, String)] {
    var headers: [(String, String)] = []
    if polling != .location { headers.append(("Azure-AsyncOperation", link(operation, call, "operations"))) }
    if polling != .status { headers.append(("Location", link(operation, call, "operationResults"))) }
    return headers + [("Retry-After", String(operation.pause))]
  }

  private func link(_ operation: ARMOperation, _ call: ARMCall, _ word: String) -> String {
    let place =
      operation.namespace.isEmpty
      ? "/operationresults/" : "/providers/\(operation.namespace)/locations/\(operation.location)/\(word)/"
    return "\(call.origin)\(subscriptionPath)\(place)\(operation.id)?api-version=\(operation.version)"
  }

  // MARK: Asking

  private func operation(_ id: String) throws(ServiceError) -> ARMOperation {
    guard let operation = operations[id.lowercased()] else {
      throw ServiceError("OperationNotFound", "The operation '\(id)' was not found.", status: 404)
    }
    return operation
  }

  /// Always 200: that an operation has failed stands in the body.
  func operationStatus(_ id: String) throws(ServiceError) -> ARMReply {
    let operation = try operation(id)
    let status = operation.status.phase(at: core.now)
    var body: [String: Value] = ["status": .string(status.rawValue)]
    if operation.namespace == "Microsoft.Compute" {
      body["name"] = .string(operation.id)
      body["startTime"] = .string(Self.stamp(operation.started))
      if status != .inProgress { body["endTime"] = .string(Self.stamp(operation.status.since(at: core.now))) }
    }
    if status == .failed || status == .canceled, let error = operation.error {
      let members: [String: Value] = ["code": .string(error.code), "message": .string(error.message)]
      body["error"] = .object(members.merging(error.members) { _, own in own })
    }
    var reply = ARMReply(200, .object(body))
    if status == .inProgress { reply.headers = [("Retry-After", String(operation.pause))] }
    return reply
  }

  func operationResult(_ id: String, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    let operation = try operation(id)
    switch operation.status.phase(at: core.now) {
    case .inProgress:
      var reply = ARMReply(202)
      reply.headers = links(to: operation, call, .location)
      return reply
    case .succeeded:
      if let result = operation.result { return ARMReply(200, result) }
      return ARMReply(operation.endsWithOK || operation.namespace.isEmpty ? 200 : 204)
    case .failed, .canceled:
      throw operation.error ?? ServiceError("InternalServerError", "An error occurred.", status: 500)
    }
  }

  /// `2026-01-02T03:04:05.0000000+00:00`.
  static func stamp(_ date: Date) -> String { String(Timestamp.extended(date).dropLast()) + ".0000000+00:00" }

  // MARK: Locks

  /// The operation that keeps others from writing any of these.
  func blocker(of locks: Set<String>) -> ARMOperation? {
    operations.all.first { $0.isRunning(at: core.now) && !$0.locks.isDisjoint(with: locks) }
  }

  /// The network provider refuses what would overlap: a delete as a conflict, a write as something to repeat.
  func refuseOverlap(_ id: ARMID, _ locks: Set<String>, _ call: ARMCall) throws(ServiceError) {
    guard let other = blocker(of: locks) else { return }
    if id.kind.namespace == "Microsoft.Compute" {
      throw ServiceError(
        "Conflict",
        "The request failed due to conflict with a concurrent request. To resolve it, please refer to "
          + "https://aka.ms/activitylog to get more details on the conflicting requests.", status: 409)
    }
    if call.method == "DELETE" {
      throw ARMErrors.network(
        "AnotherOperationInProgress",
        "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: "
          + "\(link(other, call, "operations")).", status: 409)
    }
    throw ServiceError(
      "RetryableErrorDueToAnotherOperation",
      "Operation on resource \(id) is blocked by another operation on the same or a dependent resource.", status: 429,
      members: ["details": []], retryAfter: max(1, other.pause))
  }
}
