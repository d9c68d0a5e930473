import Basics
import LabFabric

import struct FoundationEssentials.Date

/// How long a device may be silent, in seconds of real time: hosts keep their own pace.
enum Patience {
  /// Three keepalives of the core: then the other device of the pair is preferred.
  static let preference = 3.0
  /// Then the tunnel counts as down; longer, so that a device that is alone is not given up for a short pause.
  static let tunnel = 10.0
  /// Three keepalives of the manager: then the controller calls the device off line.
  static let controller = 15.0
}

/// Which devices are alive, by what is heard of them and nothing else: a host that dies tells nobody.
extension AlibabaState {
  typealias Device = SmartAccessGateway.Device

  /// On line, as the controller sees it (HcState, 管控状态).
  func isOnline(_ device: Device) -> Bool { isHeard(device, .manager, within: Patience.controller) }

  /// The tunnel's keepalive arrives (VPN 状态).
  func isDialling(_ device: Device) -> Bool { isHeard(device, .core, within: Patience.tunnel) }

  private func isHeard(_ device: Device, _ part: DeviceAPI.Part, within seconds: Double) -> Bool {
    guard let last = device.join?.heard[part] else { return false }
    return core.now.timeIntervalSince(last) < seconds
  }

  /// To which device the CCN sends: the main one unless it is silent, else the spare one.
  ///
  /// When both are silent for a moment it is the one that was heard of last.
  func activeDevice(of gateway: SmartAccessGateway) -> Device? {
    gateway.devices.first { isHeard($0, .core, within: Patience.preference) }
      ?? gateway.devices.filter(isDialling).max { left, right in
        (left.join?.heard[.core] ?? .distantPast) < (right.join?.heard[.core] ?? .distantPast)
      }
  }

  /// Whether the tunnel's end at the machine is there: made by a join since the host's last start.
  func hasEnd(_ join: SmartAccessGateway.Join) -> Bool { core.hosts[join.machine]?.processID == join.boot }

  /// When the next device has been silent for too long, if it stays silent.
  func nextSilence(after now: Date) -> Date? {
    gateways.all.flatMap(\.devices).compactMap(\.join).flatMap { join in
      [
        join.heard[.core]?.addingTimeInterval(Patience.preference),
        join.heard[.core]?.addingTimeInterval(Patience.tunnel),
        join.heard[.manager]?.addingTimeInterval(Patience.controller),
      ].compactMap { $0 }
    }.filter { $0 > now }.min()
  }

  // MARK: What devices say

  /// A keepalive.
  ///
  /// - Returns: the answer, and whether somebody is alive now who was not before, or the other way round.
  mutating func hear(_ form: [String: String], at now: Date) -> (answer: DeviceAnswer, isNews: Bool) {
    core.now = now
    guard let part = DeviceAPI.Part(rawValue: form[DeviceAPI.Parameter.part] ?? "") else {
      return (.denied(.unknownPart), false)
    }
    let place: (gateway: String, index: Int)
    switch joined(form) {
    case .failure(let refusal): return (.denied(refusal.reason), false)
    case .success(let found): place = found
    }
    let before = standing(of: place.gateway)
    gateways.change(place.gateway) { $0.devices[place.index].join?.heard[part] = now }
    let after = standing(of: place.gateway)
    let isActive = after.active == place.index
    return (.ok(["role \(isActive ? "active" : "standby")"]), before != after)
  }

  /// An address is announced by the host of a device.
  ///
  /// - Returns: the answer, and whether the address has another holder now.
  mutating func hearAnnouncement(_ form: [String: String], at now: Date) -> (answer: DeviceAnswer, isNews: Bool) {
    core.now = now
    if case .failure(let refusal) = joined(form) { return (.denied(refusal.reason), false) }
    guard let address = IPAddress(form[DeviceAPI.Parameter.virtualAddress] ?? "") else { return (.ok([]), false) }
    // As with gratuitous ARP, nobody says whether it was heard.
    return (.ok([]), announce(address, by: form[DeviceAPI.Parameter.machine] ?? ""))
  }

  private struct Standing: Hashable {
    var online: [Bool]
    var dialling: [Bool]
    var active: Int?
  }

  private func standing(of gateway: String) -> Standing {
    guard let gateway = gateways[gateway] else { return Standing(online: [], dialling: []) }
    let active = activeDevice(of: gateway)?.serial
    return Standing(
      online: gateway.devices.map(isOnline), dialling: gateway.devices.map(isDialling),
      active: gateway.devices.firstIndex { $0.serial == active })
  }
}
