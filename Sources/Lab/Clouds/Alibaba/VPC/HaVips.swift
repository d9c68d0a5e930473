import Basics

import struct FoundationEssentials.Date

/// HaVip: addresses that move between instances of one vSwitch.
extension AlibabaState {
  func haVip(_ id: String, in region: String?) throws(ServiceError) -> HaVip {
    guard let row = haVips[id], core.isVisible(id), region == nil || row.region == region else {
      return try refuse("InvalidHaVipId.NotFound", "The specified HaVip does not exist.", status: 404)
    }
    return row
  }

  mutating func createHaVip(_ call: APICall) throws(ServiceError) -> Value {
    let region = try region(of: call)
    guard let vSwitch = vSwitches[call["VSwitchId"] ?? ""], let vpc = vpcs[vSwitch.vpc], vpc.region == region,
      core.isVisible(vSwitch.id)
    else {
      return try refuse(
        "InvalidVSwitch.NotFound", "The specified VSwitch does not exist in the specified region.", status: 404)
    }
    guard vSwitch.phase.phase(at: core.now) == .available else {
      return try refuse("IncorrectVSwitchStatus", "The VSwitch status is not support.")
    }
    try checkTexts(call)
    let row = HaVip(
      id: core.ids.alibaba("havip", region: region), name: call["Name"] ?? "", description: call["Description"] ?? "",
      region: region, vpc: vpc.id, vSwitch: vSwitch.id, address: try address(call, in: vSwitch), created: core.now,
      phase: Timeline(.creating, then: .available, after: core.pace.seconds(5), at: core.now), tags: tags(of: call))
    haVips[row.id] = row
    core.created("havip", row.id, name: row.name)
    return ["HaVipId": .string(row.id), "IpAddress": .string(row.address.description)]
  }

  private func checkTexts(_ call: APICall) throws(ServiceError) {
    for (field, code, limit) in [
      ("Name", "InvalidName.Malformed", 128), ("Description", "InvalidDescription.Malformed", 256),
    ] {
      guard let text = call[field] else { continue }
      if !(1...limit).contains(text.count) || text.hasPrefix("http://") || text.hasPrefix("https://") {
        return try refuse(code, "The specified \(field) is wrongly formed.")
      }
    }
  }

  private func address(_ call: APICall, in vSwitch: VSwitch) throws(ServiceError) -> IPAddress {
    guard let text = call["IpAddress"] else { return try freeAddress(in: vSwitch, wanted: nil) }
    guard let address = IPAddress(text), address.family == .v4 else {
      return try refuse("InvalidIPAddress.Malformed", "The specified IPAddress is not a valid or strict address.")
    }
    guard vSwitch.block.contains(address) else {
      return try refuse("InvalidIPAddress.OutOfRange", "The specified IPAddress is out of VSwitch CIDR.")
    }
    // The first addresses and the last three of a vSwitch are the system's.
    if [0, 1, -3, -2, -1].compactMap({ vSwitch.block.host($0) }).contains(address) {
      return try refuse(
        "InvalidIPAddress.NotAvailable",
        "The specified IPAddress is not available because it is a system reserved IPAddress.")
    }
    if takenAddresses(in: vSwitch).contains(address) {
      return try refuse("InvalidIPAddress.AlreadyUsed", "The specified IPAddress is already used by other resource.")
    }
    return address
  }

  func describeHaVips(_ call: APICall) throws(ServiceError) -> Value {
    let region = try region(of: call)
    let filters = call.parameters.objects("Filter")
    let keys = ["VpcId", "VSwitchId", "Status", "HaVipId", "HaVipAddress"]
    if filters.contains(where: { !keys.contains($0["Key"] ?? "") }) {
      return try refuse("InvalidFilterKey.ValueNotSupported", "The specified filter key is not supported.")
    }
    let rows = haVips.all.filter { row in
      let fields = [
        "VpcId": row.vpc, "VSwitchId": row.vSwitch, "HaVipId": row.id, "HaVipAddress": row.address.description,
        "Status": row.status(at: core.now),
      ]
      return row.region == region && core.isVisible(row.id) && bears(row.tags, call, "Tags")
        && asks(call, "ResourceGroupId", Self.resourceGroup)
        && filters.allSatisfy { $0.list("Value").contains(fields[$0["Key"] ?? ""] ?? "") }
    }
    return try pageByNumber(rows.map(haVipItem), call) { ("HaVips", ["HaVip": $0]) }
  }

