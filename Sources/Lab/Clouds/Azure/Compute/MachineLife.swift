import Basics

/// How a virtual machine comes, changes and goes.
extension AzureState {
  /// What only the first write decides.
  func keepImmutable(_ new: inout ARMResource, over old: ARMResource) throws(ServiceError) {
    for name in ["adminUsername", "computerName", "adminPassword", "customData"] {
      let given = new["osProfile"][name]
      if !given.isNull, given != old["osProfile"][name] { throw Self.unchangeable("osProfile.\(name)") }
    }
    let keys = new["osProfile"]["linuxConfiguration"]["ssh"]
    if !keys.isNull, keys != old["osProfile"]["linuxConfiguration"]["ssh"] {
      throw Self.unchangeable("linuxConfiguration.ssh.publicKeys")
    }
    let image = new["storageProfile"]["imageReference"]
    for name in ["publisher", "offer", "sku", "version"] where !image.isNull {
      guard image[name] != old["storageProfile"]["imageReference"][name] else { continue }
      throw Self.unchangeable("imageReference")
    }
    let disk = new["storageProfile"]["osDisk"]["name"]
    if !disk.isNull, disk != old["storageProfile"]["osDisk"]["name"] { throw Self.unchangeable("osDisk.name") }
    var profile = old["storageProfile"].members
    var own = profile["osDisk"]?.members ?? [:]
    if let option = new["storageProfile"]["osDisk"]["deleteOption"].string { own["deleteOption"] = .string(option) }
    profile["osDisk"] = .object(own)
    new.properties["storageProfile"] = .object(profile)
    new.properties["osProfile"] = old["osProfile"]
  }

  private static func unchangeable(_ target: String) -> ServiceError {
    ServiceError(
      "PropertyChangeNotAllowed", "Changing property '\(target)' is not allowed.", status: 409,
      members: ["target": .string(target)])
  }

  /// Makes what stands behind a new document: the machine, which runs when its creation has ended, and its disk.
  mutating func putTogether(_ new: ARMResource, after delay: Double, fails: Bool) {
    let profile = new["osProfile"]
    machines[new.id.key] = AzureMachine(
      id: core.ids.uuid("vm"),
      power: Timeline(.creating, then: fails ? .creating : .running, after: delay, at: core.now),
      customData: profile["customData"].string.flatMap { Base64.decode($0) }.map {
        String(decoding: $0, as: UTF8.self)
      },
      password: profile["adminPassword"].string)
    addDisk(of: new, after: delay)
  }

  private mutating func addDisk(of machine: ARMResource, after delay: Double) {
    let own = machine["storageProfile"]["osDisk"]
    guard let id = own["managedDisk"].reference else { return }
    resources[id.key] = ARMResource(
      id: id, location: machine.location, tags: machine.tags,
      members: ["sku": ["name": own["managedDisk"]["storageAccountType"], "tier": "Standard"]],
      properties: [
        "osType": "Linux", "diskSizeGB": own["diskSizeGB"],
        "creationData": [
          "createOption": "FromImage", "imageReference": ["id": .string(imagePath(of: machine))],
        ],
      ], etag: "\"1\"", guid: core.ids.uuid("guid"), created: core.now,
      provisioning: Timeline(.succeeded, at: core.now))
    core.created(AzureKind.disks.ledgerName, id.description, name: id.name)
  }

  private func imagePath(of machine: ARMResource) -> String {
    let image = machine["storageProfile"]["imageReference"]
    return imagePath(
      machine.location, [image["publisher"], image["offer"], image["sku"]].compactMap(\.string),
      version: image["exactVersion"].string)
  }

  /// Takes along what was to go with the machine.
  mutating func takeApart(_ machine: ARMResource) {
    machines[machine.id.key] = nil
    for body in machine["networkProfile"]["networkInterfaces"].list ?? [] {
      guard body["properties"]["deleteOption"].string == "Delete", let id = body.reference,
        let interface = resources[id.key]
      else { continue }
      let address = interface["ipConfigurations"][0]["properties"]["publicIPAddress"]
      remove(id.key)
      if address["properties"]["deleteOption"].string == "Delete", let id = address.reference { remove(id.key) }
    }
    let disk = machine["storageProfile"]["osDisk"]
    if disk["deleteOption"].string == "Delete", let id = disk["managedDisk"].reference { remove(id.key) }
  }

  // MARK: Shown

  func machineUse(of resource: ARMResource) -> [String: Value] {
    [
      "vmId": .string(machines[resource.id.key]?.id ?? ""), "timeCreated": .string(Self.stamp(resource.created)),
      "osProfile": AzureProfile.shown(resource["osProfile"]),
    ]
  }

  func diskUse(of resource: ARMResource) -> [String: Value] {
    [
      "diskState": users(of: resource.id).isEmpty ? "Unattached" : "Attached",
      "timeCreated": .string(Self.stamp(resource.created)), "uniqueId": .string(resource.guid),
      "hyperVGeneration": "V2", "diskIOPSReadWrite": 500, "diskMBpsReadWrite": 100,
    ]
  }
}
