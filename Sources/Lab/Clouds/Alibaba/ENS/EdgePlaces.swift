import Basics

/// Nodes, areas, carriers, images and instance types.
extension AlibabaState {
  func edgeNode(_ id: String) throws(ServiceError) -> EdgeCatalogue.Node {
    guard let node = EdgeCatalogue.node(id) else {
      return try refuse("InvalidEnsRegionId.NotFound", "The specified EnsRegionId does not exist.", status: 404)
    }
    return node
  }

  func describeEnsRegions(_ call: APICall) -> Value {
    let rows = EdgeCatalogue.nodes.filter { asks(call, "EnsRegionId", $0.id) }
    let items: [Value] = rows.map {
      [
        "EnsRegionId": .string($0.id), "Name": .string($0.name), "EnName": .string($0.nameInEnglish),
        "Area": .string($0.area), "Province": .string(String($0.province.prefix(2))),
      ]
    }
    return ["EnsRegions": ["EnsRegions": .list(items)]]
  }

  /// With `inStock` as the call for what is on sale: how many instances can be had.
  func describeEnsNetDistrict(_ call: APICall, inStock: Bool = false) throws(ServiceError) -> Value {
    let level = call["NetLevelCode"] ?? ""
    guard ["Big", "Middle", "Small"].contains(level) else {
      return try refuse("InvalidNetLevelCode", "The specified NetLevelCode is not valid.")
    }
    let rows = EdgeCatalogue.districts.filter { $0.level == level && asks(call, "NetDistrictCode", $0.code) }
    let items: [Value] = rows.map { row in
      let count = EdgeCatalogue.nodes.count { $0.codes.contains(row.code) }
      var item: [String: Value] = [
        "NetDistrictLevel": .string(row.level), "NetDistrictCode": .string(row.code),
        "NetDistrictName": .string(row.name), "NetDistrictEnName": .string(row.nameInEnglish),
        "NetDistrictFatherCode": .string(row.father), "EnsRegionIdCount": .string("\(count)"),
      ]
      if inStock { item["InstanceCount"] = .string("\(count * 29)") }
      return .object(item)
    }
    return ["EnsNetDistricts": ["EnsNetDistrict": .list(items)]]
  }

  func describeRegionIsps(_ call: APICall) throws(ServiceError) -> Value {
    let codes =
      try call["EnsRegionId"].map { id throws(ServiceError) in try edgeNode(id).carriers }
      ?? EdgeCatalogue.carriers.keys.sorted()
    return ["Isps": .list(codes.map { ["Code": .string($0), "Name": .string(EdgeCatalogue.carriers[$0] ?? "")] })]
  }

  func describeEdgeInstanceTypes(_ call: APICall) -> Value {
    let rows = EdgeCatalogue.instanceTypes.filter { asks(call, "InstanceType", $0.name) }
    let items: [Value] = rows.map {
      [
        "InstanceType": .string($0.name), "InstanceTypeId": .string($0.name), "InstanceTypeName": .string($0.name),
        "CpuCoreCount": .integer($0.cores), "MemorySize": .integer($0.memory),
      ]
    }
    return ["InstanceTypes": ["InstanceType": .list(items)]]
  }

  /// By page; the names of public images are their ids.
  func describeEdgeImages(_ call: APICall) throws(ServiceError) -> Value {
    let rows = EdgeCatalogue.images.filter {
      asks(call, "ImageId", $0.id) && Wildcard.matches($0.id, call["ImageName"] ?? "*")
    }
    let items: [Value] = rows.map {
      [
        "ImageId": .string($0.id), "ImageName": .string($0.id), "Platform": .string($0.platform),
        "Architecture": "x86_64", "CreationTime": .string($0.created), "ImageSize": "20", "ImageOwnerAlias": "system",
        "DiskDeviceMappings": Self.edgeDisks(of: $0),
      ]
    }
    return try pageByNumber(items, call) { ("Images", ["Image": $0]) }
  }

  func describeImageInfos(_ call: APICall) -> Value {
    let isLinux = call["OsType"].map { $0.lowercased() == "linux" } ?? true
    let items: [Value] = (isLinux ? EdgeCatalogue.images : []).map {
      [
        "ImageId": .string($0.id), "OSName": .string($0.name), "OSType": "linux", "Description": .string($0.name),
        "ImageVersion": "1", "ImageSize": "20", "ImageOwnerAlias": "system",
        "DiskDeviceMappings": Self.edgeDisks(of: $0),
      ]
    }
    return ["Images": ["Image": .list(items)]]
  }

  private static func edgeDisks(of image: EdgeCatalogue.Image) -> Value {
    ["DiskDeviceMapping": [["Format": "QCOW2", "Size": "20", "imageId": .string(image.id)]]]
  }
}
