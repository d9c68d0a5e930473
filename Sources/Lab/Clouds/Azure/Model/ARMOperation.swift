import Basics

import struct FoundationEssentials.Date

/// A long-running operation: what `Azure-AsyncOperation` and `Location` lead to.
struct ARMOperation: Sendable {
  enum Status: String, Hashable, Sendable {
    case inProgress = "InProgress"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case canceled = "Canceled"
  }

  let id: String
  let namespace: String
  let location: String
  let version: String
  let started: Date
  /// The seconds between two looks that the cloud asks for.
  let pause: Int
  var status: Timeline<Status>
  /// Why it failed or was cancelled.
  var error: ServiceError?
  /// What `Location` answers in the end; `nil`: nothing, by 204.
  var result: Value?
  /// Whether `Location` ends in 200 without a body, as after a change of power.
  var endsWithOK = false
  /// The keys of resources that no other operation may write meanwhile.
  var locks: Set<String>
  /// The resource that it changes.
  var target: String

  func isRunning(at now: Date) -> Bool { status.phase(at: now) == .inProgress }
}

/// Which headers of a 201 or 202 lead to the operation.
enum ARMPolling: Hashable, Sendable {
  case status, location, both
}

/// An operation that has just begun.
struct ARMBegun: Sendable {
  /// 202 with the links.
  var reply: ARMReply
  /// When it ends, if it does so by itself.
  var end: Date
  var id: String
}
