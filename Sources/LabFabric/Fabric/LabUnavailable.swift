package import Basics

/// Why the lab cannot run on this machine: everything that is missing, each with the Debian package that brings it.
package struct LabUnavailable: Error, Hashable, Sendable {
  package enum Missing: Hashable, Sendable {
    case tool(String, package: String)
    case rootRights
    /// A kernel feature, with the system's own words.
    case kernelFeature(String, reason: String)
  }

  package var missing: [Missing]

  package init(_ missing: [Missing]) { self.missing = missing }

  /// One diagnostic for each missing thing.
  package var diagnostics: Diagnostics {
    Diagnostics(missing.map(\.diagnostic))
  }
}

extension LabUnavailable.Missing {
  fileprivate var diagnostic: Diagnostic {
    switch self {
    case .tool(let name, let package): Diagnostic(.labToolMissing, ["tool": name, "package": package])
    case .rootRights: Diagnostic(.labNeedsRoot)
    case .kernelFeature(let name, let reason):
      Diagnostic(.labKernelLacks, ["feature": name, "reason": reason])
    }
  }
}

/// What went wrong while the fabric did something; the topology wanted before still holds.
package enum FabricError: Error, Hashable, Sendable {
  case unavailable(LabUnavailable)
  /// The topology refers to things that are not there, or uses a name twice.
  case invalidTopology([Topology.Problem])
  /// A tool or a system call refused: what was tried, and its own words.
  case refused(what: String, message: String)
  case noSuchHost(String)
  case hostExists(String)
  /// A fabric of this name runs on this machine.
  case nameTaken(String)
  /// The fabric was torn down.
  case closed
}

extension FabricError {
  /// For the user; `Reporting` words it.
  package var diagnostics: Diagnostics {
    switch self {
    case .unavailable(let reason): reason.diagnostics
    case .invalidTopology(let problems):
      Diagnostics(Diagnostic(.labTopologyInvalid, ["problems": problems.map(\.description).joined(separator: "; ")]))
    case .refused(let what, let message):
      Diagnostics(Diagnostic(.labRefused, ["what": what, "message": message.trimmed]))
    case .noSuchHost(let host): Diagnostics(Diagnostic(.labNoSuchHost, ["host": host]))
    case .hostExists(let host): Diagnostics(Diagnostic(.labHostExists, ["host": host]))
    case .nameTaken(let name): Diagnostics(Diagnostic(.labNameTaken, ["name": name]))
    case .closed: Diagnostics(Diagnostic(.labClosed))
    }
  }
}
