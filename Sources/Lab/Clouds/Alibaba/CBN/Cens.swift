import Basics

extension AlibabaState {
  func cen(_ id: String) throws(ServiceError) -> EnterpriseNetwork {
    guard let cen = cens[id], core.isVisible(id) else {
      return try refuse("ParameterCenInstanceId", "The specified CEN instance does not exist.", status: 404)
    }
    return cen
  }

  /// A CEN on which one can work now.
  func activeCen(_ id: String) throws(ServiceError) -> EnterpriseNetwork {
    let cen = try cen(id)
    guard cen.phase.phase(at: core.now) == .active else {
      return try refuse(
        "InvalidOperation.CenInstanceStatus", "The CEN instance status does not support the operation.", status: 409)
    }
    return cen
  }

  mutating func createCen(_ call: APICall) throws(ServiceError) -> Value {
    let name = call["Name"] ?? ""
    guard name.count <= 128, !name.hasPrefix("http://"), !name.hasPrefix("https://") else {
      return try refuse("ParameterIllegal.Name", "The specified Name is illegal.")
    }
    if let level = call["ProtectionLevel"], level != "REDUCED" {
      return try refuse("ParameterIllegal.ProtectionLevel", "The specified ProtectionLevel is illegal.")
    }
    let cen = EnterpriseNetwork(
      id: core.ids.alibaba("cen"), name: name, description: call["Description"] ?? "", created: core.now,
      phase: Timeline(.creating, then: .active, after: core.pace.seconds(5), at: core.now), tags: tags(of: call))
    cens[cen.id] = cen
    core.created("cen", cen.id, name: name)
    return ["CenId": .string(cen.id)]
  }

  func describeCens(_ call: APICall) throws(ServiceError) -> Value {
    var rows: [EnterpriseNetwork] = []
    for cen in cens.all where core.isVisible(cen.id) && bears(cen.tags, call) {
      if try meets(call, isAny: false, ["CenId": [cen.id], "Name": [cen.name]]) { rows.append(cen) }
    }
    return try pageByNumber(rows.map(cenItem), call) { ("Cens", ["Cen": $0]) }
  }

  /// Whether values meet `Filter.N.Key`, `Filter.N.Value.M`: every filter, or any of them.
  func meets(_ call: APICall, isAny: Bool, _ values: [String: [String]]) throws(ServiceError) -> Bool {
    let filters = call.parameters.objects("Filter")
    var results: [Bool] = []
    for filter in filters {
      guard let key = filter["Key"], let own = values[key] else {
        return try refuse("ParameterIllegal.Filter", "The specified filter key is illegal.")
      }
      let wanted = filter.list("Value") + [filter["Value"]].compactMap { $0 }
      results.append(own.contains { wanted.contains($0) })
    }
    return results.isEmpty || (isAny ? results.contains(true) : results.allSatisfy { $0 })
  }

  private func cenItem(_ cen: EnterpriseNetwork) -> Value {
    let bound = packages.all.filter { $0.cen == cen.id }.map { Value.string($0.id) }
    let status =
      switch cen.phase.phase(at: core.now) {
      case .creating: "Creating"
      case .active: "Active"
      case .deleting, .gone: "Deleting"
      }
    return [
      "CenId": .string(cen.id), "Name": .string(cen.name), "Description": .string(cen.description),
      "Status": .string(status), "ProtectionLevel": "REDUCED", "CreationTime": stamp(cen.created),
      "CenBandwidthPackageIds": ["CenBandwidthPackageId": .list(bound)], "Tags": ["Tag": Self.tagList(cen.tags)],
      "ResourceGroupId": .string(Self.resourceGroup),
    ]
  }

  mutating func modifyCenAttribute(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try activeCen(call["CenId"] ?? "")
    cens.change(cen.id) { row in
      row.name = call["Name"] ?? row.name
      row.description = call["Description"] ?? row.description
    }
    return [:]
  }

  mutating func deleteCen(_ call: APICall) throws(ServiceError) -> Value {
    let cen = try cen(call["CenId"] ?? "")
    if children.all.contains(where: { $0.cen == cen.id }) || routers.all.contains(where: { $0.cen == cen.id }) {
      return try refuse(
        "InvalidOperation.AttachedChildInstanceExist", "The CEN still has attached instances.", status: 409)
    }
    if packages.all.contains(where: { $0.cen == cen.id }) {
      return try refuse(
        "InvalidOperation.CenBandwidthPackageExist", "The CEN still has bandwidth packages.", status: 409)
    }
    cens.change(cen.id) { $0.phase.turn(.deleting, then: .gone, after: core.pace.seconds(5), at: core.now) }
    return [:]
  }

  mutating func tagResources(_ call: APICall) throws(ServiceError) -> Value {
    let new = tags(of: call)
    for id in call.parameters.list("ResourceId") {
      switch call["ResourceType"]?.lowercased() {
      case "cen": cens.change(try cen(id).id) { row in new.forEach { row.tags.set($0) } }
      case "bandwidthpackage": packages.change(try package(id).id) { row in new.forEach { row.tags.set($0) } }
      case "transitrouter": routers.change(try router(id).id) { row in new.forEach { row.tags.set($0) } }
      default: return try refuse("ParameterIllegal.ResourceType", "The specified ResourceType is illegal.")
      }
    }
    return [:]
  }
}
