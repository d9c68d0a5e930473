import Basics

/// A path of Azure Resource Manager, read: the subscription in it and what it names there.
struct ARMPath: Hashable, Sendable {
  /// `nil` for the list of subscriptions only.
  var subscription: String?
  var target: ARMTarget

  /// Reads an encoded path; `nil` for one that no part of the API has.
  init?(_ path: String) {
    let pieces = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    let parts = pieces.compactMap { PercentEncoding.decode($0, plusIsSpace: false) }
    guard parts.count == pieces.count, !parts.contains(""), parts.first?.lowercased() == "subscriptions" else {
      return nil
    }
    guard parts.count > 1 else {
      target = .subscriptions
      return
    }
    subscription = parts[1]
    guard let found = Self.target(parts[1], Array(parts.dropFirst(2))) else { return nil }
    target = found
  }

  private static func target(_ subscription: String, _ parts: [String]) -> ARMTarget? {
    switch (parts.first?.lowercased(), parts.count) {
    case (nil, _): return .subscription
    case ("locations", 1): return .locations
    case ("resources", 1): return .resources(group: nil)
    case ("resourcegroups", 1): return .groups
    case ("resourcegroups", 2): return .group(parts[1])
    case ("resourcegroups", 3) where parts[2].lowercased() == "resources": return .resources(group: parts[1])
    case ("resourcegroups", 4...) where parts[2].lowercased() == "providers":
      return resource(subscription, group: parts[1], parts[3], Array(parts.dropFirst(4)))
    case ("providers", 1): return .providers
    case ("providers", 2): return .provider(parts[1])
    case ("providers", 3) where ["register", "unregister"].contains(parts[2].lowercased()):
      return .registration(parts[1], verb: parts[2].lowercased())
    case ("providers", 3...): return shared(parts[1], Array(parts.dropFirst(2)))
    case ("operationresults", 2): return .result(parts[1])
    default: return nil
    }
  }

  /// What stands below a provider without a group.
  private static func shared(_ namespace: String, _ parts: [String]) -> ARMTarget {
    let words = parts.map { $0.lowercased() }
    let isCompute = namespace.lowercased() == "microsoft.compute"
    switch (words[0], words.count) {
    case ("locations", 4) where words[2] == "operations": return .operation(parts[3])
    case ("locations", 4) where words[2] == "operationresults": return .result(parts[3])
    case ("locations", 3...) where isCompute && words[2] == "publishers":
      if let path = images(parts, words) { return .images(path) }
    case ("skus", 1) where isCompute: return .sizes
    default: break
    }
    guard words.count == 1, let kind = ARMID.kind(namespace: namespace, types: [parts[0]]) else {
      return .unknown(namespace: namespace, type: parts[0])
    }
    return .list(kind, group: nil, parent: nil)
  }

  /// `locations/L/publishers[/P/artifacttypes/vmimage/offers[/O/skus[/S/versions[/V]]]]`.
  private static func images(_ parts: [String], _ words: [String]) -> ARMTarget.ImagePath? {
    let form = [
      "locations", "", "publishers", "", "artifacttypes", "vmimage", "offers", "", "skus", "", "versions", "",
    ]
    guard words.count <= form.count, zip(words, form).allSatisfy({ $1.isEmpty || $0 == $1 }) else { return nil }
    let names = [3, 7, 9].filter { $0 < parts.count }.map { parts[$0] }
    guard [3, 7, 9, 11, 12].contains(words.count) else { return nil }
    return .init(location: parts[1], names: names, version: parts.count == 12 ? parts[11] : nil)
  }

  private static func resource(
    _ subscription: String, group: String, _ namespace: String, _ parts: [String]
  ) -> ARMTarget? {
    guard !parts.isEmpty else { return nil }
    let types = stride(from: 0, to: parts.count, by: 2).map { parts[$0] }
    let names = stride(from: 1, to: parts.count, by: 2).map { parts[$0] }
    let id = { (kind: AzureKind, names: [String]) in
      ARMID(subscription: subscription, group: group, kind: kind, names: names)
    }
    if let kind = ARMID.kind(namespace: namespace, types: types) {
      if names.count == types.count { return .resource(id(kind, names)) }
      return .list(kind, group: group, parent: kind.parent.map { id($0, names) })
    }
    if names.count < types.count, let verb = types.last,
      let kind = ARMID.kind(namespace: namespace, types: types.dropLast())
    {
      return .action(id(kind, names), verb: verb)
    }
    return .unknown(namespace: namespace, type: types[0])
  }
}
