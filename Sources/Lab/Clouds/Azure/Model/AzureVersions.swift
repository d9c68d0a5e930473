/// The API versions that each part of the emulated Azure knows: those that the vendor's SDKs have sent.
enum AzureVersions {
  static let network = ["2023-11-01", "2024-05-01", "2026-03-01"]
  static let virtualMachines = ["2023-09-01", "2024-07-01", "2026-04-01"]
  static let disks = ["2023-10-02", "2026-03-02"]
  static let skus = ["2021-07-01"]
  static let resources = ["2022-09-01", "2025-04-01"]
  static let subscriptions = ["2022-12-01"]

  /// The versions of a type of resource, by `namespace/type`.
  static func of(_ kind: AzureKind) -> [String] {
    switch kind {
    case .virtualMachines: virtualMachines
    case .disks: disks
    default: network
    }
  }
}
