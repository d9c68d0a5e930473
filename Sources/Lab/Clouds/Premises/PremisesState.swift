import Basics
import CloudWire

import struct FoundationEssentials.Date

/// Data centres: hosts and networks that no API makes; a fixture's `lab/*` actions do.
struct PremisesState: CloudState {
  var core: CloudCore

  init(core: CloudCore) { self.core = core }

  func answer(_ call: APICall) throws(ServiceError) -> Value {
    throw ServiceError("NoAPI", "A data centre has no API.", status: 404)
  }

  mutating func settle(at now: Date) { core.now = now }

  func nextChange(after now: Date) -> Date? { nil }

  func world() -> WantedWorld { WantedWorld() }
}
