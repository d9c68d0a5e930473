package import Basics
import CloudWire

package import struct FoundationEssentials.Date

/// Everything that was ever made in the lab and every call that came in: what tests count and `lab ledger` prints.
package struct Ledger: Hashable, Sendable {
  package var resources: [LedgerResource]
  package var calls: [LedgerCall]

  package init(resources: [LedgerResource] = [], calls: [LedgerCall] = []) {
    self.resources = resources
    self.calls = calls
  }

  /// The contract of `lab ledger --json`.
  package var json: Value {
    ["resources": .list(resources.map(\.json)), "calls": .list(calls.map(\.json))]
  }
}

/// One thing that a call made, for as long as the lab lives.
package struct LedgerResource: Hashable, Sendable {
  package var cloud: CloudName
  /// `instance`, `smart-access-gateway`.
  package var kind: String
  package var id: String
  package var name: String
  package var createdAt: Date
  package var deletedAt: Date?
  /// The client token of the call that made it.
  package var token: String?
  /// Whether money was spent at once: a prepaid order.
  package var isPaid: Bool

  package var json: Value {
    [
      "cloud": .string(cloud.rawValue), "kind": .string(kind), "id": .string(id), "name": .string(name),
      "created_at": .string(Timestamp.extended(createdAt)),
      "deleted_at": deletedAt.map { .string(Timestamp.extended($0)) } ?? .null,
      "token": token.map(Value.string) ?? .null, "paid": .bool(isPaid),
    ]
  }
}

/// One call that reached a cloud's port, answered or not.
package struct LedgerCall: Hashable, Sendable {
  package var cloud: CloudName
  package var action: String
  package var requestID: String
  package var at: Date
  /// The HTTP status that the client was meant to see; `nil` when the connection was cut instead.
  package var status: Int?
  /// The vendor's error code, when the answer was one.
  package var code: String?
  /// The fault that was played on it.
  package var fault: String?

  package var json: Value {
    [
      "cloud": .string(cloud.rawValue), "action": .string(action), "request_id": .string(requestID),
      "at": .string(Timestamp.extended(at)), "status": status.map(Value.integer) ?? .null,
      "code": code.map(Value.string) ?? .null, "fault": fault.map(Value.string) ?? .null,
    ]
  }
}
