import Basics
import LabFabric

import struct FoundationEssentials.Date

/// Everything that exists in the emulated Azure: one tenant with one subscription.
struct AzureState: CloudState {
  var core: CloudCore
  let credential: LabCredentials.AzureCredential
  var tokens = AzureTokens()
  var budgets = ARMBudgets()
  /// By lower-case name.
  var groups = Table<ARMGroup>()
  /// Children stand beside their parents.
  var resources = ARMStore()
  /// By the key of the virtual machine.
  var machines = Table<AzureMachine>()
  var operations = Table<ARMOperation>()
  /// By lower-case namespace; `true`: registered, or from then on.
  var registrations: [String: Timeline<Bool>]

  /// The data plane as it was when something changed last: it is asked for after every call.
  private var built: (stamp: WorldStamp, world: WantedWorld)?

  init(core: CloudCore, credential: LabCredentials.AzureCredential) {
    self.core = core
    self.credential = credential
    registrations = Self.namespaces.reduce(into: [:]) {
      $0[$1.lowercased()] = Timeline($1 != "Microsoft.Storage", at: core.now)
    }
  }

  /// The providers that the subscription can see.
  static let namespaces = ["Microsoft.Compute", "Microsoft.Network", "Microsoft.Resources", "Microsoft.Storage"]

  /// Does what time has made due: what was written well holds from now on, what was deleted goes.
  mutating func settle(at now: Date) {
    core.now = now
    for key in resources.settle(at: now) { remove(key) }
    for group in groups.all where group.provisioning.phase(at: now) == .gone {
      groups[group.name.lowercased()] = nil
      core.deleted(groupPath(group))
    }
    let stamp = WorldStamp(
      revision: resources.revision,
      machines: machines.all.map { [$0.power.phase(at: now).rawValue, $0.id, String($0.boots)] })
    if stamp != built?.stamp { built = (stamp, buildWorld()) }
  }

  func world() -> WantedWorld { built?.world ?? WantedWorld() }

  /// What the data plane follows from: equal stamps, equal worlds.
  private struct WorldStamp: Hashable {
    var revision: Int
    var machines: [[String]]
  }

  /// When the next state changes by itself.
  func nextChange(after now: Date) -> Date? {
    var dates = machines.all.map { $0.power.next(after: now) } + [resources.nextChange(after: now)]
    dates += groups.all.map { $0.provisioning.next(after: now) }
    return dates.compactMap { $0 }.min()
  }

  /// Takes a resource away, with what lives in it or was to go with it.
  mutating func remove(_ key: String) {
    guard let resource = resources[key] else { return }
    resources[key] = nil
    core.deleted(resource.id.description)
    for child in children(of: resource.id) { remove(child.id.key) }
    switch resource.id.kind {
    case .publicIPAddresses: releaseAddress(of: resource)
    case .virtualMachines: takeApart(resource)
    default: break
    }
  }

  func groupPath(_ group: ARMGroup) -> String {
    "/subscriptions/\(credential.subscription)/resourceGroups/\(group.name)"
  }

  func children(of id: ARMID) -> [ARMResource] { resources.children(of: id.key) }

  func all(_ kind: AzureKind) -> [ARMResource] { resources.all(kind) }
}
