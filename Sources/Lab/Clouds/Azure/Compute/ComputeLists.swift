import Basics

/// What the compute provider offers: sizes and images.
extension AzureState {
  func listSizes(_ call: ARMCall) throws(ServiceError) -> ARMReply {
    var places = AzureCatalogue.locations.map(\.name)
    if let filter = call.option("$filter"), !filter.isEmpty {
      guard let match = filter.wholeMatch(of: /\s*location eq '([^']*)'\s*/) else {
        throw ServiceError("InvalidFilterInQueryString", "Invalid $filter '\(filter)' specified in the query string.")
      }
      places = [AzureCatalogue.location(String(match.output.1))].compactMap { $0 }
    }
    return try page(places.flatMap { place in AzureCatalogue.sizes.map { sizeBody($0, place) } + [disk(place)] }, call)
  }

  private func sizeBody(_ size: AzureCatalogue.Size, _ place: String) -> Value {
    let capabilities = [
      ("vCPUs", String(size.cores)), ("MemoryGB", size.memory), ("HyperVGenerations", size.generations),
      ("CpuArchitectureType", size.architecture), ("MaxNetworkInterfaces", size.cores > 2 ? "4" : "2"),
    ]
    let restriction: Value = [
      "type": "Location", "values": [.string(place)], "restrictionInfo": ["locations": [.string(place)]],
      "reasonCode": "NotAvailableForSubscription",
    ]
    return [
      "resourceType": "virtualMachines", "name": .string(size.name), "tier": "Standard",
      "size": .string(String(size.name.dropFirst("Standard_".count))), "family": .string(size.family),
      "locations": [.string(place)],
      "locationInfo": [["location": .string(place), "zones": ["1", "2", "3"], "zoneDetails": []]],
      "capabilities": .list(capabilities.map { ["name": .string($0.0), "value": .string($0.1)] }),
      "restrictions": .list(size.isRestricted ? [restriction] : []),
    ]
  }

  private func disk(_ place: String) -> Value {
    [
      "resourceType": "disks", "name": "StandardSSD_LRS", "tier": "Standard", "size": "E10",
      "locations": [.string(place)],
      "locationInfo": [["location": .string(place), "zones": ["1", "2", "3"], "zoneDetails": []]],
      "capabilities": [["name": "MaxSizeGiB", "value": "128"]], "restrictions": [],
    ]
  }

  // MARK: Images

  /// Bare arrays, without pages; a SKU that is no longer sold has no versions.
  func listImages(_ path: ARMTarget.ImagePath) throws(ServiceError) -> ARMReply {
    guard let location = AzureCatalogue.location(path.location) else {
      throw ServiceError(
        "NoRegisteredProviderFound",
        "No registered resource provider found for location '\(path.location)' for type 'locations/publishers'.")
    }
    let rows = AzureCatalogue.images.filter { image in
      zip([image.publisher, image.offer, image.sku], path.names).allSatisfy { $0.lowercased() == $1.lowercased() }
    }
    guard let first = rows.first else { throw Self.noImage }
    let names = zip([first.publisher, first.offer, first.sku], path.names).map(\.0)
    if path.names.count == 3 { return try imageVersions(first, location, names, path.version) }
    var found: [String] = []
    for row in rows {
      let name = [row.publisher, row.offer, row.sku][path.names.count]
      if !found.contains(name) { found.append(name) }
    }
    return ARMReply(200, .list(found.map { entry($0, location, names + [$0], version: nil) }))
  }

  private func imageVersions(
    _ image: AzureCatalogue.Image, _ location: String, _ names: [String], _ version: String?
  ) throws(ServiceError) -> ARMReply {
    guard let version else {
      return ARMReply(200, .list(image.versions.map { entry($0, location, names, version: $0) }))
    }
    guard image.versions.contains(version) else { throw Self.noImage }
    var body = entry(version, location, names, version: version).members
    body["properties"] = [
      "osDiskImage": ["operatingSystem": "Linux"], "dataDiskImages": [], "architecture": "x64",
      "hyperVGeneration": .string(image.generation),
    ]
    return ARMReply(200, .object(body))
  }

  private func entry(_ name: String, _ location: String, _ names: [String], version: String?) -> Value {
    [
      "location": .string(location), "name": .string(name),
      "id": .string(imagePath(location, names, version: version)),
    ]
  }

  /// In this spelling the compute provider writes the ids of images.
  func imagePath(_ location: String, _ names: [String], version: String?) -> String {
    let words = ["Publishers", "ArtifactTypes/VMImage/Offers", "Skus"]
    return "/Subscriptions/\(credential.subscription)/Providers/Microsoft.Compute/Locations/\(location)"
      + zip(words, names).map { "/\($0)/\($1)" }.joined() + (version.map { "/Versions/\($0)" } ?? "")
  }

  private static let noImage = ServiceError("NotFound", "Artifact: VMImage was not found.", status: 404)
}
