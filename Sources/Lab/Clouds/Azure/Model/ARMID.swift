/// The id of a resource: its place in subscription, resource group and provider.
///
/// Ids are compared without case (``key``) and shown as they were written when the resource was made.
struct ARMID: Hashable, Sendable, CustomStringConvertible {
  let subscription: String
  let group: String
  let kind: AzureKind
  /// From the outermost resource inwards: `[zxtest, test]` for a subnet.
  let names: [String]
  let description: String
  /// Equal for equal resources.
  let key: String

  init(subscription: String, group: String, kind: AzureKind, names: [String]) {
    self.subscription = subscription
    self.group = group
    self.kind = kind
    self.names = names
    let types = kind.path.split(separator: "/")
    description =
      "/subscriptions/\(subscription)/resourceGroups/\(group)/providers/\(kind.namespace)"
      + zip(types, names).map { "/\($0)/\($1)" }.joined()
    key = description.lowercased()
  }

  /// Reads `/subscriptions/{}/resourceGroups/{}/providers/{}/{type}/{name}[/{type}/{name}]`; `nil` for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    guard text.hasPrefix("/"), parts.count == 8 || parts.count == 10, !parts.contains(""),
      parts[0].lowercased() == "subscriptions", parts[2].lowercased() == "resourcegroups",
      parts[4].lowercased() == "providers",
      let kind = ARMID.kind(namespace: parts[5], types: stride(from: 6, to: parts.count, by: 2).map { parts[$0] })
    else { return nil }
    self.init(
      subscription: parts[1], group: parts[3], kind: kind,
      names: stride(from: 7, to: parts.count, by: 2).map { parts[$0] })
  }

  static func kind(namespace: String, types: [String]) -> AzureKind? {
    let wanted = "\(namespace)/\(types.joined(separator: "/"))".lowercased()
    return AzureKind.allCases.first { $0.type.lowercased() == wanted }
  }

  var name: String { names.last ?? "" }

  /// The resource around it, for a child.
  var parent: ARMID? {
    kind.parent.map { ARMID(subscription: subscription, group: group, kind: $0, names: Array(names.dropLast())) }
  }

  func child(_ kind: AzureKind, _ name: String) -> ARMID {
    ARMID(subscription: subscription, group: group, kind: kind, names: names + [name])
  }

  /// A sibling in the same group.
  func neighbour(_ kind: AzureKind, _ name: String) -> ARMID {
    ARMID(subscription: subscription, group: group, kind: kind, names: [name])
  }

  /// The key of the group: `subscription` is the only one, so the name is enough.
  var groupKey: String { group.lowercased() }
}
