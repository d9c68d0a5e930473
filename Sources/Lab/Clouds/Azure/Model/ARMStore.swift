import struct FoundationEssentials.Date

/// All resources by ``ARMID/key``, and what is asked of them over and over: by type, by parent, by use, and which are under way.
struct ARMStore: Sendable {
  private var table = Table<ARMResource>()
  private var kinds: [AzureKind: [String]] = [:]
  private var inside: [String: [String]] = [:]
  private var references: [String: [ARMReference]] = [:]
  private var users: [String: [ARMReference]] = [:]
  /// Those whose provisioning goes on by itself, or has ended and is not taken over yet.
  private(set) var moving: Set<String> = []
  /// Grows with every change.
  private(set) var revision = 0

  var all: [ARMResource] { table.all }

  subscript(key: String) -> ARMResource? {
    get { table[key] }
    set {
      if let newValue { store(newValue, key) } else { drop(key) }
    }
  }

  mutating func change(_ key: String, _ body: (inout ARMResource) -> Void) {
    guard var resource = table[key] else { return }
    body(&resource)
    store(resource, key)
  }

  /// The resources of one type, in the order in which they came.
  func all(_ kind: AzureKind) -> [ARMResource] { (kinds[kind] ?? []).compactMap { table[$0] } }

  /// What lives inside a resource, in the order in which it came.
  func children(of key: String) -> [ARMResource] { (inside[key] ?? []).compactMap { table[$0] } }

  /// The ids of what refers to a resource.
  func users(of key: String) -> [String] { (users[key] ?? []).map(\.user) }

  /// Takes over what has been written well by now; the keys of those that are to go.
  mutating func settle(at now: Date) -> [String] {
    var gone: [String] = []
    for key in moving.sorted() {
      guard let resource = table[key] else { continue }
      let state = resource.state(at: now)
      if state == .gone { gone.append(key) }
      if state == .succeeded { table.change(key) { $0.applied = $0.properties } }
      if resource.provisioning.next(after: now) == nil, state != .gone { moving.remove(key) }
      if state == .succeeded { revision += 1 }
    }
    return gone
  }

  func nextChange(after now: Date) -> Date? { moving.compactMap { table[$0]?.provisioning.next(after: now) }.min() }

  // MARK: Changes

  private mutating func store(_ resource: ARMResource, _ key: String) {
    revision += 1
    if table[key] == nil {
      kinds[resource.id.kind, default: []].append(key)
      if let parent = resource.id.parent { inside[parent.key, default: []].append(key) }
    }
    table[key] = resource
    moving.insert(key)
    refer(key, resource.references)
  }

  private mutating func drop(_ key: String) {
    guard let resource = table[key] else { return }
    revision += 1
    table[key] = nil
    moving.remove(key)
    kinds[resource.id.kind]?.removeAll { $0 == key }
    if let parent = resource.id.parent { inside[parent.key]?.removeAll { $0 == key } }
    refer(key, [])
  }

  private mutating func refer(_ key: String, _ new: [ARMReference]) {
    let old = references[key] ?? []
    guard old != new else { return }
    for reference in old { users[reference.target]?.removeAll { $0 == reference } }
    for reference in new { users[reference.target, default: []].append(reference) }
    references[key] = new.isEmpty ? nil : new
  }
}
