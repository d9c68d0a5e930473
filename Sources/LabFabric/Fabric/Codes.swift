package import Basics

extension Diagnostic.Code {
  /// The lab needs a tool that is not installed; `tool`, `package`.
  package static let labToolMissing = Diagnostic.Code("lab.tool-missing")
  /// The lab needs root rights.
  package static let labNeedsRoot = Diagnostic.Code("lab.needs-root")
  /// The kernel refuses something the lab needs; `feature`, `reason`.
  package static let labKernelLacks = Diagnostic.Code("lab.kernel-lacks")
  /// The lab's network is asked for something that cannot be; `problems`.
  package static let labTopologyInvalid = Diagnostic.Code("lab.topology-invalid")
  /// A tool or the kernel refused; `what`, `message`.
  package static let labRefused = Diagnostic.Code("lab.refused")
  /// No running host of this name; `host`.
  package static let labNoSuchHost = Diagnostic.Code("lab.no-such-host")
  /// A host of this name is there already; `host`.
  package static let labHostExists = Diagnostic.Code("lab.host-exists")
  /// Another lab of this name runs; `name`.
  package static let labNameTaken = Diagnostic.Code("lab.name-taken")
  /// The lab was taken down.
  package static let labClosed = Diagnostic.Code("lab.closed")
}
