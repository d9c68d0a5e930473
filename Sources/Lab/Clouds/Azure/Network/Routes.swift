import Basics

/// Route tables' routes.
extension AzureState {
  static let hopTypes = ["VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None"]

  func prepareRoute(_ new: inout ARMResource) throws(ServiceError) {
    let text = new["addressPrefix"].string ?? ""
    guard !text.isEmpty else {
      throw ARMErrors.network(
        "AddressPrefixStringCannotBeNullOrEmpty",
        "Address prefix string for resource \(new.id) cannot be null or empty.")
    }
    // A service tag may stand here too; the lab has no such ranges to route.
    _ = try Self.prefix(text, of: new.id)
    let hop = new["nextHopType"].string ?? ""
    guard let type = Self.hopTypes.first(where: { $0.lowercased() == hop.lowercased() }) else {
      throw ARMErrors.format(
        "InvalidJson", "Error converting value \"\(hop)\" to type 'RouteNextHopType'. Path 'properties.nextHopType'.")
    }
    new.properties["nextHopType"] = .string(type)
    try checkHop(new, type)
  }

  private func checkHop(_ route: ARMResource, _ type: String) throws(ServiceError) {
    let hop = route["nextHopIpAddress"].string ?? ""
    guard type == "VirtualAppliance" else {
      if hop.isEmpty { return }
      throw ARMErrors.network(
        "NextHopIpAddressNotAllowed",
        "Route \(route.id) has next hop type \(type) and cannot have a next hop IP address.")
    }
    if hop.isEmpty {
      throw ARMErrors.network(
        "NextHopIpAddressRequired", "Route \(route.id) with next hop type VirtualAppliance needs a next hop IP address."
      )
    }
    guard IPAddress(hop) != nil else {
      throw ARMErrors.network(
        "InvalidIPAddressFormat", "IP address \(hop) of resource \(route.id) is not formatted correctly.")
    }
  }

  /// One route for each prefix.
  func checkRoutes(_ routes: [ARMResource]) throws(ServiceError) {
    var seen: [IPNetwork: String] = [:]
    for route in routes {
      guard let block = route["addressPrefix"].string.flatMap({ IPNetwork($0) }) else { continue }
      if let other = seen.updateValue(route.id.name, forKey: block) {
        throw ARMErrors.network(
          "RouteConflict",
          "Route: \(route.id.name) conflicts with Route: \(other). Routes cannot have the same AddressPrefix.")
      }
    }
  }
}
