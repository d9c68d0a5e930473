import Basics
import LabFabric

import struct FoundationEssentials.Date

/// A Smart Access Gateway of the vCPE kind with its two devices.
struct SmartAccessGateway: Sendable {
  enum Phase: Hashable, Sendable { case ordered, ready }

  var id: String
  var name: String
  var description: String
  var region: String
  var order: String
  /// Mbit/s.
  var bandwidth: Int
  var phase: Timeline<Phase>
  var created: Date
  var ends: Date
  var resourceGroup: String
  var ccn: String?
  var routing = "static"
  var blocks: [IPNetwork] = []
  var position = ""
  var devices: [Device]
  var isLocked = false

  /// One of the two devices: a serial and a key, and the host that joined with them.
  struct Device: Hashable, Sendable {
    var serial: String
    var key: String
    var isMain: Bool
    var join: Join?
  }

  struct Join: Hashable, Sendable {
    /// `Machine.id` of the host.
    var machine: String
    /// The WAN device inside the host.
    var interface: String
    /// `HostInfo.processID` at that time: after a reboot the device has to join again.
    var boot: Int32?
    var since: Date
    var version: String
    /// When each part was heard of last; the join itself is the first word of both.
    var heard: [DeviceAPI.Part: Date]
  }
}

/// A Cloud Connect Network: what the devices of an area dial into.
struct CloudConnectNetwork: Sendable {
  var id: String
  var name: String
  var description: String
  var region: String
  var block: String
  var snatBlock: String
  var created: Date
  var interworking = "enable"
  var resourceGroup: String
  /// Its address on the fabric's internet.
  var address: IPAddress
}
