import Basics

extension AlibabaState {
  private func vpc(ofTable id: String) throws(ServiceError) -> AlibabaVpc {
    guard let vpc = vpcs.all.first(where: { $0.table == id }) else {
      return try refuse("InvalidRouteTableId.NotFound", "The specified route table does not exist.", status: 404)
    }
    return vpc
  }

  func describeRouteTableList(_ call: APICall) throws(ServiceError) -> Value {
    let rows = vpcs.all.filter { vpc in
      core.isVisible(vpc.id) && asks(call, "RegionId", vpc.region) && asks(call, "VpcId", vpc.id)
        && asks(call, "RouterType", "VRouter") && asks(call, "RouterId", vpc.router)
        && asks(call, "RouteTableId", vpc.table) && asks(call, "RouteTableType", "System") && bears([], call)
    }
    let items: [Value] = rows.map { vpc in
      [
        "RouteTableId": .string(vpc.table), "RouteTableType": "System", "RouterType": "VRouter",
        "RouterId": .string(vpc.router), "VpcId": .string(vpc.id), "Status": "Available", "AssociateType": "VSwitch",
        "VSwitchIds": ["VSwitchId": .list(vSwitches.all.filter { $0.vpc == vpc.id }.map { .string($0.id) })],
        "CreationTime": stamp(vpc.created), "OwnerId": owner, "ResourceGroupId": .string(Self.resourceGroup),
      ]
    }
    return try pageByNumber(items, call) { ("RouterTableList", ["RouterTableListType": $0]) }
  }

  mutating func createRouteEntry(_ call: APICall) throws(ServiceError) -> Value {
    let vpc = try availableVpc(vpc(ofTable: call["RouteTableId"] ?? "").id)
    let destination = try destination(call)
    let entry = AlibabaVpc.RouteEntry(
      id: core.ids.alibaba("rte", region: vpc.region), destination: destination, hop: try hop(call, in: vpc),
      name: call["RouteEntryName"] ?? "", description: call["Description"] ?? "", created: core.now)
    try add(entry, to: vpc)
    return ["RouteEntryId": .string(entry.id)]
  }

  private mutating func add(_ entry: AlibabaVpc.RouteEntry, to vpc: AlibabaVpc) throws(ServiceError) {
    let isTaken =
      vpc.entries.contains { $0.destination == entry.destination }
      || learned(by: vpc).contains { $0.destination == entry.destination }
    if isTaken {
      return try refuse(
        "InvalidCIDRBlock.Duplicate", "The route entry with the same CIDR block already exists.")
    }
    if vpc.entries.count >= 200 {
      return try refuse("QuotaExceeded", "The number of route entries exceeds the quota.")
    }
    vpcs.change(vpc.id) { $0.entries.append(entry) }
    core.created("route-entry", entry.id, name: entry.destination.description)
  }

  private func destination(_ call: APICall) throws(ServiceError) -> IPNetwork {
    let shared = IPNetwork("100.64.0.0/10")
    guard let block = IPNetwork(call["DestinationCidrBlock"] ?? ""), block.isCanonical, block.address.family == .v4,
      shared?.contains(block) != true
    else { return try refuse("InvalidCIDRBlock.Malformed", "Specified CIDR block is not valid.") }
    return block
  }

  private func hop(_ call: APICall, in vpc: AlibabaVpc) throws(ServiceError) -> AlibabaVpc.RouteEntry.Hop {
    let id = call["NextHopId"] ?? ""
    switch call["NextHopType"] ?? "Instance" {
    case "Instance":
      guard let instance = instances[id], instance.vpc == vpc.id else {
        return try refuse("InvalidNextHop.NotFound", "The specified next hop does not exist.", status: 404)
      }
      return .instance(id)
    case "NetworkInterface":
      guard instances.all.contains(where: { $0.interface == id && $0.vpc == vpc.id }) else {
        return try refuse("InvalidNextHop.NotFound", "The specified next hop does not exist.", status: 404)
      }
      return .interface(id)
    case "Attachment":
      guard attachments[id]?.vpc == vpc.id else {
        return try refuse("InvalidNextHop.NotFound", "The specified next hop does not exist.", status: 404)
      }
      return .attachment(id)
    case "HaVip":
      guard haVips[id]?.vpc == vpc.id else {
        return try refuse("InvalidNextHop.NotFound", "The specified next hop does not exist.", status: 404)
      }
      return .haVip(id)
    default: return try refuse("InvalidNextHopType", "The lab has no next hop of the specified type.")
    }
  }

