import Basics

extension KernelChange.SpaceChange {
  /// - Parameter newDevices: devices that were just made and are still down, also those that are to stay so.
  init(from old: KernelState.Space, to new: KernelState.Space, newDevices: [String]) {
    var left = old
    for (name, vxlan) in old.vxlans.sorted(by: { $0.key < $1.key }) where new.vxlans[name] != vxlan {
      // A tunnel that lost its device is gone already.
      if left.vxlans[name] != nil { removals.append("link del dev \(name)") }
      left.lose(name)
    }
    if new.role == .router { newPorts = newDevices.filter { $0 != "lo" }.sorted() }
    remove(&left, wanted: new)
    for device in new.idle.subtracting(left.idle).subtracting(newDevices).sorted() {
      removals.append("link set \(device) down")
      left.routes = left.routes.filter { $0.value.device != device }
    }
    let woken = Set(newDevices).union(left.idle).subtracting(new.idle)
    add(to: left, wanted: new, woken: woken.sorted())
    shape(from: left, to: new)
    if new.firewall != left.firewall {
      // Replaced as a whole in one transaction, whether it was there or not.
      nft = "table ip lab\ndelete table ip lab\n\(new.firewall)"
    }
  }

  private mutating func remove(_ left: inout KernelState.Space, wanted: KernelState.Space) {
    for rule in left.rules.subtracting(wanted.rules).sorted(by: { $0.device < $1.device }) {
      removals.append("rule del \(Self.text(rule))")
    }
    let gone = left.addresses.subtracting(wanted.addresses)
    for address in gone.sorted(by: Self.order) { removals.append("addr del \(address.network) dev \(address.device)") }
    for device in Set(gone.map(\.device)) where device != "lo" {
      // The kernel drops the routes that rest on a lost address; they are written again.
      left.routes = left.routes.filter { $0.value.device != device }
    }
    for (key, way) in left.routes.sorted(by: Self.routeOrder) where wanted.routes[key] == nil {
      removals.append("route del \(Self.text(key, way, withWay: false))")
    }
  }

  private mutating func add(to left: KernelState.Space, wanted: KernelState.Space, woken: [String]) {
    for device in woken {
      let isPort = wanted.role == .bridge && device != "lo"
      additions.append("link set \(device)\(isPort ? " master \(KernelState.bridge)" : "") up")
    }
    for (name, vxlan) in wanted.vxlans.sorted(by: { $0.key < $1.key }) where left.vxlans[name] == nil {
      // One source port at both ends: a stateful group takes the other side's packets for answers. Its MTU is the lower device's less 50.
      additions.append(
        "link add name \(name) type vxlan id \(vxlan.number) dstport 4789 srcport 4789 4790 nolearning noudpcsum "
          + "local \(vxlan.local) remote \(vxlan.remote) dev \(vxlan.device)")
      additions.append("link set \(name) up")
    }
    for address in wanted.addresses.subtracting(left.addresses).sorted(by: Self.order) {
      additions.append(
        "addr replace \(address.network) dev \(address.device)\(address.isLinkScope ? " scope link" : "")")
    }
    let routes = wanted.routes.sorted(by: Self.routeOrder).filter { left.routes[$0.key] != $0.value }.map {
      "route replace \(Self.text($0.key, $0.value, withWay: true))"
    }
    if wanted.role == .machine { offers += routes } else { additions += routes }
    for rule in wanted.rules.subtracting(left.rules).sorted(by: { $0.device < $1.device }) {
      additions.append("rule add \(Self.text(rule))")
    }
  }

  private static func text(_ rule: KernelState.Rule) -> String { "iif \(rule.device) lookup \(rule.table) pref 1000" }

  private static func text(_ key: KernelState.RouteKey, _ way: KernelState.RouteWay, withWay: Bool) -> String {
    let table = key.table == KernelState.mainTable ? "" : " table \(key.table)"
    switch way {
    case .blackhole: return "blackhole \(key.destination)\(table)"
    case _ where !withWay: return "\(key.destination)\(table)"
    case .device(let device): return "\(key.destination) dev \(device)\(table)"
    case .gateway(let gateway, let device, let source):
      let from = source.map { " src \($0)" } ?? ""
      return "\(key.destination) via \(gateway) dev \(device) onlink\(from)\(table)"
    }
  }

  private static func order(_ left: KernelState.Address, _ right: KernelState.Address) -> Bool {
    (left.device, left.network.address) < (right.device, right.network.address)
  }

  private static func routeOrder(
    _ left: (key: KernelState.RouteKey, value: KernelState.RouteWay),
    _ right: (key: KernelState.RouteKey, value: KernelState.RouteWay)
  ) -> Bool {
    let (a, b) = (left.key, right.key)
    return (a.table, b.destination.prefix, a.destination.address) < (
      b.table, a.destination.prefix, b.destination.address
    )
  }
}
