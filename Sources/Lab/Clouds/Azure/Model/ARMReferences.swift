import Basics

/// One reference: what refers, and to what.
struct ARMReference: Hashable, Sendable {
  /// The id of the very thing that has to go or change before the target can.
  var user: String
  /// ``ARMID/key``.
  var target: String
}

extension ARMResource {
  /// What the resource refers to, and cannot be without.
  var references: [ARMReference] {
    switch id.kind {
    case .subnets: own(["routeTable", "networkSecurityGroup", "natGateway"])
    case .networkInterfaces: own(["networkSecurityGroup"]) + configurations.flatMap(references)
    case .natGateways: references(to: (self["publicIpAddresses"].list ?? []).compactMap(\.reference))
    case .virtualMachines:
      references(
        to: (self["networkProfile"]["networkInterfaces"].list ?? []).compactMap(\.reference)
          + [self["storageProfile"]["osDisk"]["managedDisk"].reference].compactMap { $0 })
    default: []
    }
  }

  private var configurations: [Value] { self["ipConfigurations"].list ?? [] }

  private func own(_ names: [String]) -> [ARMReference] {
    references(to: names.compactMap { self[$0].reference })
  }

  private func references(to targets: [ARMID]) -> [ARMReference] {
    targets.map { ARMReference(user: id.description, target: $0.key) }
  }

  /// An address is used by the configuration of an interface, not by the interface.
  private func references(of configuration: Value) -> [ARMReference] {
    ["subnet", "publicIPAddress"].compactMap { configuration["properties"][$0].reference }.map {
      ARMReference(user: "\(id)/ipConfigurations/\(configuration["name"].string ?? "")", target: $0.key)
    }
  }
}