  func describeRouteEntryList(_ call: APICall) throws(ServiceError) -> Value {
    let vpc = try vpc(ofTable: call["RouteTableId"] ?? "")
    let rows = entries(of: vpc).filter { entry in
      asks(call, "DestinationCidrBlock", entry.destination) && asks(call, "RouteEntryId", entry.id)
        && asks(call, "RouteEntryType", entry.type) && asks(call, "NextHopId", entry.hop)
        && asks(call, "NextHopType", entry.hopType) && asks(call, "RouteEntryName", entry.name)
        && asks(call, "IpVersion", "ipv4")
    }
    let page = try pageByToken(rows.map { routeItem($0, vpc) }, call, size: 50, parameter: "MaxResult")
    return [
      "RouteEntrys": ["RouteEntry": .list(page.items)], "NextToken": .string(page.next),
      "TotalCount": .integer(rows.count),
    ]
  }

  private struct ListedEntry {
    var id: String
    var destination: String
    var type: String
    var hop = ""
    var hopType = "local"
    var name = ""
    var description = ""
  }

  private func entries(of vpc: AlibabaVpc) -> [ListedEntry] {
    let system = vSwitches.all.filter { $0.vpc == vpc.id }.map {
      ListedEntry(id: "rte-sys-\($0.id.dropFirst(4))", destination: $0.block.description, type: "System")
    }
    let custom = vpc.entries.map { entry in
      let (hop, type) = text(of: entry.hop)
      return ListedEntry(
        id: entry.id, destination: entry.destination.description, type: "Custom", hop: hop, hopType: type,
        name: entry.name, description: entry.description)
    }
    let published = learned(by: vpc).map { route in
      ListedEntry(
        id: "rte-cen-\(vpc.id.dropFirst(4))-\(route.destination.description.filter(\.isNumber))",
        destination: route.destination.description, type: "Custom", hop: route.attachment, hopType: "Attachment",
        description: "Created by CEN")
    }
    return system + custom + published
  }

  private func text(of hop: AlibabaVpc.RouteEntry.Hop) -> (String, String) {
    switch hop {
    case .instance(let id): (id, "Instance")
    case .interface(let id): (id, "NetworkInterface")
    case .attachment(let id): (id, "Attachment")
    case .haVip(let id): (id, "HaVip")
    }
  }

  private func routeItem(_ entry: ListedEntry, _ vpc: AlibabaVpc) -> Value {
    [
      "RouteEntryId": .string(entry.id), "RouteTableId": .string(vpc.table),
      "DestinationCidrBlock": .string(entry.destination), "Type": .string(entry.type), "Status": "Available",
      "IpVersion": "IPv4", "RouteEntryName": .string(entry.name), "Description": .string(entry.description),
      "NextHops": [
        "NextHop": [
          [
            "NextHopId": .string(entry.hop), "NextHopType": .string(entry.hopType), "Enabled": 1, "Weight": 0,
            "NextHopRegionId": .string(vpc.region),
          ]
        ]
      ],
    ]
  }

  mutating func deleteRouteEntry(_ call: APICall) throws(ServiceError) -> Value {
    for vpc in vpcs.all {
      let found = vpc.entries.first { entry in
        if let id = call["RouteEntryId"] { return entry.id == id }
        return vpc.table == call["RouteTableId"] && entry.destination.description == call["DestinationCidrBlock"]
          && asks(call, "NextHopId", text(of: entry.hop).0)
      }
      guard let found else { continue }
      vpcs.change(vpc.id) { $0.entries.removeAll { $0.id == found.id } }
      core.deleted(found.id)
      return [:]
    }
    return try refuse("InvalidRouteEntry.NotFound", "The specified route entry does not exist.", status: 404)
  }

  // MARK: The calls of CEN for a route of a VPC to its attachment

  mutating func createRouteToAttachment(_ call: APICall) throws(ServiceError) -> Value {
    let attachment = try attachedOne(call["TransitRouterAttachmentId"] ?? "")
    let vpc = try vpc(ofTable: call["RouteTableId"] ?? "")
    guard attachment.vpc == vpc.id, attachment.cen == call["CenId"] else {
      return try refuse("IllegalParam.TransitRouterAttachmentId", "The attachment is not one of the VPC.")
    }
    let entry = AlibabaVpc.RouteEntry(
      id: core.ids.alibaba("rte", region: vpc.region), destination: try destination(call),
      hop: .attachment(attachment.id), name: "", description: "", created: core.now)
    try add(entry, to: vpc)
    return [:]
  }

  mutating func deleteRouteToAttachment(_ call: APICall) throws(ServiceError) -> Value {
    let vpc = try vpc(ofTable: call["RouteTableId"] ?? "")
    let found = vpc.entries.first {
      $0.destination.description == call["DestinationCidrBlock"]
        && $0.hop == .attachment(call["TransitRouterAttachmentId"] ?? "")
    }
    guard let found else {
      return try refuse("InvalidRouteEntry.NotFound", "The specified route entry does not exist.", status: 404)
    }
    vpcs.change(vpc.id) { $0.entries.removeAll { $0.id == found.id } }
    core.deleted(found.id)
    return [:]
  }
}
