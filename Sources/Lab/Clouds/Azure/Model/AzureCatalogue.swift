import LabFabric

/// What the emulated Azure offers: locations, sizes of virtual machines, images.
enum AzureCatalogue {
  /// By name, with the name for people.
  static let locations: [(name: String, title: String)] = [
    ("eastus", "East US"), ("eastus2", "East US 2"), ("westus", "West US"), ("westus2", "West US 2"),
    ("centralus", "Central US"), ("northeurope", "North Europe"), ("westeurope", "West Europe"),
    ("uksouth", "UK South"), ("francecentral", "France Central"), ("germanywestcentral", "Germany West Central"),
    ("southeastasia", "Southeast Asia"), ("eastasia", "East Asia"), ("japaneast", "Japan East"),
    ("australiaeast", "Australia East"), ("centralindia", "Central India"), ("brazilsouth", "Brazil South"),
    ("chinaeast2", "China East 2"), ("chinanorth2", "China North 2"), ("chinanorth3", "China North 3"),
    ("usgovvirginia", "USGov Virginia"),
  ]

  /// The name of a location that was written in either form: `West Europe` is `westeurope`.
  static func location(_ text: String) -> String? {
    let name = text.lowercased().filter { $0 != " " }
    return locations.contains { $0.name == name } ? name : nil
  }

  struct Size: Sendable {
    var name: String
    var family: String
    var cores: Int
    /// In GB.
    var memory: String
    var architecture = "x64"
    var generations = "V1,V2"
    /// Listed, and not to be had in this subscription.
    var isRestricted = false
  }

  static let sizes: [Size] = [
    Size(name: "Standard_B1s", family: "standardBSFamily", cores: 1, memory: "1"),
    Size(name: "Standard_B1ms", family: "standardBSFamily", cores: 1, memory: "2"),
    Size(name: "Standard_B2s", family: "standardBSFamily", cores: 2, memory: "4"),
    Size(name: "Standard_B2ms", family: "standardBSFamily", cores: 2, memory: "8"),
    Size(name: "Standard_B4ms", family: "standardBSFamily", cores: 4, memory: "16"),
    Size(name: "Standard_F2s_v2", family: "standardFSv2Family", cores: 2, memory: "4"),
    Size(name: "Standard_D2s_v3", family: "standardDSv3Family", cores: 2, memory: "8"),
    Size(name: "Standard_D4s_v3", family: "standardDSv3Family", cores: 4, memory: "16"),
    Size(name: "Standard_D2s_v5", family: "standardDSv5Family", cores: 2, memory: "8"),
    Size(name: "Standard_D4s_v5", family: "standardDSv5Family", cores: 4, memory: "16"),
    Size(name: "Standard_D64s_v5", family: "standardDSv5Family", cores: 64, memory: "256"),
    Size(
      name: "Standard_D2ps_v5", family: "standardDPSv5Family", cores: 2, memory: "8", architecture: "Arm64",
      generations: "V2"),
    Size(name: "Standard_NC6s_v3", family: "standardNCSv3Family", cores: 6, memory: "112", isRestricted: true),
  ]

  /// Cores that the subscription may use in one location.
  static let coreLimit = 100

  static func size(_ name: String) -> Size? { sizes.first { $0.name.lowercased() == name.lowercased() } }

  struct Image: Sendable {
    var publisher: String
    var offer: String
    var sku: String
    /// Oldest first; none: the SKU is listed and no longer sold.
    var versions: [String]
    var system: HostSystem
    var generation = "V2"
  }

  static let images: [Image] = [
    Image(
      publisher: "Canonical", offer: "0001-com-ubuntu-server-focal", sku: "20_04-lts-gen2",
      versions: ["20.04.202505200"], system: ubuntu("20.04")),
    Image(
      publisher: "Canonical", offer: "0001-com-ubuntu-server-jammy", sku: "22_04-lts",
      versions: ["22.04.202512010", "22.04.202601010"], system: ubuntu("22.04"), generation: "V1"),
    Image(
      publisher: "Canonical", offer: "0001-com-ubuntu-server-jammy", sku: "22_04-lts-gen2",
      versions: ["22.04.202512010", "22.04.202601010"], system: ubuntu("22.04")),
    Image(
      publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server",
      versions: ["24.04.202512100", "24.04.202601070"], system: ubuntu("24.04")),
    Image(
      publisher: "OpenLogic", offer: "CentOS", sku: "7_9-gen2", versions: [],
      system: HostSystem(id: "centos", version: "7", name: "CentOS Linux")),
  ]

  private static func ubuntu(_ version: String) -> HostSystem {
    HostSystem(id: "ubuntu", version: version, name: "Ubuntu")
  }
}
