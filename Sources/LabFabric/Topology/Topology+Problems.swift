import Basics

extension Topology {
  /// A reference to nothing, a name used twice, or an address out of place.
  package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// What has the problem: `interface eni-7`.
    package var place: String
    /// What it is: `no network vpc-1`.
    package var problem: String

    package init(_ place: String, _ problem: String) {
      self.place = place
      self.problem = problem
    }

    package var description: String { "\(place): \(problem)" }
  }

  /// Everything that keeps this value from being applied; empty: it can be.
  package var problems: [Problem] {
    duplicates + interfaceProblems + machineProblems + linkProblems + tunnelProblems
  }

  private var duplicates: [Problem] {
    let lists: [(String, [String])] = [
      ("network", networks.map(\.id)), ("interface", interfaces.map(\.id)), ("machine", machines.map(\.id)),
      ("router", routers.map(\.id)), ("link", links.map(\.id)), ("tunnel", tunnels.map(\.id)),
    ]
    return lists.flatMap { kind, ids in
      Dictionary(grouping: ids, by: \.self).filter { $0.value.count > 1 }.keys.sorted().map {
        Problem("\(kind) \($0)", "given twice")
      }
    }
  }

  private var interfaceProblems: [Problem] {
    let known = Dictionary(networks.map { ($0.id, $0) }) { first, _ in first }
    return interfaces.compactMap { interface in
      let place = "interface \(interface.id)"
      guard let network = known[interface.network] else { return Problem(place, "no network \(interface.network)") }
      guard let subnet = network.subnets.first(where: { $0.id == interface.subnet }) else {
        return Problem(place, "no subnet \(interface.subnet)")
      }
      if let address = interface.hardwareAddress, !Self.isHardwareAddress(address) {
        return Problem(place, "hardware address \(address) is none")
      }
      return subnet.block.contains(interface.address)
        ? nil : Problem(place, "address \(interface.address) is not in \(subnet.block)")
    }
  }

  private static func isHardwareAddress(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 6 && parts.allSatisfy { $0.utf8.count == 2 && UInt8($0, radix: 16) != nil && $0.first != "+" }
  }

  private var machineProblems: [Problem] {
    let known = Set(interfaces.map(\.id))
    var plugged = Set<String>()
    return machines.flatMap { machine in
      machine.devices.compactMap { device -> Problem? in
        let place = "machine \(machine.id) \(device.name)"
        if !known.contains(device.interface) { return Problem(place, "no interface \(device.interface)") }
        if !plugged.insert(device.interface).inserted {
          return Problem(place, "interface \(device.interface) is plugged twice")
        }
        let isName =
          !device.name.isEmpty && device.name.utf8.count <= 15
          && device.name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "'") }
        return isName ? nil : Problem(place, "not a device name")
      }
    }
  }

  private var linkProblems: [Problem] {
    let ends = Set(networks.map { Link.End.network($0.id) } + routers.map { Link.End.router($0.id) })
    return links.flatMap { link in
      [link.from, link.to].filter { !ends.contains($0) }.map { Problem("link \(link.id)", "no \($0)") }
        + (link.from == link.to ? [Problem("link \(link.id)", "both ends are the same")] : [])
    }
  }

  private var tunnelProblems: [Problem] {
    tunnels.flatMap { tunnel -> [Problem] in
      let place = "tunnel \(tunnel.id)"
      let machine = machines.first { $0.id == tunnel.machine }
      let router = routers.first { $0.id == tunnel.router }
      return [
        machine == nil ? Problem(place, "no machine \(tunnel.machine)") : nil,
        machine != nil && machine?.devices.contains { $0.name == tunnel.device } != true
          ? Problem(place, "no device \(tunnel.device)") : nil,
        router == nil ? Problem(place, "no router \(tunnel.router)") : nil,
        router != nil && router?.publicAddress == nil
          ? Problem(place, "router \(tunnel.router) has no public address") : nil,
      ].compactMap(\.self)
    }
  }
}

extension Link.End: CustomStringConvertible {
  package var description: String {
    switch self {
    case .network(let id): "network \(id)"
    case .router(let id): "router \(id)"
    }
  }
}
