import Basics

/// Starting, stopping and ending instances.
extension QingCloudState {
  mutating func startInstances(_ call: APICall) throws(ServiceError) -> Value {
    try turn(call, from: .stopped, to: .running, transition: "starting", seconds: 8)
  }

  mutating func stopInstances(_ call: APICall) throws(ServiceError) -> Value {
    try turn(call, from: .running, to: .stopped, transition: "stopping", seconds: 8)
  }

  mutating func restartInstances(_ call: APICall) throws(ServiceError) -> Value {
    let ids = try settled(call, in: .running)
    let job = begin(call, ids, busy: Set(ids), transition: "restarting", seconds: 12) { state in
      for id in ids { state.here.instances.change(id) { $0.boots += 1 } }
    }
    return ["job_id": job]
  }

  private mutating func turn(
    _ call: APICall, from: Instance.Status, to: Instance.Status, transition: String, seconds: Double
  ) throws(ServiceError) -> Value {
    let ids = try settled(call, in: from)
    let job = begin(call, ids, busy: Set(ids), transition: transition, seconds: seconds) { state in
      let now = state.core.now
      for id in ids { state.here.instances.change(id) { ($0.status, $0.since) = (to, now) } }
    }
    return ["job_id": job]
  }

  private func settled(_ call: APICall, in status: Instance.Status) throws(ServiceError) -> [String] {
    let ids = call.parameters.list("instances")
    for id in ids {
      let instance = try settledInstance(id)
      guard instance.status == status else {
        throw QingCloudError.denied("instance [\(id)] is \(instance.status.rawValue)")
      }
    }
    return ids
  }

  /// Into the recycle bin, or for good; a second time changes what is in the bin only.
  mutating func terminateInstances(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("instances")
    let isForGood = call.number("direct_cease") == 1
    for id in ids {
      let instance = try settledInstance(id)
      guard instance.isThere || (isForGood && instance.status == .terminated) else {
        throw QingCloudError.denied("instance [\(id)] is \(instance.status.rawValue)")
      }
    }
    let job = begin(call, ids, busy: Set(ids), transition: "terminating", seconds: 10) { state in
      for id in ids { state.end(id, as: isForGood ? .ceased : .terminated) }
    }
    return ["instances": .list(ids.map(Value.string)), "job_id": job]
  }

  /// Its own NIC goes with it; attached ones and the public address stay, free.
  mutating func end(_ id: String, as status: Instance.Status) {
    for nic in nics(of: id) {
      if nic.isPrimary { removeNic(nic.id) } else { unplug(nic.id) }
    }
    here.eips.changeAll { if $0.instance == id { $0.instance = nil } }
    let now = core.now
    here.instances.change(id) { ($0.status, $0.since, $0.group) = (status, now, nil) }
    if status == .ceased { forgetTags(of: id) }
    core.deleted(id)
  }
}
