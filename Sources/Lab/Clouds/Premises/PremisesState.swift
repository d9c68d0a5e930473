import Basics
import CloudWire
import LabFabric

import struct FoundationEssentials.Date

/// Data centres: LANs with their hosts, which no API makes; the `lab/premises-*` actions of a fixture do.
///
/// A LAN is a switch. Its gateway is the host that has the gateway's address, as in most data centres, else a router appliance of the lab. A
/// host with an uplink has two interfaces: `eth0` with a public address and the default route, `eth1` in the LAN.
struct PremisesState: CloudState {
  var core: CloudCore
  var networks = Table<PremisesNetwork>()
  var hosts = Table<PremisesHost>()

  init(core: CloudCore) { self.core = core }

  func answer(_ call: APICall) throws(ServiceError) -> Value {
    throw ServiceError("NoAPI", "A data centre has no API.", status: 404)
  }

  mutating func settle(at now: Date) { core.now = now }

  func nextChange(after now: Date) -> Date? { nil }
}

/// A private network of a data centre.
struct PremisesNetwork: Hashable, Sendable {
  /// `premises-NAME`.
  var id: String
  var lan: IPNetwork
  /// Where the hosts with an uplink stand: private addresses behind one-to-one NAT.
  var uplink: IPNetwork
  /// Static routes that a person types into the LAN's router: destination and next hop in the LAN.
  var routes: [IPNetwork: IPAddress] = [:]
}

/// A server of a data centre.
struct PremisesHost: Hashable, Sendable {
  /// `premises-NETWORK-NAME`.
  var id: String
  var name: String
  var network: String
  /// In the LAN.
  var address: IPAddress
  /// In the uplink's network, for a host with internet access of its own.
  var uplinkAddress: IPAddress?
  /// Where its SSH answers on this machine.
  var login: IPAddress
  var forwards: Bool
  var publicKey: String
  var system: HostSystem?
}
