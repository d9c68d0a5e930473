import Basics

extension AWSState {
  mutating func startInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try change(call, allowed: [.stopped, .pending, .running]) { state, instance in
      guard state.phase(instance) == .stopped else { return state.phase(instance) }
      state.turn(instance, .pending, then: .running, after: 15)
      return .pending
    }
  }

  mutating func stopInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try change(call, allowed: [.running, .stopping, .stopped]) { state, instance in
      guard state.phase(instance) == .running else { return state.phase(instance) }
      state.turn(instance, .stopping, then: .stopped, after: 30)
      return .stopping
    }
  }

  mutating func terminateInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    try change(call, allowed: Set([.pending, .running, .shuttingDown, .terminated, .stopping, .stopped])) {
      state, instance throws(ServiceError) in
      if [.shuttingDown, .terminated].contains(state.phase(instance)) { return state.phase(instance) }
      if instance.isProtected {
        throw ServiceError(
          "OperationNotPermitted",
          "The instance '\(instance.id)' may not be terminated. Modify its 'disableApiTermination' instance attribute.")
      }
      state.turn(instance, .shuttingDown, then: .terminated, after: 30)
      state.here.instances.change(instance.id) {
        $0.stateReason = (
          "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown"
        )
      }
      return .shuttingDown
    }
  }

  mutating func rebootInstances(_ call: APICall) throws(ServiceError) -> XMLValue {
    _ = try change(call, allowed: [.running]) { state, instance in
      state.here.instances.change(instance.id) { $0.boots += 1 }
      return .running
    }
    return ["return": true]
  }

  private mutating func turn(
    _ instance: AWSInstance, _ phase: AWSInstance.Phase, then next: AWSInstance.Phase, after seconds: Double
  ) {
    let (delay, now) = (core.pace.seconds(seconds), core.now)
    here.instances.change(instance.id) { $0.phase.turn(phase, then: next, after: delay, at: now) }
  }

  /// Changes all instances of the call or none; answers the states before and after.
  private mutating func change(
    _ call: APICall, allowed: Set<AWSInstance.Phase>,
    _ body: (inout AWSState, AWSInstance) throws(ServiceError) -> AWSInstance.Phase
  ) throws(ServiceError) -> XMLValue {
    var items: [XMLValue] = []
    for id in call.parameters.list("InstanceId") {
      let instance = try instance(id)
      let before = phase(instance)
      guard allowed.contains(before) else {
        throw ServiceError(
          "IncorrectInstanceState", "The instance '\(id)' is not in a state from which it can do that.")
      }
      let after = try body(&self, instance)
      items.append(["instanceId": .text(id), "currentState": stateItem(after), "previousState": stateItem(before)])
    }
    return ["instancesSet": .items(items)]
  }
}
