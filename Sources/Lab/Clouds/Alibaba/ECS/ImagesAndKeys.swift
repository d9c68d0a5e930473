import Basics
import Digests
import JSONText

extension AlibabaState {
  func describeImages(_ call: APICall) throws(ServiceError) -> Value {
    let states = call["Status"]?.split(separator: ",").map(String.init) ?? ["Available"]
    let rows = AlibabaCatalogue.images.filter { image in
      asks(call, "ImageId", image.id) && asks(call, "ImageName", image.id) && asks(call, "ImageFamily", image.family)
        && asks(call, "ImageOwnerAlias", "system") && asks(call, "OSType", "linux")
        && asks(call, "Architecture", "x86_64") && states.contains("Available") && bears([], call)
        && call.flag("IsSupportCloudinit") != false
    }
    let items: [Value] = rows.map { image in
      [
        "ImageId": .string(image.id), "ImageName": .string(image.id), "ImageFamily": .string(image.family),
        "ImageOwnerAlias": "system", "OSName": .string(image.name), "OSNameEn": .string(image.nameInEnglish),
        "OSType": "linux", "Platform": .string(image.platform), "Architecture": "x86_64", "Size": .integer(image.size),
        "Status": "Available", "Progress": "100%", "CreationTime": .string(image.created), "IsPublic": true,
        "IsSupportCloudinit": true, "IsSupportIoOptimized": true, "Usable": true, "Usage": "none",
      ]
    }
    guard case .object(var answer) = try pageByNumber(items, call, limit: 100, wrap: { ("Images", ["Image": $0]) })
    else {
      return .null
    }
    answer["RegionId"] = .string(try region(of: call))
    return .object(answer)
  }

  func describeECSRegions() -> Value {
    [
      "Regions": [
        "Region": .list(
          AlibabaCatalogue.regions.map {
            [
              "RegionId": .string($0.id), "LocalName": .string($0.name), "Status": "available",
              "RegionEndpoint": .string("ecs.\($0.id).aliyuncs.com"),
            ]
          })
      ]
    ]
  }

  func describeZones(_ call: APICall) throws(ServiceError) -> Value {
    let region = try region(of: call)
    let zones = AlibabaCatalogue.region(region)?.zones ?? []
    return [
      "Zones": [
        "Zone": .list(
          zones.map { zone in
            [
              "ZoneId": .string(zone), "LocalName": .string("可用区 \(zone.suffix(1).uppercased())"),
              "ZoneType": "AvailabilityZone",
              "AvailableInstanceTypes": [
                "InstanceTypes": .list(AlibabaCatalogue.instanceTypes.map { .string($0.name) })
              ],
            ]
          })
      ]
    ]
  }

  // MARK: Keys

  mutating func importKeyPairECS(_ call: APICall) throws(ServiceError) -> Value {
    let region = try region(of: call)
    let name = call["KeyPairName"] ?? ""
    let words = (call["PublicKeyBody"] ?? "").split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, let blob = Base64.decode(words[1]), !blob.isEmpty else {
      return try refuse("InvalidPublicKeyBody.Malformed", "The specified PublicKeyBody is not valid.")
    }
    if keys["\(region)/\(name)"] != nil {
      return try refuse("KeyPair.AlreadyExist", "The key pair already exist.")
    }
    let fingerprint = Hex.encode(Hash.md5(blob))
    keys["\(region)/\(name)"] = ECSKeyPair(
      name: name, region: region, publicKey: words.joined(separator: " "), fingerprint: fingerprint, created: core.now,
      tags: tags(of: call))
    core.created("key-pair", "\(region)/\(name)", name: name)
    return ["KeyPairName": .string(name), "KeyPairFingerPrint": .string(fingerprint)]
  }

  func describeKeyPairsECS(_ call: APICall) throws(ServiceError) -> Value {
    let rows = keys.all.filter {
      core.isVisible("\($0.region)/\($0.name)") && asks(call, "RegionId", $0.region)
        && Wildcard.matches($0.name, call["KeyPairName"] ?? "*") && asks(call, "KeyPairFingerPrint", $0.fingerprint)
        && bears($0.tags, call)
    }
    let items: [Value] = rows.map {
      [
        "KeyPairName": .string($0.name), "KeyPairFingerPrint": .string($0.fingerprint),
        "CreationTime": stamp($0.created),
        "PublicKey": .string(call.flag("IncludePublicKey") == true ? $0.publicKey : ""),
        "Tags": Self.tagListECS($0.tags),
      ]
    }
    return try pageByNumber(items, call) { ("KeyPairs", ["KeyPair": $0]) }
  }

  mutating func deleteKeyPairs(_ call: APICall) throws(ServiceError) -> Value {
    for name in try idList("KeyPairNames", call) {
      let id = "\(call["RegionId"] ?? "")/\(name)"
      if keys[id] != nil { core.deleted(id) }
      keys[id] = nil
    }
    return [:]
  }
}
