import Basics

import struct FoundationEssentials.Date

/// Everything that exists in the emulated AWS: a value, changed only by calls and by time.
struct AWSState: CloudState {
  var core: CloudCore
  var regions: [String: AWSRegion] = [:]
  /// The region of the call that is being answered.
  var region = ""
  /// Images beside the catalogue's, for tests.
  var images = AWSCatalogue.images
  var book = IdempotencyBook()

  init(core: CloudCore) { self.core = core }

  /// The resources of the present call's region.
  var here: AWSRegion {
    get { regions[region] ?? AWSRegion() }
    _modify { yield &regions[region, default: AWSRegion()] }
  }

  /// Does what time has made due: addresses come with running and go with stopped, interfaces go with terminated.
  mutating func settle(at now: Date) {
    core.now = now
    for name in regions.keys.sorted() {
      region = name
      for instance in here.instances.all { settle(instance) }
    }
  }

  /// When the next state changes by itself.
  func nextChange(after now: Date) -> Date? {
    regions.values.flatMap { $0.instances.all }.compactMap { $0.phase.next(after: now) }.min()
  }

  private mutating func settle(_ instance: AWSInstance) {
    switch instance.phase.phase(at: core.now) {
    case .running: giveAddress(to: instance)
    case .stopped, .stopping: takeAddress(from: instance)
    case .terminated: endInterfaces(of: instance)
    case .pending, .shuttingDown: break
    }
  }

  private mutating func giveAddress(to instance: AWSInstance) {
    guard instance.wantsPublicAddress, let id = instance.interfaces.first, let interface = here.interfaces[id],
      interface.publicAddress == nil, let pair = core.addresses.take()
    else { return }
    here.interfaces.change(id) { $0.publicAddress = pair.outside }
  }

  private mutating func takeAddress(from instance: AWSInstance) {
    for id in instance.interfaces {
      guard let interface = here.interfaces[id], interface.allocation == nil, let address = interface.publicAddress
      else { continue }
      core.addresses.release(address)
      here.interfaces.change(id) { $0.publicAddress = nil }
    }
  }

  private mutating func endInterfaces(of instance: AWSInstance) {
    guard !instance.interfaces.isEmpty else { return }
    takeAddress(from: instance)
    for id in instance.interfaces {
      here.addresses.changeAll { if $0.interface == id { ($0.interface, $0.association) = (nil, nil) } }
      if here.interfaces[id]?.attachment?.endsWithInstance == true {
        here.interfaces[id] = nil
        core.deleted(id)
      } else {
        here.interfaces.change(id) { $0.attachment = nil }
      }
    }
    here.instances.change(instance.id) { $0.interfaces = [] }
    core.deleted(instance.volume)
    core.deleted(instance.id, at: instance.phase.since(at: core.now))
  }
}

/// The resources of one region.
struct AWSRegion: Sendable {
  var vpcs = Table<AWSVpc>()
  var subnets = Table<AWSSubnet>()
  var gateways = Table<AWSInternetGateway>()
  var routeTables = Table<AWSRouteTable>()
  var groups = Table<AWSSecurityGroup>()
  /// By name.
  var keys = Table<AWSKeyPair>()
  var instances = Table<AWSInstance>()
  var interfaces = Table<AWSInterface>()
  var addresses = Table<AWSAddress>()
  /// By resource id.
  var tags: [String: [ResourceTag]] = [:]
}
