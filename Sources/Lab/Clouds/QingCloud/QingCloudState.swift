import Basics

import struct FoundationEssentials.Date

/// Everything that exists in the emulated QingCloud.
struct QingCloudState: CloudState {
  var core: CloudCore

  init(core: CloudCore) { self.core = core }

  func answer(_ call: APICall) throws(ServiceError) -> Value {
    throw ServiceError("5000", "The lab does not emulate QingCloud yet.", status: 501)
  }

  mutating func settle(at now: Date) { core.now = now }

  func nextChange(after now: Date) -> Date? { nil }

  func world() -> WantedWorld { WantedWorld() }
}
