extension AWSState {
  static func noGateway(_ id: String) -> ServiceError {
    ServiceError("InvalidInternetGatewayID.NotFound", "The internetGateway ID '\(id)' does not exist")
  }

  func gateway(_ id: String) throws(ServiceError) -> AWSInternetGateway {
    guard let gateway = here.gateways[id], core.isVisible(id) else { throw Self.noGateway(id) }
    return gateway
  }

  mutating func createInternetGateway(_ call: APICall) throws(ServiceError) -> XMLValue {
    let gateway = AWSInternetGateway(id: core.ids.amazon("igw"))
    here.gateways[gateway.id] = gateway
    tag(gateway.id, as: "internet-gateway", from: call)
    core.created("internet-gateway", gateway.id, name: name(of: gateway.id))
    return ["internetGateway": gatewayItem(gateway)]
  }

  func describeInternetGateways(_ call: APICall) throws(ServiceError) -> XMLValue {
    let rows = try select(here.gateways, call, ids: "InternetGatewayId", missing: Self.noGateway) { gateway, name in
      switch name {
      case "internet-gateway-id": [gateway.id]
      case "attachment.vpc-id": [gateway.vpc].compactMap { $0 }
      case "attachment.state": gateway.vpc == nil ? [] : ["available"]
      default: nil
      }
    }
    let (page, next) = try page(rows, call)
    return ["internetGatewaySet": .items(page.map(gatewayItem)), "nextToken": next]
  }

  private func gatewayItem(_ gateway: AWSInternetGateway) -> XMLValue {
    [
      "internetGatewayId": .text(gateway.id), "ownerId": .text(core.accountID),
      "attachmentSet": .items(gateway.vpc.map { [["vpcId": .text($0), "state": "available"]] } ?? []),
      "tagSet": tagSet(gateway.id),
    ]
  }

  mutating func attachInternetGateway(_ call: APICall) throws(ServiceError) -> XMLValue {
    let gateway = try gateway(call["InternetGatewayId"] ?? "")
    let vpc = try vpc(call["VpcId"] ?? "")
    if gateway.vpc != nil {
      throw ServiceError(
        "Resource.AlreadyAssociated", "resource \(gateway.id) is already attached to network \(gateway.vpc ?? "")")
    }
    if here.gateways.all.contains(where: { $0.vpc == vpc.id }) {
      throw ServiceError("InvalidParameterValue", "Network \(vpc.id) already has an internet gateway attached")
    }
    here.gateways.change(gateway.id) { $0.vpc = vpc.id }
    return ["return": true]
  }

  mutating func detachInternetGateway(_ call: APICall) throws(ServiceError) -> XMLValue {
    let gateway = try gateway(call["InternetGatewayId"] ?? "")
    let vpc = try vpc(call["VpcId"] ?? "")
    guard gateway.vpc == vpc.id else {
      throw ServiceError(
        "Gateway.NotAttached", "resource \(gateway.id) is not attached to network \(vpc.id)")
    }
    if here.interfaces.all.contains(where: { $0.vpc == vpc.id && $0.publicAddress != nil }) {
      throw ServiceError(
        "DependencyViolation",
        "Network \(vpc.id) has some mapped public address(es). Please unmap those public "
          + "address(es) before detaching the gateway.")
    }
    here.gateways.change(gateway.id) { $0.vpc = nil }
    return ["return": true]
  }

  mutating func deleteInternetGateway(_ call: APICall) throws(ServiceError) -> XMLValue {
    let gateway = try gateway(call["InternetGatewayId"] ?? "")
    if gateway.vpc != nil {
      throw ServiceError(
        "DependencyViolation", "The internetGateway '\(gateway.id)' has dependencies and cannot be deleted.")
    }
    here.gateways[gateway.id] = nil
    core.deleted(gateway.id)
    return ["return": true]
  }
}
