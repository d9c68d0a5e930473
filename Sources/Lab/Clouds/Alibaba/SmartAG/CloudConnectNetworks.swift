import Basics

extension AlibabaState {
  func ccn(_ id: String) throws(ServiceError) -> CloudConnectNetwork {
    guard let ccn = ccns[id], core.isVisible(id) else {
      return try refuse("InvalidId.CCN", "The specified CCN does not exist.", status: 404)
    }
    return ccn
  }

  mutating func createCloudConnectNetwork(_ call: APICall) throws(ServiceError) -> Value {
    guard let region = call["RegionId"], AlibabaCatalogue.region(region)?.ccn != nil else {
      return try refuse("InvalidRegionId", "A CCN cannot be created in the specified region.")
    }
    let name = call["Name"] ?? ""
    guard name.isEmpty || (2...100).contains(name.count) && Self.isGoodName(name) else {
      return try refuse("InvalidName", "The specified Name is not valid.")
    }
    guard ccns.count < 10, let address = ccnAddresses.take() else {
      return try refuse("CcnAmountLimit", "The number of CCNs exceeds the limit.")
    }
    let ccn = CloudConnectNetwork(
      id: core.ids.alibaba("ccn"), name: name, description: call["Description"] ?? "", region: region,
      block: call["CidrBlock"] ?? "", snatBlock: call["SnatCidrBlock"] ?? "", created: core.now,
      resourceGroup: Self.resourceGroup, address: address.inside)
    ccns[ccn.id] = ccn
    core.created("ccn", ccn.id, name: name)
    return [
      "CcnId": .string(ccn.id), "Name": .string(name), "Description": .string(ccn.description),
      "CidrBlock": .string(ccn.block), "SnatCidrBlock": .string(ccn.snatBlock), "Status": "Active",
      "ResourceGroupId": .string(ccn.resourceGroup),
    ]
  }

  func describeCloudConnectNetworks(_ call: APICall) throws(ServiceError) -> Value {
    let rows = ccns.all.filter { ccn in
      core.isVisible(ccn.id) && asks(call, "RegionId", ccn.region) && asks(call, "CcnId", ccn.id)
        && asks(call, "Name", ccn.name) && bears([], call)
    }
    return try pageByNumber(rows.map(ccnItem), call) { ("CloudConnectNetworks", ["CloudConnectNetwork": $0]) }
  }

  private func ccnItem(_ ccn: CloudConnectNetwork) -> Value {
    let child = children.all.first { $0.child == ccn.id }
    let bound = gateways.all.filter { $0.ccn == ccn.id }
    return [
      "CcnId": .string(ccn.id), "Name": .string(ccn.name), "Description": .string(ccn.description),
      "CidrBlock": .string(ccn.block), "SnatCidrBlock": .string(ccn.snatBlock), "CreateTime": milliseconds(ccn.created),
      "AssociatedCenId": .string(child?.cen ?? ""),
      "AssociatedCenOwnerId": .string(child == nil ? "" : core.accountID),
      "AssociatedCenStatus": .string(child.map { $0.phase.phase(at: core.now).rawValue } ?? ""),
      "AssociatedCloudBoxCount": .string(String(bound.count)),
      "AvailableCloudBoxCount": .string(String(bound.count { status(of: $0) == "Active" })),
      "InterworkingStatus": .string(ccn.interworking), "ResourceGroupId": .string(ccn.resourceGroup),
      "NewAgw": false, "Tags": ["Tag": []],
    ]
  }

  mutating func modifyCloudConnectNetwork(_ call: APICall) throws(ServiceError) -> Value {
    let ccn = try ccn(call["CcnId"] ?? "")
    if let status = call["InterworkingStatus"], !["enable", "disable"].contains(status) {
      return try refuse("InvalidParameter.InterworkingStatus", "The specified InterworkingStatus is not valid.")
    }
    ccns.change(ccn.id) { row in
      row.name = call["Name"] ?? row.name
      row.description = call["Description"] ?? row.description
      row.block = call["CidrBlock"] ?? row.block
      row.interworking = call["InterworkingStatus"] ?? row.interworking
    }
    return [:]
  }

  mutating func deleteCloudConnectNetwork(_ call: APICall) throws(ServiceError) -> Value {
    let ccn = try ccn(call["CcnId"] ?? "")
    if children.all.contains(where: { $0.child == ccn.id }) {
      return try refuse("AlreadyBound.CEN", "The CCN is bound to a CEN.")
    }
    if gateways.all.contains(where: { $0.ccn == ccn.id }) {
      return try refuse("AlreadyBound.SMARTAG", "The CCN is bound to a Smart Access Gateway.")
    }
    ccns[ccn.id] = nil
    ccnAddresses.release(ccn.address)
    core.deleted(ccn.id)
    return [:]
  }

