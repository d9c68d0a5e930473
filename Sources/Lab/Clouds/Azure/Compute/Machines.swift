import Basics
import LabFabric

/// Virtual machines: what a write has to be, and what it makes.
extension AzureState {
  mutating func prepareMachine(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) {
    try prepareSize(&new, over: old)
    if let old { try keepImmutable(&new, over: old) } else { try prepareNew(&new) }
    try prepareInterfaces(&new)
  }

  private mutating func prepareNew(_ new: inout ARMResource) throws(ServiceError) {
    let image = try image(of: new)
    try AzureProfile.check(&new)
    try prepareDisk(&new, image)
  }

  // MARK: Size

  private func prepareSize(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) {
    let name = new["hardwareProfile"]["vmSize"].string ?? ""
    guard let size = AzureCatalogue.size(name) else {
      let list = AzureCatalogue.sizes.map(\.name).joined(separator: ",")
      throw ARMErrors.parameter(
        "vmSize",
        "The value \(name) provided for the VM size is not valid. The valid sizes in the current region are: \(list).")
    }
    if size.isRestricted {
      throw ServiceError(
        "SkuNotAvailable",
        "The requested VM size \(size.name) is not available in the current region '\(new.location)'.", status: 409)
    }
    var profile = new["hardwareProfile"].members
    profile["vmSize"] = .string(size.name)
    new.properties["hardwareProfile"] = .object(profile)
    try checkQuota(size, for: new)
  }

  private func checkQuota(_ size: AzureCatalogue.Size, for new: ARMResource) throws(ServiceError) {
    let used = all(.virtualMachines).filter { $0.location == new.location && $0.id.key != new.id.key }.reduce(0) {
      $0 + (AzureCatalogue.size($1["hardwareProfile"]["vmSize"].string ?? "")?.cores ?? 0)
    }
    guard used + size.cores > AzureCatalogue.coreLimit else { return }
    throw ServiceError(
      "OperationNotAllowed",
      "Operation could not be completed as it results in exceeding approved Total Regional Cores quota.", status: 409,
      members: [
        "details": [
          [
            "code": "QuotaExceeded",
            "message": .string(
              "Location: \(new.location), Current Limit: \(AzureCatalogue.coreLimit), Current Usage: \(used), Additional "
                + "Required: \(size.cores)"),
          ]
        ]
      ])
  }

  // MARK: Image and disk

  private func image(of new: ARMResource) throws(ServiceError) -> AzureCatalogue.Image {
    let reference = new["storageProfile"]["imageReference"]
    let text = { (name: String) in reference[name].string ?? "" }
    let found = AzureCatalogue.images.first { image in
      image.publisher.lowercased() == text("publisher").lowercased()
        && image.offer.lowercased() == text("offer").lowercased()
        && image.sku.lowercased() == text("sku").lowercased()
    }
    let version = text("version").lowercased() == "latest" ? found?.versions.last : text("version")
    guard let found, let version, found.versions.contains(version) else {
      throw ServiceError(
        "PlatformImageNotFound",
        "The platform image '\(text("publisher")):\(text("offer")):\(text("sku")):\(text("version"))' is not available. "
          + "Verify that all fields in the storage profile are correct.", status: 404,
        members: ["target": "imageReference"])
    }
    guard let size = AzureCatalogue.size(new["hardwareProfile"]["vmSize"].string ?? ""), size.architecture == "x64"
    else {
      throw ServiceError(
        "BadRequest",
        "Cannot create a VM of size '\(new["hardwareProfile"]["vmSize"].string ?? "")' because this VM size only "
          + "supports a CPU Architecture of 'Arm64', but an image or disk with CPU Architecture 'x64' was given.")
    }
    return found
  }

