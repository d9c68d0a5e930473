import Basics

import struct FoundationEssentials.Date

/// One resource as Azure Resource Manager keeps it: the document that was written last, and where its provisioning stands.
struct ARMResource: Sendable {
  /// Raw values are `provisioningState`.
  enum Provisioning: String, Hashable, Sendable {
    case creating = "Creating"
    case updating = "Updating"
    case deleting = "Deleting"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case canceled = "Canceled"
    /// Deleted; taken away by the next settling.
    case gone = "Gone"
  }

  let id: ARMID
  var location: String
  var tags: [String: Value]
  /// Members beside `properties` that are kept as they came: `sku`, `zones`, `plan`.
  var members: [String: Value]
  var properties: [String: Value]
  var etag: String
  let guid: String
  let created: Date
  var provisioning: Timeline<Provisioning>
  /// The properties that hold in the data plane: those of the last write that has ended well.
  var applied: [String: Value]?

  func state(at now: Date) -> Provisioning { provisioning.phase(at: now) }

  subscript(property: String) -> Value { properties[property] ?? .null }
}

/// A resource group.
struct ARMGroup: Sendable {
  var name: String
  var location: String
  var tags: [String: Value]
  var managedBy: Value
  /// `deleting`, then `gone`, once it is being deleted.
  var provisioning: Timeline<ARMResource.Provisioning>
}

extension Value {
  /// The ARM id that a reference `{"id": "..."}` names; `nil` when there is none or it is no id.
  var reference: ARMID? { self["id"].string.flatMap { ARMID($0) } }

  /// The object's members; none for anything else.
  var members: [String: Value] { object ?? [:] }

  /// A list of texts; none for anything else.
  var texts: [String] { (list ?? []).compactMap(\.string) }
}