  // MARK: Binding

  mutating func bindSmartAccessGateway(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: nil)
    let ccn = try ccn(call["CcnId"] ?? "")
    if gateway.ccn != nil {
      return try refuse(
        "SmartAccessGatewayAlreadyBound", "The Smart Access Gateway is already bound.", status: 403)
    }
    guard gateway.phase.phase(at: core.now) == .ready else {
      return try refuse("SmartAccessGatewayNotActivated", "The Smart Access Gateway is not activated.")
    }
    if gateway.isLocked {
      return try refuse("SmartAccessGatewayInArrears", "The Smart Access Gateway is in arrears.")
    }
    guard Self.isSameArea(gateway.region, ccn.region) else {
      return try refuse("InvalidParameter.CcnId", "The CCN is in another area than the Smart Access Gateway.")
    }
    let others = gateways.all.filter { $0.ccn == ccn.id }.flatMap(\.blocks)
    if gateway.blocks.contains(where: { mine in others.contains { $0.overlaps(mine) } }) {
      return try refuse("CidrConflict", "The CIDR block conflicts with another one.")
    }
    gateways.change(gateway.id) { $0.ccn = ccn.id }
    core.created("ccn-binding", "\(ccn.id)/\(gateway.id)")
    return [:]
  }

  /// The mainland is one area; elsewhere each region is one.
  private static func isSameArea(_ left: String, _ right: String) -> Bool {
    left == right
      || AlibabaCatalogue.region(left)?.area == .china && AlibabaCatalogue.region(right)?.area == .china
  }

  mutating func unbindSmartAccessGateway(_ call: APICall) throws(ServiceError) -> Value {
    let gateway = try gateway(call["SmartAGId"] ?? "", in: call["RegionId"])
    let ccn = try ccn(call["CcnId"] ?? "")
    guard gateway.ccn == ccn.id else {
      return try refuse("SmartAccessGatewayNotBind", "The Smart Access Gateway is not bound to the CCN.")
    }
    if children.all.contains(where: { $0.child == ccn.id }) {
      return try refuse("AlreadyBound.CEN", "The CCN is bound to a CEN.")
    }
    gateways.change(gateway.id) { $0.ccn = nil }
    core.deleted("\(ccn.id)/\(gateway.id)")
    return [:]
  }

  func describeBindableSmartAccessGateways(_ call: APICall) throws(ServiceError) -> Value {
    let ccn = try ccn(call["CcnId"] ?? "")
    let rows = gateways.all.filter {
      $0.ccn == nil && core.isVisible($0.id) && Self.isSameArea($0.region, ccn.region)
        && asks(call, "SmartAGId", $0.id) && asks(call, "Name", $0.name)
    }
    let items: [Value] = rows.map { ["SmartAGId": .string($0.id), "Name": .string($0.name), "SmartAGUid": owner] }
    return try pageByNumber(items, call) { ("SmartAccessGateways", ["SmartAccessGateway": $0]) }
  }

  // MARK: CEN, the newer pair of calls

  mutating func attachCcnInstanceToCen(_ call: APICall) throws(ServiceError) -> Value {
    let ccn = try ccn(call["CcnId"] ?? "")
    return try attach(ccn, to: call["CenId"] ?? "")
  }

  mutating func detachCcnInstanceFromCen(_ call: APICall) throws(ServiceError) -> Value {
    try detachChild(call["CcnId"] ?? "", from: call["CenId"] ?? "")
  }

  // MARK: Limits and regions

  func describeSmartAGRegions() -> Value {
    let rows = AlibabaCatalogue.regions.filter(\.hasSmartAG)
    return [
      "Regions": [
        "Region": .list(
          rows.map {
            [
              "RegionId": .string($0.id), "LocalName": .string($0.name),
              "RegionEndpoint": .string("smartag.\($0.id).aliyuncs.com"),
            ]
          })
      ]
    ]
  }

  func gatewayUseLimit(_ call: APICall) -> Value {
    ["TotalAmount": 20, "UsedAmount": .integer(gateways.all.count { $0.region == call["RegionId"] })]
  }

  func ccnUseLimit(_ call: APICall) -> Value {
    ["TotalAmount": 10, "UsedAmount": .integer(ccns.all.count { $0.region == call["RegionId"] })]
  }
}
