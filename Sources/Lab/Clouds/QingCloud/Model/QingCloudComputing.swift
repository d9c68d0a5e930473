import Basics
import LabFabric

import struct FoundationEssentials.Date

extension QingCloudState {
  struct Image: Hashable, Sendable {
    var id: String
    var name: String
    var family: String
    var system: HostSystem
  }

  struct Instance: Sendable {
    var id: String
    var name: String
    var hostName: String
    var image: String
    var type: String
    var cores: Int
    var memory: Int
    var keys: [String]
    var password: String?
    var userData: String?
    var kind: Int
    var status: Status = .pending
    var created: Date
    var since: Date
    /// When its addresses are told by the API.
    var addressesSince: Date?
    var group: String?
    /// Grows with each restart.
    var boots = 1
    var description = ""

    enum Status: String, Sendable { case pending, running, stopped, terminated, ceased }

    /// Still has its resources.
    var isThere: Bool { status != .terminated && status != .ceased }
  }

  struct SecurityGroup: Sendable {
    var id: String
    var name: String
    var created: Date
    var description = ""
    var rules: [GroupRule] = []
    /// The rules in force: those at the last application.
    var applied: [GroupRule] = []
  }

  struct GroupRule: Hashable, Sendable {
    var id: String
    var name: String
    var transport: String
    var priority: Int
    var isOutbound: Bool
    var isAccept: Bool
    /// First port or ICMP type, last port or ICMP code, the other side's network; empty: any.
    var values: [String]
    var isDisabled = false
  }

  struct KeyPair: Sendable {
    var id: String
    var name: String
    var method: String
    /// The OpenSSH line.
    var publicKey: String
    var created: Date
    var description = ""
  }

  struct Tag: Sendable {
    var id: String
    var name: String
    var created: Date
    var description = ""
    /// Resources by id, with their types.
    var resources: [String: String] = [:]
  }
}