  private func haVipItem(_ row: HaVip) -> Value {
    let instances = row.associations.filter {
      [.associating, .associated].contains($0.phase.phase(at: core.now))
    }.map { Value.string($0.instance) }
    return [
      "HaVipId": .string(row.id), "Name": .string(row.name), "Description": .string(row.description),
      "RegionId": .string(row.region), "VpcId": .string(row.vpc), "VSwitchId": .string(row.vSwitch),
      "IpAddress": .string(row.address.description), "Status": .string(row.status(at: core.now)),
      "CreateTime": stamp(row.created), "ChargeType": "POSTPAY", "ResourceGroupId": .string(Self.resourceGroup),
      "AssociatedInstanceType": .string(row.instanceType),
      "AssociatedInstances": ["associatedInstance": .list(instances)],
      "AssociatedEipAddresses": ["associatedEipAddresse": []], "MasterInstanceId": .string(master(of: row) ?? ""),
      "Tags": ["Tag": Self.tagList(row.tags)],
    ]
  }

  mutating func deleteHaVip(_ call: APICall) throws(ServiceError) -> Value {
    let row = try haVip(call["HaVipId"] ?? "", in: call["RegionId"])
    if vpcs[row.vpc]?.entries.contains(where: { $0.hop == .haVip(row.id) }) == true {
      return try refuse(
        "DependencyViolation.HaVipReferedByRouteEntry",
        "HaVip cannot be deleted when it is refered by a route table entry as next hop.")
    }
    guard row.status(at: core.now) == "Available" else {
      return try refuse("IncorrectHaVipStatus", "HaVip can be deleted only when its status is Available.")
    }
    haVips.change(row.id) {
      $0.phase.turn(.deleting, then: .gone, after: core.pace.seconds(3), at: core.now)
    }
    return [:]
  }

  // MARK: Associations

  mutating func associateHaVip(_ call: APICall) throws(ServiceError) -> Value {
    let row = try haVip(call["HaVipId"] ?? "", in: call["RegionId"])
    try checkIsSettled(row)
    let (id, type) = (call["InstanceId"] ?? "", call["InstanceType"] ?? "EcsInstance")
    let instance = try holder(id, type)
    guard instance.vSwitch == row.vSwitch else {
      return try refuse(
        "InvalidParameter", "The HaVip and the instance must belong to the same VSwitch.")
    }
    try checkPower(of: instance)
    if row.associations.contains(where: { $0.instance == id }) {
      return try refuse("InvalidVip.Status", "vip invalid status")
    }
    if !row.associations.isEmpty, row.instanceType != type {
      return try refuse("InvalidParameter", "A HaVip cannot be associated with instances and network interfaces.")
    }
    if row.associations.count >= 10 {
      return try refuse(
        "CountLimitExceeded.HaVipOnECSInstance",
        "The amount of Instance associated with the specified HaVip reach its limits.")
    }
    if haVips.all.count(where: { $0.associations.contains { $0.instance == id } }) >= 5 {
      return try refuse(
        "CountLimitExceed.HaVipOnInstance",
        "The amount of HaVip associated with the specified Instance reach its limits.")
    }
    haVips.change(row.id) { row in
      row.instanceType = type
      row.associations.append(
        HaVip.Association(
          instance: id,
          phase: Timeline(.associating, then: .associated, after: core.pace.seconds(5), at: core.now)))
    }
    core.created("havip-association", "\(row.id)/\(id)")
    return [:]
  }

