import Basics

/// Public IP addresses: each is an address of loopback outside and one of the fabric's internet inside.
extension AzureState {
  mutating func preparePublicAddress(_ new: inout ARMResource, over old: ARMResource?) throws(ServiceError) {
    let sku = new.members["sku"]?["name"].string ?? "Basic"
    guard sku.lowercased() == "standard" else {
      throw ARMErrors.network(
        "IPv4BasicSkuPublicIpCountLimitReached",
        "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.")
    }
    guard (new["publicIPAllocationMethod"].string ?? "").lowercased() == "static" else {
      throw ARMErrors.network(
        "StandardSkuPublicIPAddressMustBeStatic",
        "Standard sku publicIp \(new.id) must have AllocationMethod set to Static.")
    }
    guard (new["publicIPAddressVersion"].string ?? "IPv4").lowercased() == "ipv4" else {
      throw ARMErrors.network("PublicIPv6NotSupported", "The lab gives out IPv4 addresses only.")
    }
    new.members["sku"] = ["name": "Standard", "tier": "Regional"]
    new.properties["publicIPAllocationMethod"] = "Static"
    let defaults: [String: Value] = [
      "publicIPAddressVersion": "IPv4", "idleTimeoutInMinutes": 4, "ipTags": [],
      "ddosSettings": ["protectionMode": "VirtualNetworkInherited"],
    ]
    new.properties.merge(defaults) { given, _ in given }
    if let old {
      new.properties["ipAddress"] = old["ipAddress"]
    } else {
      new.properties["ipAddress"] = try takeAddress()
    }
  }

  private mutating func takeAddress() throws(ServiceError) -> Value {
    guard let pair = core.addresses.take() else {
      throw ARMErrors.network(
        "PublicIPCountLimitReached",
        "Cannot create more than 254 public IP addresses for this subscription in this region.")
    }
    return .string(pair.outside.description)
  }

  mutating func releaseAddress(of resource: ARMResource) {
    guard let address = resource["ipAddress"].string.flatMap({ IPAddress($0) }) else { return }
    core.addresses.release(address)
  }

  func publicAddressUse(of resource: ARMResource) -> [String: Value] {
    var shown: [String: Value] = ["resourceGuid": .string(resource.guid)]
    if let user = users(of: resource.id).first { shown["ipConfiguration"] = ["id": .string(user)] }
    return shown
  }
}
