import Basics
import LabFabric

import struct FoundationEssentials.Date

/// What every emulated cloud needs besides its own resources: time, ids, the ledger, addresses, what is still hidden.
struct CloudCore: Sendable {
  let cloud: CloudName
  let accountID: String
  let pace: Pace
  /// The time of the call that is being answered.
  var now: Date
  var ids: IDMaker
  let random: any RandomSource
  var addresses: AddressPool
  /// Hosts that run in the data plane, by instance id.
  var hosts: [String: HostInfo] = [:] {
    didSet { startedHosts.formUnion(hosts.keys) }
  }
  /// Hosts that run or have run: a stopped one keeps its disk.
  private(set) var startedHosts: Set<String> = []
  /// What has to be done in the data plane besides making it equal to the wanted world.
  var effects: [Effect] = []
  private(set) var resources: [LedgerResource] = []
  private(set) var createdInCall: [String] = []
  private var hidden: [String: Date] = [:]
  private var token: String?

  init(
    cloud: CloudName, accountID: String, pace: Pace, now: Date, ids: IDMaker, random: any RandomSource,
    addresses: AddressPool
  ) {
    self.cloud = cloud
    self.accountID = accountID
    self.pace = pace
    self.now = now
    self.ids = ids
    self.random = random
    self.addresses = addresses
  }

  mutating func begin(_ call: APICall, at now: Date) {
    self.now = now
    token = call["ClientToken"]
    createdInCall = []
  }

  mutating func created(_ kind: String, _ id: String, name: String = "", isPaid: Bool = false) {
    createdInCall.append(id)
    resources.append(
      LedgerResource(cloud: cloud, kind: kind, id: id, name: name, createdAt: now, token: token, isPaid: isPaid))
  }

  /// A record that a call made and that is no resource: an order, the run of a command.
  mutating func noted(_ id: String) { createdInCall.append(id) }

  mutating func deleted(_ id: String, at date: Date? = nil) {
    guard let index = resources.lastIndex(where: { $0.id == id && $0.deletedAt == nil }) else { return }
    resources[index].deletedAt = date ?? now
  }

  /// Hides what the present call made until `date`, as an eventually consistent list does.
  mutating func hideCreated(until date: Date) {
    for id in createdInCall { hidden[id] = date }
  }

  /// Whether reads may see it already.
  func isVisible(_ id: String) -> Bool { hidden[id].map { $0 <= now } ?? true }
}

/// Work for the data plane that is no state: it runs in the background and reports back.
enum Effect: Hashable, Sendable {
  /// A Cloud Assistant command on a host, answered by `AlibabaState.finish`.
  case run(CommandJob)
  case stop(invocation: String, host: String)
}

/// One command on one host.
struct CommandJob: Hashable, Sendable {
  var invocation: String
  var host: String
  var arguments: [String]
  var user: String
  var timeout: Duration
}