  mutating func unassociateHaVip(_ call: APICall) throws(ServiceError) -> Value {
    let row = try haVip(call["HaVipId"] ?? "", in: call["RegionId"])
    try checkIsSettled(row)
    let (id, type) = (call["InstanceId"] ?? "", call["InstanceType"] ?? "EcsInstance")
    guard let index = row.associations.firstIndex(where: { $0.instance == id }), row.instanceType == type else {
      return try refuse("ResourceNotAssociated", "The HaVip and ECS instance are not associated.")
    }
    let instance = try holder(id, type)
    try checkPower(of: instance)
    if master(of: row) == instance.id, call["Force"]?.lowercased() != "true" {
      return try refuse(
        "Forbidden.UnassociateMaster",
        "Unassociating a master instance is not allowed unless the parameter Force is True.")
    }
    haVips.change(row.id) {
      $0.associations[index].phase.turn(.unassociating, then: .gone, after: core.pace.seconds(5), at: core.now)
    }
    return [:]
  }

  private func checkIsSettled(_ row: HaVip) throws(ServiceError) {
    guard ["Available", "InUse"].contains(row.status(at: core.now)) else {
      return try refuse(
        "IncorrectHaVipStatus",
        "HaVip can be operated by this action only when it's status is Available or InUse.")
    }
  }

  private func checkPower(of instance: ECSInstance) throws(ServiceError) {
    guard [.running, .stopped].contains(phase(of: instance)) else {
      return try refuse(
        "IncorrectInstanceStatus",
        "ECS instance can be operated by this action only when it's status is Running or Stopped.")
    }
  }

  /// The instance that an association names, by itself or by its network interface.
  private func holder(_ id: String, _ type: String) throws(ServiceError) -> ECSInstance {
    switch type {
    case "EcsInstance": return try ecsInstance(id)
    case "NetworkInterface":
      guard let instance = instances.all.first(where: { $0.interface == id }) else {
        return try refuse("InvalidEniId.NotFound", "The specified network interface does not exist.", status: 404)
      }
      return instance
    default: return try refuse("InvalidParameter", "The specified InstanceType is not valid.")
    }
  }

  // MARK: Who holds it

  /// The instance that holds the address: the last of the associated ones that announced it.
  func master(of row: HaVip) -> String? {
    row.announcer.flatMap { isAssociated($0, with: row) ? $0 : nil }
  }

  func isAssociated(_ instance: String, with row: HaVip) -> Bool {
    guard let interface = instances[instance]?.interface else { return false }
    return row.isAssociated(row.instanceType == "NetworkInterface" ? interface : instance, at: core.now)
  }

  /// An instance announces an address, as by gratuitous ARP; the platform hears only those associated with it.
  ///
  /// - Returns: whether the address has another holder now.
  mutating func announce(_ address: IPAddress, by instance: String) -> Bool {
    let row = haVips.all.first {
      $0.address == address && $0.vpc == instances[instance]?.vpc && isAssociated(instance, with: $0)
    }
    guard let row, row.announcer != instance else { return false }
    haVips.change(row.id) { $0.announcer = instance }
    return true
  }

  /// An instance that is deleted takes its associations with it.
  mutating func removeAssociations(of instance: ECSInstance) {
    for row in haVips.all {
      for id in [instance.id, instance.interface] where row.associations.contains(where: { $0.instance == id }) {
        haVips.change(row.id) { row in row.associations.removeAll { $0.instance == id } }
        core.deleted("\(row.id)/\(id)")
      }
    }
  }

  /// What time has made due: deleted addresses and associations go.
  mutating func settleHaVips(at now: Date) {
    for row in haVips.all {
      if row.phase.phase(at: now) == .gone {
        haVips[row.id] = nil
        core.deleted(row.id)
        continue
      }
      for association in row.associations where association.phase.phase(at: now) == .gone {
        core.deleted("\(row.id)/\(association.instance)")
      }
      haVips.change(row.id) { row in row.associations.removeAll { $0.phase.phase(at: now) == .gone } }
    }
  }
}
