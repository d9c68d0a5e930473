import Basics

extension QingCloudState {
  func instance(_ id: String) throws(ServiceError) -> Instance {
    guard let instance = here.instances[id], core.isVisible(id) else { throw QingCloudError.notFound(id) }
    return instance
  }

  /// An instance that nothing is being done to.
  func settledInstance(_ id: String) throws(ServiceError) -> Instance {
    let instance = try instance(id)
    try requireSettled(id)
    return instance
  }

  /// Without a state that is asked for, or an id, what has ceased to be is left out.
  func describeInstances(_ call: APICall) throws(ServiceError) -> Value {
    let states = call.choices("status")
    let hasIDs = !call.parameters.list("instances").isEmpty
    let rows = try select(here.instances, call, ids: "instances", name: \.name).filter { row in
      (states.isEmpty ? hasIDs || row.status != .ceased : states.contains(row.status.rawValue))
        && call["image_id"] ?? row.image == row.image && call["instance_type"] ?? row.type == row.type
    }
    return try page(call, "instance_set", rows.map { instanceRow($0, isVerbose: call.number("verbose") == 1) })
  }

  func instanceRow(_ instance: Instance, isVerbose: Bool) -> Value {
    let image = images.first { $0.id == instance.image }
    var row: [String: Value] = [
      "instance_id": .string(instance.id), "instance_name": .string(instance.name),
      "status": .string(instance.status.rawValue), "transition_status": .string(transition(of: instance.id)),
      "vcpus_current": .integer(instance.cores), "memory_current": .integer(instance.memory),
      "instance_type": .string(instance.type), "instance_class": .integer(instance.kind),
      "create_time": stamp(instance.created), "status_time": stamp(instance.since),
      "description": .string(instance.description), "hostname": .string(instance.hostName),
      "security_group": instance.group.map { ["security_group_id": .string($0), "is_default": 0] } ?? [:],
      "image": [
        "image_id": .string(instance.image), "image_name": .string(image?.name ?? ""),
        "os_family": .string(image?.family ?? ""), "processor_type": "64bit", "provider": "system",
      ],
      "eip": eipRow(of: instance.id), "keypair_ids": .list(instance.keys.map(Value.string)),
      "tags": tagRows(instance.id), "owner": .string(core.accountID), "zone_id": .string(zone),
    ]
    // Networks are told when they are asked for.
    row["vxnets"] = .list(isVerbose ? nics(of: instance.id).map { nicRow($0, of: instance) } : [])
    return .object(row)
  }

  /// In the order of their devices.
  func nics(of instance: String) -> [NIC] {
    here.nics.all.filter { $0.instance == instance }.sorted { $0.sequence < $1.sequence }
  }

  /// The address comes some time after the instance runs.
  private func nicRow(_ nic: NIC, of instance: Instance) -> Value {
    let isTold = instance.addressesSince.map { $0 <= core.now } ?? false
    return [
      "vxnet_id": .string(nic.vxnet), "vxnet_name": .string(here.vxnets[nic.vxnet]?.name ?? ""),
      "vxnet_type": here.vxnets[nic.vxnet]?.isManaged == true ? 1 : 0, "nic_id": .string(nic.id),
      "private_ip": .string(isTold ? nic.address?.description ?? "" : ""), "role": nic.isPrimary ? 1 : 0,
    ]
  }

  private func eipRow(of instance: String) -> Value {
    guard let eip = here.eips.all.first(where: { $0.instance == instance }) else { return [:] }
    return [
      "eip_id": .string(eip.id), "eip_addr": .string("\(eip.address)"), "bandwidth": .string(String(eip.bandwidth)),
    ]
  }

  mutating func modifyInstance(_ call: APICall) throws(ServiceError) -> Value {
    let id = try instance(call["instance"] ?? "").id
    here.instances.change(id) {
      $0.name = call["instance_name"] ?? $0.name
      $0.description = call["description"] ?? $0.description
    }
    return ["instance_id": .string(id)]
  }
}