  private mutating func prepareDisk(_ new: inout ARMResource, _ image: AzureCatalogue.Image) throws(ServiceError) {
    var disk = new["storageProfile"]["osDisk"].members
    guard (disk["createOption"]?.string ?? "").lowercased() == "fromimage" else {
      throw ARMErrors.parameter("osDisk.createOption", "The lab makes the disk of a VM from an image only.")
    }
    let name = disk["name"]?.string ?? "\(new.id.name)_OsDisk_1_\(core.ids.letters("disk", count: 12))"
    let id = new.id.neighbour(.disks, name)
    if resources[id.key] != nil {
      throw ServiceError(
        "ConflictingUserInput",
        "Disk \(name) already exists in resource group \(new.id.group). Only CreateOption.Attach is supported.",
        status: 409, members: ["target": "/subscriptions/\(new.id.subscription)"])
    }
    let managed = disk["managedDisk"]?.members ?? [:]
    disk["name"] = .string(name)
    disk["createOption"] = "FromImage"
    disk["osType"] = "Linux"
    disk["managedDisk"] = .object(
      ["storageAccountType": "Standard_LRS"].merging(managed) { _, given in given }
        .merging(["id": .string(id.description)]) { _, own in own })
    let defaults: [String: Value] = ["caching": "ReadWrite", "deleteOption": "Detach", "diskSizeGB": 30]
    var profile = new["storageProfile"].members
    var reference = profile["imageReference"]?.members ?? [:]
    reference["exactVersion"] = .string(
      reference["version"]?.string?.lowercased() == "latest"
        ? image.versions.last ?? "" : reference["version"]?.string ?? "")
    profile["imageReference"] = .object(reference)
    profile["osDisk"] = .object(defaults.merging(disk) { _, given in given })
    if profile["dataDisks"] == nil { profile["dataDisks"] = [] }
    new.properties["storageProfile"] = .object(profile)
  }

  // MARK: Interfaces

  private func prepareInterfaces(_ new: inout ARMResource) throws(ServiceError) {
    let bodies = new["networkProfile"]["networkInterfaces"].list ?? []
    guard !bodies.isEmpty else {
      throw ARMErrors.parameter(
        "networkProfile", "Virtual Machine \(new.id.name) must have at least one network interface.")
    }
    var networks: Set<String> = []
    for (index, body) in bodies.enumerated() {
      let path = "properties.networkProfile.networkInterfaces[\(index)].id"
      let found = try referenced(body, at: path, as: .networkInterfaces, from: new)
      if let user = users(of: found.id).first(where: { $0.lowercased() != new.id.key }) {
        throw ARMErrors.network("NicInUse", "Network Interface \(found.id) is used by existing resource \(user).")
      }
      let subnet = found["ipConfigurations"][0]["properties"]["subnet"].reference
      if let network = subnet?.parent?.key { networks.insert(network) }
    }
    let primary = bodies.count { $0["properties"]["primary"].bool == true }
    guard bodies.count == 1 || primary == 1 else {
      throw ServiceError(
        "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
        "Virtual machine \(new.id) must have one network interface set as the primary.")
    }
    guard networks.count == 1 else {
      throw ServiceError(
        "SubnetsNotInSameVnet", "The network interfaces of \(new.id) belong to subnets of different virtual networks.")
    }
    let defaults: [String: Value] = ["primary": .bool(bodies.count == 1), "deleteOption": "Detach"]
    new.properties["networkProfile"] = [
      "networkInterfaces": .list(
        bodies.map { body in
          [
            "id": body["id"],
            "properties": .object(defaults.merging(body["properties"].members) { _, given in given }),
          ]
        })
    ]
  }

  func primaryInterface(of machine: [String: Value]) -> ARMID? { interfaces(of: machine).first }

  /// The primary one first.
  func interfaces(of machine: [String: Value]) -> [ARMID] {
    let bodies = machine["networkProfile"]?["networkInterfaces"].list ?? []
    let primary = bodies.filter { $0["properties"]["primary"].bool == true }
    return (primary + bodies.filter { $0["properties"]["primary"].bool != true }).compactMap(\.reference)
  }
}
