package import Basics

extension Diagnostic.Code {
  package static let probeActionUnknown = Diagnostic.Code("probe.action-unknown")
  package static let probeInputInvalid = Diagnostic.Code("probe.input-invalid")
  package static let probeProgramMissing = Diagnostic.Code("probe.program-missing")
  package static let probeLoss = Diagnostic.Code("probe.packets-lost")
  package static let probePingFailed = Diagnostic.Code("probe.ping-failed")
  package static let probeNotConnected = Diagnostic.Code("probe.not-connected")
  package static let probeNoRoute = Diagnostic.Code("probe.no-route")
  package static let probeOtherRoute = Diagnostic.Code("probe.other-route")
  package static let probePinging = Diagnostic.Code("probe.pinging")
}
