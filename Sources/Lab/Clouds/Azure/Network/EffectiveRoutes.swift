import Basics

/// What an interface's packets follow: the routes of the platform, and over them those of the subnet's route table.
struct AzureRouting: Sendable {
  struct Entry: Hashable, Sendable {
    var name: String?
    var isUser: Bool
    var block: IPNetwork
    var hopType: String
    var hop: IPAddress?
  }

  /// Routes of the platform first.
  var entries: [Entry]

  /// What is dropped unless it is in the network or routed.
  static let dropped = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].compactMap { IPNetwork($0) }
  static let everything = IPNetwork(address: IPAddress(family: .v4, number: 0), prefix: 0)

  init(blocks: [IPNetwork], user: [Entry]) {
    entries = blocks.map { Entry(isUser: false, block: $0, hopType: "VnetLocal") }
    entries.append(Entry(isUser: false, block: Self.everything, hopType: "Internet"))
    for block in Self.dropped where !blocks.contains(block) {
      entries.append(Entry(isUser: false, block: block, hopType: "None"))
    }
    entries += user
  }

  /// A user's route takes the place of the platform's for the same prefix.
  func isActive(_ entry: Entry) -> Bool { entry.isUser || !entries.contains { $0.isUser && $0.block == entry.block } }

  /// Whether packets to the internet at large go there.
  var leadsToInternet: Bool {
    entries.contains { isActive($0) && $0.block == Self.everything && $0.hopType == "Internet" }
  }
}

extension AzureState {
  /// The routes of a table as properties have them; `nil`: the subnet has none.
  func userRoutes(_ table: ARMID?, _ properties: (ARMResource) -> [String: Value]?) -> [AzureRouting.Entry] {
    guard let table else { return [] }
    return children(of: table).compactMap { route in
      guard let own = properties(route), let block = own["addressPrefix"]?.string.flatMap({ IPNetwork($0) }) else {
        return nil
      }
      return AzureRouting.Entry(
        name: route.id.name, isUser: true, block: block, hopType: own["nextHopType"]?.string ?? "None",
        hop: own["nextHopIpAddress"]?.string.flatMap { IPAddress($0) })
    }
  }

  /// Shows the routes of an interface, which only one in use has.
  mutating func effectiveRoutes(of resource: ARMResource, _ call: ARMCall) throws(ServiceError) -> ARMReply {
    let machine = users(of: resource.id).first.flatMap { ARMID($0) }
    guard let machine, machines[machine.key]?.power.phase(at: core.now) == .running else {
      throw ARMErrors.network(
        "NetworkInterfaceMustBeAttachedToRunningVm",
        "Operation GetEffectiveRouteTable needs network interface \(resource.id) to be attached to a virtual machine "
          + "that is running.")
    }
    let subnet = resource["ipConfigurations"][0]["properties"]["subnet"].reference.flatMap { resources[$0.key] }
    let network = subnet?.id.parent.flatMap { resources[$0.key] }
    let routing = AzureRouting(
      blocks: network.map(blocks) ?? [],
      user: userRoutes(subnet?.applied?["routeTable"]?.reference) { $0.applied })
    let begun = begin(
      call, on: resource.id.key, namespace: "Microsoft.Network", location: resource.location, seconds: 10, locks: [],
      polling: .location)
    let rows = routing.entries.map { Self.shown($0, in: routing) }
    operations.change(begun.id) { $0.result = ["value": .list(rows)] }
    return begun.reply
  }

  private static func shown(_ entry: AzureRouting.Entry, in routing: AzureRouting) -> Value {
    var body: [String: Value] = [
      "source": entry.isUser ? "User" : "Default", "state": routing.isActive(entry) ? "Active" : "Invalid",
      "addressPrefix": [.string(entry.block.description)], "nextHopType": .string(entry.hopType),
      "nextHopIpAddress": .list([entry.hop].compactMap { $0 }.map { .string($0.description) }),
      "disableBgpRoutePropagation": false,
    ]
    if let name = entry.name { body["name"] = .string(name) }
    return .object(body)
  }
}
