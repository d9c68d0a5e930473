import Basics

import struct FoundationEssentials.Date

/// Everything that exists in the emulated Alibaba Cloud: a value, changed only by calls, by devices that join, and by time.
struct AlibabaState: CloudState {
  var core: CloudCore
  var book = IdempotencyBook()
  /// Addresses of CCNs on the fabric's internet.
  var ccnAddresses: AddressPool

  var gateways = Table<SmartAccessGateway>()
  var ccns = Table<CloudConnectNetwork>()
  var cens = Table<EnterpriseNetwork>()
  var children = Table<ChildAttachment>()
  var routers = Table<TransitRouter>()
  var attachments = Table<TransitRouterAttachment>()
  var associations = Table<RouteTableTie>()
  var propagations = Table<RouteTableTie>()
  var packages = Table<BandwidthPackage>()
  var limits = Table<RegionLimit>()
  var isTransitRouterServiceOpen = false

  var vpcs = Table<AlibabaVpc>()
  var vSwitches = Table<VSwitch>()
  var haVips = Table<HaVip>()
  var groups = Table<ECSSecurityGroup>()
  var instances = Table<ECSInstance>()
  /// By `REGION/NAME`.
  var keys = Table<ECSKeyPair>()
  var invocations = Table<Invocation>()
  var orders = Table<AlibabaOrder>()
  var edge: EdgeCloud

  static let resourceGroup = "rg-acfmlab0default"

  init(core: CloudCore, ccnAddresses: AddressPool, edgeAddresses: AddressPool) {
    self.core = core
    self.ccnAddresses = ccnAddresses
    edge = EdgeCloud(addresses: edgeAddresses)
  }

  /// Does what time has made due: what is being taken away goes.
  mutating func settle(at now: Date) {
    core.now = now
    settleHaVips(at: now)
    for child in children.all where child.phase.phase(at: now) == .gone { remove(child) }
    for tie in associations.all where tie.phase.phase(at: now) == .gone { associations[tie.id] = nil }
    for tie in propagations.all where tie.phase.phase(at: now) == .gone { propagations[tie.id] = nil }
    for attachment in attachments.all where attachment.phase.phase(at: now) == .gone {
      attachments[attachment.id] = nil
      core.deleted(attachment.id)
    }
    for router in routers.all where router.phase.phase(at: now) == .gone {
      routers[router.id] = nil
      core.deleted(router.id)
    }
    for cen in cens.all where cen.phase.phase(at: now) == .gone {
      cens[cen.id] = nil
      core.deleted(cen.id)
    }
  }

  /// A Basic router that came by itself goes with the last thing that hangs on it.
  private mutating func remove(_ child: ChildAttachment) {
    children[child.id] = nil
    core.deleted(child.id)
    let router = routers.all.first { $0.cen == child.cen && $0.region == child.region && $0.isAutomatic }
    guard let router, !children.all.contains(where: { $0.cen == child.cen && $0.region == child.region }),
      !attachments.all.contains(where: { $0.isPeer(of: router.id) })
    else { return }
    routers[router.id] = nil
    core.deleted(router.id)
  }

  /// When the next state changes by itself.
  func nextChange(after now: Date) -> Date? {
    var dates = [edge.nextChange(after: now)]
    dates += gateways.all.map { $0.phase.next(after: now) }
    dates += cens.all.map { $0.phase.next(after: now) }
    dates += children.all.map { $0.phase.next(after: now) }
    dates += routers.all.map { $0.phase.next(after: now) }
    dates += attachments.all.map { $0.phase.next(after: now) }
    dates += (associations.all + propagations.all).map { $0.phase.next(after: now) }
    dates += vpcs.all.map { $0.phase.next(after: now) }
    dates += vSwitches.all.map { $0.phase.next(after: now) }
    dates += instances.all.map { $0.phase.next(after: now) }
    dates.append(nextSilence(after: now))
    dates += haVips.all.map { $0.nextChange(after: now) }
    return dates.compactMap { $0 }.min()
  }
}

extension TransitRouterAttachment {
  /// Whether it is a cross-region connection to that router.
  func isPeer(of router: String) -> Bool {
    if case .peer(let other, _, _) = link { other == router } else { false }
  }
}
