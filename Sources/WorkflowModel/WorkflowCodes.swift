package import Basics

extension Diagnostic.Code {
  package static let workflowNameNotStem = Diagnostic.Code("workflow.name-not-stem")
  package static let workflowUnknownInput = Diagnostic.Code("workflow.unknown-input")
  package static let workflowUnknownStep = Diagnostic.Code("workflow.unknown-step")
  package static let workflowUnknownAccount = Diagnostic.Code("workflow.unknown-account")
  package static let workflowUnknownRunField = Diagnostic.Code("workflow.unknown-run-field")
  package static let workflowUnknownEachField = Diagnostic.Code("workflow.unknown-each-field")
  package static let workflowRootNotHere = Diagnostic.Code("workflow.root-not-here")
  package static let workflowEachOutsideForEach = Diagnostic.Code("workflow.each-outside-for-each")
  package static let workflowNoStepNamed = Diagnostic.Code("workflow.no-step-named")
  package static let workflowUnknownMember = Diagnostic.Code("workflow.unknown-member")
  package static let workflowSecretNotMasked = Diagnostic.Code("workflow.secret-not-masked")
  package static let workflowNotOnInclude = Diagnostic.Code("workflow.not-on-include")
  package static let workflowBadUse = Diagnostic.Code("workflow.bad-use")
  package static let workflowCycle = Diagnostic.Code("workflow.cycle")
  package static let workflowCycleEdge = Diagnostic.Code("workflow.cycle-edge")
}
