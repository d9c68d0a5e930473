import Basics

import struct FoundationEssentials.Date

struct AWSInstance: Sendable {
  enum Phase: Int, Hashable, Sendable {
    case pending = 0
    case running = 16
    case shuttingDown = 32
    case terminated = 48
    case stopping = 64
    case stopped = 80

    var name: String {
      switch self {
      case .pending: "pending"
      case .running: "running"
      case .shuttingDown: "shutting-down"
      case .terminated: "terminated"
      case .stopping: "stopping"
      case .stopped: "stopped"
      }
    }
  }

  var id: String
  var reservation: String
  var image: String
  var type: String
  var key: String?
  var subnet: String
  var vpc: String
  var zone: String
  var interfaces: [String]
  var launchTime: Date
  var launchIndex: Int
  var clientToken: String?
  var userData: String?
  var wantsPublicAddress: Bool
  var phase: Timeline<Phase>
  var stateReason: (code: String, message: String)?
  /// Grows with each reboot.
  var boots = 1
  var isProtected = false
  var volume: String
}

/// An image of the catalogue.
struct AWSImage: Hashable, Sendable {
  var id: String
  var name: String
  var owner: String
  var created: String
  var description: String
  /// The account that can log in; root cannot.
  var user: String
  var rootDevice: String
  var snapshot: String
}

struct AWSInstanceType: Hashable, Sendable {
  var name: String
  var cores: Int
  var memory: Int
  var hypervisor: String
  var architectures: [String]
}
