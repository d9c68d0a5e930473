import Basics

import struct FoundationEssentials.Date

/// Everything that exists in the emulated Azure.
struct AzureState: CloudState {
  var core: CloudCore

  init(core: CloudCore) { self.core = core }

  func answer(_ call: APICall) throws(ServiceError) -> Value {
    throw ServiceError("NotImplemented", "The lab does not emulate Azure yet.", status: 501)
  }

  mutating func settle(at now: Date) { core.now = now }

  func nextChange(after now: Date) -> Date? { nil }

  func world() -> WantedWorld { WantedWorld() }
}
