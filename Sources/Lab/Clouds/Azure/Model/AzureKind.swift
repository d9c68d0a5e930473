/// The types of resources that the emulated Azure has, by the name in their ids.
enum AzureKind: String, CaseIterable, Hashable, Sendable {
  case virtualNetworks, subnets, routeTables, routes, networkSecurityGroups, securityRules, publicIPAddresses
  case networkInterfaces, natGateways, virtualMachines, disks

  /// The type inside which such a resource lives; `nil`: it stands in its resource group.
  var parent: AzureKind? {
    switch self {
    case .subnets: .virtualNetworks
    case .routes: .routeTables
    case .securityRules: .networkSecurityGroups
    default: nil
    }
  }

  /// The type that lives inside.
  var child: AzureKind? { Self.allCases.first { $0.parent == self } }

  var namespace: String { self == .virtualMachines || self == .disks ? "Microsoft.Compute" : "Microsoft.Network" }

  /// `virtualNetworks/subnets`.
  var path: String { (parent.map { "\($0.rawValue)/" } ?? "") + rawValue }

  /// `Microsoft.Network/virtualNetworks/subnets`.
  var type: String { "\(namespace)/\(path)" }

  /// The group of operations in the vendor's API descriptions: `VirtualNetworks` of `VirtualNetworks_Get`.
  var operations: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// The word in the ledger.
  var ledgerName: String {
    switch self {
    case .virtualNetworks: "virtual-network"
    case .subnets: "subnet"
    case .routeTables: "route-table"
    case .routes: "route"
    case .networkSecurityGroups: "network-security-group"
    case .securityRules: "security-rule"
    case .publicIPAddresses: "public-ip-address"
    case .networkInterfaces: "network-interface"
    case .natGateways: "nat-gateway"
    case .virtualMachines: "virtual-machine"
    case .disks: "disk"
    }
  }

  /// How long a write takes in the real cloud, in seconds.
  var writeTime: Double {
    switch self {
    case .virtualMachines: 50
    case .virtualNetworks, .natGateways: 10
    case .subnets, .routeTables, .networkSecurityGroups: 8
    case .routes, .securityRules, .publicIPAddresses, .networkInterfaces, .disks: 5
    }
  }

  var deleteTime: Double { self == .virtualMachines ? 40 : writeTime }

  /// Properties that only the cloud writes; what a client sends back of them is passed over.
  var readOnly: Set<String> {
    switch self {
    case .virtualNetworks: ["resourceGuid", "provisioningState", "virtualNetworkPeerings"]
    case .subnets:
      [
        "provisioningState", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints",
        "resourceNavigationLinks", "serviceAssociationLinks", "purpose",
      ]
    case .routeTables: ["resourceGuid", "provisioningState", "subnets"]
    case .routes: ["provisioningState", "hasBgpOverride"]
    case .networkSecurityGroups:
      ["resourceGuid", "provisioningState", "subnets", "networkInterfaces", "defaultSecurityRules", "flowLogs"]
    case .securityRules: ["provisioningState"]
    case .publicIPAddresses: ["resourceGuid", "provisioningState", "ipConfiguration", "ipAddress"]
    case .networkInterfaces:
      [
        "resourceGuid", "provisioningState", "virtualMachine", "macAddress", "primary", "tapConfigurations",
        "hostedWorkloads", "vnetEncryptionSupported", "privateEndpoint", "dscpConfiguration",
        "defaultOutboundConnectivityEnabled",
      ]
    case .natGateways: ["resourceGuid", "provisioningState", "subnets"]
    case .virtualMachines: ["provisioningState", "vmId", "instanceView", "timeCreated"]
    case .disks: ["provisioningState", "timeCreated", "diskState", "uniqueId"]
    }
  }
}
