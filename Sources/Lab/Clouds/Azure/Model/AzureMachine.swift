import Basics

import struct FoundationEssentials.Date

/// What a virtual machine is besides its document.
struct AzureMachine: Sendable {
  enum Power: String, Hashable, Sendable {
    /// Being made; there is no power state yet.
    case creating
    case starting, running, stopping, stopped, deallocating, deallocated
  }

  /// `properties.vmId`; also the host's id in the data plane, so that a machine made anew under an old name is another host.
  let id: String
  var power: Timeline<Power>
  /// Grows with each restart.
  var boots = 1
  /// Decoded; never shown by the API.
  var customData: String?
  var password: String?
}
