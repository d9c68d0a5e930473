package import Basics

extension Diagnostic.Code {
  /// The lab needs a tool that is not installed; `tool`, `package`.
  package static let labToolMissing = Diagnostic.Code("lab.tool-missing")
  /// The lab needs root rights.
  package static let labNeedsRoot = Diagnostic.Code("lab.needs-root")
  /// The kernel refuses something the lab needs; `feature`, `reason`.
  package static let labKernelLacks = Diagnostic.Code("lab.kernel-lacks")
  /// The lab runs on Linux only.
  package static let labNeedsLinux = Diagnostic.Code("lab.needs-linux")
}
