extension AWSState {
  mutating func createTags(_ call: APICall) throws(ServiceError) -> XMLValue {
    let ids = call.parameters.list("ResourceId")
    try checkExist(ids)
    for tag in call.parameters.objects("Tag") {
      let key = tag["Key"] ?? ""
      if key.isEmpty || key.count > 128 || key.lowercased().hasPrefix("aws:") {
        throw ServiceError("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
      }
      for id in ids { here.tags[id, default: []].set(ResourceTag(key: key, value: tag["Value"] ?? "")) }
    }
    for id in ids where here.tags[id, default: []].count > 50 {
      throw ServiceError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
    }
    return ["return": true]
  }

  mutating func deleteTags(_ call: APICall) throws(ServiceError) -> XMLValue {
    let ids = call.parameters.list("ResourceId")
    let given = call.parameters.objects("Tag")
    for id in ids {
      here.tags[id]?.removeAll { tag in
        given.isEmpty || given.contains { $0["Key"] == tag.key && ($0["Value"] ?? tag.value) == tag.value }
      }
    }
    return ["return": true]
  }

  func describeTags(_ call: APICall) throws(ServiceError) -> XMLValue {
    var found: [(id: String, tag: ResourceTag)] = []
    for (id, tags) in here.tags.sorted(by: { $0.key < $1.key }) where core.isVisible(id) {
      for tag in tags {
        let isMet = try matches(tag, id: id, call) { tag, name in
          switch name {
          case "key": [tag.key]
          case "value": [tag.value]
          case "resource-id": [id]
          case "resource-type": [Self.resourceType(of: id)]
          default: nil
          }
        }
        if isMet { found.append((id, tag)) }
      }
    }
    let (page, next) = try page(found, call)
    return [
      "tagSet": .items(
        page.map {
          [
            "resourceId": .text($0.id), "resourceType": .text(Self.resourceType(of: $0.id)), "key": .text($0.tag.key),
            "value": .text($0.tag.value),
          ]
        }), "nextToken": next,
    ]
  }

  private func checkExist(_ ids: [String]) throws(ServiceError) {
    for id in ids {
      switch Self.resourceType(of: id) {
      case "vpc": _ = try vpc(id)
      case "subnet": _ = try subnet(id)
      case "internet-gateway": _ = try gateway(id)
      case "route-table": _ = try routeTable(id)
      case "security-group": _ = try group(id)
      case "instance": _ = try instance(id)
      case "network-interface": _ = try interface(id)
      case "elastic-ip": _ = try address(id)
      case "security-group-rule", "key-pair", "volume": continue
      default: throw ServiceError("InvalidID", "The ID '\(id)' is not valid")
      }
    }
  }

  static func resourceType(of id: String) -> String {
    switch id.prefix(while: { $0 != "-" }) {
    case "vpc": "vpc"
    case "subnet": "subnet"
    case "igw": "internet-gateway"
    case "rtb": "route-table"
    case "sg": "security-group"
    case "sgr": "security-group-rule"
    case "i": "instance"
    case "eni": "network-interface"
    case "eipalloc": "elastic-ip"
    case "key": "key-pair"
    case "vol": "volume"
    default: ""
    }
  }
}
