extension AWSState {
  static func noImage(_ id: String) -> ServiceError {
    ServiceError("InvalidAMIID.NotFound", "The image id '[\(id)]' does not exist")
  }

  func image(_ id: String) throws(ServiceError) -> AWSImage {
    guard id.hasPrefix("ami-") else {
      throw ServiceError("InvalidAMIID.Malformed", "Invalid id: \"\(id)\" (expecting \"ami-...\")")
    }
    guard let image = images.first(where: { $0.id == id }) else { throw Self.noImage(id) }
    return image
  }

  func describeImages(_ call: APICall) throws(ServiceError) -> XMLValue {
    let owners = call.parameters.list("Owner")
    var table = Table<AWSImage>()
    for image in images { table[image.id] = image }
    let rows = try select(table, call, ids: "ImageId", missing: Self.noImage) { image, name in
      switch name {
      case "image-id": [image.id]
      case "name": [image.name]
      case "description": [image.description]
      case "state": ["available"]
      case "architecture": ["x86_64"]
      case "owner-id": [image.owner]
      case "owner-alias": []
      case "root-device-type": ["ebs"]
      case "virtualization-type": ["hvm"]
      case "image-type": ["machine"]
      case "is-public": ["true"]
      case "platform": []
      default: nil
      }
    }.filter { owners.isEmpty || owners.contains($0.owner) }
    let (page, next) = try page(rows, call, sizes: 1...1000)
    return ["imagesSet": .items(page.map(imageItem)), "nextToken": next]
  }

  private func imageItem(_ image: AWSImage) -> XMLValue {
    [
      "imageId": .text(image.id), "imageLocation": .text("\(image.owner)/\(image.name)"), "name": .text(image.name),
      "description": .text(image.description), "imageState": "available", "imageOwnerId": .text(image.owner),
      "isPublic": true, "creationDate": .text(image.created), "architecture": "x86_64", "imageType": "machine",
      "rootDeviceName": .text(image.rootDevice), "rootDeviceType": "ebs", "virtualizationType": "hvm",
      "hypervisor": "xen", "enaSupport": true,
      "blockDeviceMapping": .items([
        [
          "deviceName": .text(image.rootDevice),
          "ebs": [
            "volumeSize": 8, "snapshotId": .text(image.snapshot), "volumeType": "gp2", "deleteOnTermination": true,
            "encrypted": false,
          ],
        ]
      ]),
    ]
  }

  // MARK: Instance types

  static func noInstanceType(_ name: String) -> ServiceError {
    ServiceError("InvalidInstanceType", "The following supplied instance types do not exist: [\(name)]")
  }

  func describeInstanceTypes(_ call: APICall) throws(ServiceError) -> XMLValue {
    var table = Table<AWSInstanceType>()
    for type in AWSCatalogue.instanceTypes { table[type.name] = type }
    let rows = try select(table, call, ids: "InstanceType", missing: Self.noInstanceType) { type, name in
      switch name {
      case "instance-type": [type.name]
      case "processor-info.supported-architecture": type.architectures
      case "vcpu-info.default-vcpus": [String(type.cores)]
      case "memory-info.size-in-mib": [String(type.memory)]
      case "hypervisor": [type.hypervisor]
      case "current-generation": ["true"]
      default: nil
      }
    }
    let (page, next) = try page(rows, call, sizes: 5...100)
    return ["instanceTypeSet": .items(page.map(typeItem)), "nextToken": next]
  }

  private func typeItem(_ type: AWSInstanceType) -> XMLValue {
    [
      "instanceType": .text(type.name), "currentGeneration": true, "bareMetal": false,
      "hypervisor": .text(type.hypervisor),
      "processorInfo": ["supportedArchitectures": .items(type.architectures.map(XMLValue.text))],
      "vCpuInfo": ["defaultVCpus": .number(type.cores)], "memoryInfo": ["sizeInMiB": .number(type.memory)],
    ]
  }

  func describeInstanceTypeOfferings(_ call: APICall) throws(ServiceError) -> XMLValue {
    let kind = call["LocationType"] ?? "region"
    let locations =
      switch kind {
      case "region": [region]
      case "availability-zone": AWSCatalogue.zones(of: region)
      default: throw invalid("LocationType", call)
      }
    var offers: [(type: String, location: String)] = []
    for type in AWSCatalogue.instanceTypes {
      for location in locations {
        let isMet = try matches(type, id: type.name, call) { type, name in
          switch name {
          case "instance-type": [type.name]
          case "location": [location]
          default: nil
          }
        }
        if isMet { offers.append((type.name, location)) }
      }
    }
    let (page, next) = try page(offers, call)
    return [
      "instanceTypeOfferingSet": .items(
        page.map {
          ["instanceType": .text($0.type), "locationType": .text(kind), "location": .text($0.location)]
        }), "nextToken": next,
    ]
  }

  // MARK: Regions

  func describeRegions(_ call: APICall) throws(ServiceError) -> XMLValue {
    let wanted = call.parameters.list("RegionName")
    for name in wanted where !AWSCatalogue.regions.contains(name) {
      throw ServiceError("InvalidParameterValue", "Invalid region provided: \(name)")
    }
    let rows = AWSCatalogue.regions.filter { wanted.isEmpty || wanted.contains($0) }
    return [
      "regionInfo": .items(
        rows.map {
          [
            "regionName": .text($0), "regionEndpoint": .text("ec2.\($0).amazonaws.com"),
            "optInStatus": "opt-in-not-required",
          ]
        })
    ]
  }

  func describeAvailabilityZones(_ call: APICall) throws(ServiceError) -> XMLValue {
    let wanted = call.parameters.list("ZoneName")
    let rows = AWSCatalogue.zones(of: region).filter { wanted.isEmpty || wanted.contains($0) }
    return [
      "availabilityZoneInfo": .items(
        rows.map {
          [
            "zoneName": .text($0), "zoneState": "available", "regionName": .text(region), "messageSet": .items([]),
            "zoneType": "availability-zone",
          ]
        })
    ]
  }
}
