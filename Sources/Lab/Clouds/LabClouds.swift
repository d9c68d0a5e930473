import Basics
import LabFabric

import struct FoundationEssentials.Date

/// All clouds of a lab, driven alike.
struct LabClouds: Sendable {
  var aws: AWSState
  var alibaba: AlibabaState
  var azure: AzureState
  var qingcloud: QingCloudState
  /// Data centres: hosts and networks without an API.
  var premises: PremisesState

  private var all: [any CloudState] { [aws, alibaba, azure, qingcloud, premises] }

  mutating func settle(at now: Date) {
    aws.settle(at: now)
    alibaba.settle(at: now)
    azure.settle(at: now)
    qingcloud.settle(at: now)
    premises.settle(at: now)
  }

  func nextChange(after now: Date) -> Date? { all.compactMap { $0.nextChange(after: now) }.min() }

  func world() -> WantedWorld {
    var world = WantedWorld()
    for cloud in all { world.add(cloud.world()) }
    world.dropDanglingTunnels()
    return world
  }

  /// The hosts that run now, whichever cloud they belong to.
  var hosts: [String: HostInfo] {
    get { alibaba.core.hosts }
    set {
      aws.core.hosts = newValue
      alibaba.core.hosts = newValue
      azure.core.hosts = newValue
      qingcloud.core.hosts = newValue
      premises.core.hosts = newValue
    }
  }

  /// Hands an act to the cloud that knows it.
  mutating func act(_ act: LabAct) throws(ServiceError) -> Value {
    if let outputs = try aws.act(act) { return outputs }
    if let outputs = try alibaba.act(act) { return outputs }
    if let outputs = try azure.act(act) { return outputs }
    if let outputs = try qingcloud.act(act) { return outputs }
    if let outputs = try premises.act(act) { return outputs }
    throw ServiceError("UnknownAct", "lab/\(act.action) is nothing that the lab can do.", status: 404)
  }

  /// Takes the work for the data plane out of every cloud.
  mutating func takeEffects() -> [Effect] {
    let effects = all.flatMap(\.core.effects)
    aws.core.effects = []
    alibaba.core.effects = []
    azure.core.effects = []
    qingcloud.core.effects = []
    premises.core.effects = []
    return effects
  }

  /// Each cloud knows its own invocations.
  mutating func finish(_ job: CommandJob, _ outcome: CommandOutcome?) {
    aws.finish(job, outcome)
    alibaba.finish(job, outcome)
    azure.finish(job, outcome)
    qingcloud.finish(job, outcome)
    premises.finish(job, outcome)
  }

  var resources: [LedgerResource] { all.flatMap(\.core.resources).sorted { $0.createdAt < $1.createdAt } }
}
