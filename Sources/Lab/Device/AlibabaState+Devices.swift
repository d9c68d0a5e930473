import LabFabric

/// What a vCPE host says to the gateway service, and what it hears.
enum DeviceAnswer: Hashable, Sendable {
  case ok([String])
  case denied(DeviceAPI.Reason)
}

extension AlibabaState {
  /// Deploys a device on a host: from then on its tunnel is up at the machine.
  mutating func join(_ form: [String: String]) -> DeviceAnswer {
    switch device(form) {
    case .failure(let reason): return .denied(reason.reason)
    case .success(let place):
      let machine = form[DeviceAPI.Parameter.machine] ?? ""
      let join = SmartAccessGateway.Join(
        machine: machine, interface: form[DeviceAPI.Parameter.interface] ?? "eth0",
        boot: core.hosts[machine]?.processID,
        since: core.now, version: form[DeviceAPI.Parameter.version] ?? "",
        heard: [.core: core.now, .manager: core.now])
      gateways.change(place.gateway) { $0.devices[place.index].join = join }
      return .ok(["peer \(DeviceAPI.peerAddress)"])
    }
  }

  mutating func leave(_ form: [String: String]) -> DeviceAnswer {
    switch device(form) {
    case .failure(let reason): return .denied(reason.reason)
    case .success(let place):
      gateways.change(place.gateway) { $0.devices[place.index].join = nil }
      return .ok([])
    }
  }

  func state(of form: [String: String]) -> DeviceAnswer {
    switch device(form) {
    case .failure(let reason): return .denied(reason.reason)
    case .success(let place):
      guard let gateway = gateways[place.gateway] else { return .denied(.unknownSerial) }
      let device = gateway.devices[place.index]
      let isJoined = device.join?.machine == form[DeviceAPI.Parameter.machine]
      let isUp = isJoined && isDialling(device) && gateway.ccn != nil
      let role = activeDevice(of: gateway)?.serial == device.serial ? "active" : "standby"
      return .ok([
        "vpn \(isUp ? "up" : "down")", "control \(isJoined && isOnline(device) ? "up" : "down")", "role \(role)",
        "version \(device.join?.version ?? "")",
      ])
    }
  }

  struct Refusal: Error { var reason: DeviceAPI.Reason }

  /// The device that speaks, if it has joined from the machine that it says.
  func joined(_ form: [String: String]) -> Result<(gateway: String, index: Int), Refusal> {
    device(form).flatMap { place in
      let join = gateways[place.gateway]?.devices[place.index].join
      return join != nil && join?.machine == form[DeviceAPI.Parameter.machine]
        ? .success(place) : .failure(Refusal(reason: .notJoined))
    }
  }

  private func device(_ form: [String: String]) -> Result<(gateway: String, index: Int), Refusal> {
    let serial = form[DeviceAPI.Parameter.serial] ?? ""
    for gateway in gateways.all where gateway.phase.phase(at: core.now) == .ready {
      guard let index = gateway.devices.firstIndex(where: { $0.serial == serial }) else { continue }
      guard gateway.devices[index].key == form[DeviceAPI.Parameter.key] else {
        return .failure(.init(reason: .wrongKey))
      }
      return gateway.isLocked ? .failure(.init(reason: .lockedGateway)) : .success((gateway.id, index))
    }
    return .failure(.init(reason: .unknownSerial))
  }
}
