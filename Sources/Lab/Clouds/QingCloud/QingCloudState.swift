import Basics
import LabFabric

import struct FoundationEssentials.Date

/// Everything that exists in the emulated QingCloud: a value, changed only by calls, by what a person does in the console, and by time.
struct QingCloudState: CloudState {
  var core: CloudCore
  var zones: [String: Zone] = [:]
  /// The zone of the call that is being answered.
  var zone = ""
  var images: [Image] = []
  /// SD-WAN belongs to no zone.
  var wanNets = Table<WanNet>()
  var wanAccesses = Table<WanAccess>()

  init(core: CloudCore) {
    self.core = core
    images = QingCloudCatalogue.images.map { image in
      var image = image
      image.id = self.core.ids.qingCloud("img")
      return image
    }
  }

  /// The resources of one zone.
  struct Zone: Sendable {
    var vxnets = Table<Vxnet>()
    var routers = Table<VPC>()
    var statics = Table<RouterStatic>()
    var routingTables = Table<RoutingTable>()
    var nics = Table<NIC>()
    var instances = Table<Instance>()
    var eips = Table<EIP>()
    var groups = Table<SecurityGroup>()
    var keys = Table<KeyPair>()
    var tags = Table<Tag>()
    var jobs = Table<Job>()
    /// Jobs that have not ended.
    var running: [String] = []
  }

  /// The resources of the present call's zone.
  var here: Zone {
    get { zones[zone] ?? Zone() }
    _modify { yield &zones[zone, default: Zone()] }
  }

  /// Ends the jobs that are due, in the order of their times.
  mutating func settle(at now: Date) {
    core.now = now
    while let (place, job) = nextDueJob() {
      zone = place
      here.jobs.change(job.id) { $0.isDone = true }
      here.running.removeAll { $0 == job.id }
      job.finish(&self)
    }
    keepVCPEsUp()
  }

  private func nextDueJob() -> (zone: String, job: Job)? {
    let due = zones.flatMap { zone, state in
      state.running.compactMap { state.jobs[$0] }.filter { $0.due <= core.now }.map { (zone: zone, job: $0) }
    }
    return due.min { ($0.job.due, $0.job.number) < ($1.job.due, $1.job.number) }
  }

  /// When the next state changes by itself.
  func nextChange(after now: Date) -> Date? {
    if hasVCPEToSetUp { return now }
    return nextDue(after: now)
  }

  private func nextDue(after now: Date) -> Date? {
    zones.values.flatMap { state in state.running.compactMap { state.jobs[$0] } }.map(\.due).filter { $0 > now }.min()
  }

  /// Answers one call whose parameters are known to be in form; changes nothing when it throws.
  mutating func answer(_ call: APICall) throws(ServiceError) -> Value {
    var draft = self
    draft.zone = call.region
    draft.core.begin(call, at: core.now)
    let answer = try draft.perform(call)
    self = draft
    return answer
  }
}
