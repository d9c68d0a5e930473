import LabFabric

/// What the emulated QingCloud offers: zones, images, instance types.
enum QingCloudCatalogue {
  static let zones = ["pek3", "pek3a", "sh1a", "gd2", "ap2a"]

  static let images: [QingCloudState.Image] = [
    image("Ubuntu Server 22.04 LTS 64bit", "ubuntu", HostSystem(id: "ubuntu", version: "22.04", name: "Ubuntu")),
    image("Ubuntu Server 20.04.5 LTS 64bit", "ubuntu", HostSystem(id: "ubuntu", version: "20.04", name: "Ubuntu")),
    image("CentOS 7.9 64bit", "centos", HostSystem(id: "centos", version: "7", name: "CentOS Linux")),
  ]

  private static func image(_ name: String, _ family: String, _ system: HostSystem) -> QingCloudState.Image {
    QingCloudState.Image(id: "", name: name, family: family, system: system)
  }

  /// Cores and memory in MB.
  static let types: [String: (cores: Int, memory: Int)] = [
    "c1m1": (1, 1024), "c1m2": (1, 2048), "c2m2": (2, 2048), "c2m4": (2, 4096), "c2m8": (2, 8192), "c4m8": (4, 8192),
  ]

  static let cores: Set = [1, 2, 4, 8, 16]
  static let memories: Set = [1024, 2048, 4096, 6144, 8192, 12288, 16384, 24576, 32768]
}
