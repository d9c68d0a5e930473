package import Basics

extension Diagnostic.Code {
  // What a journal may answer.
  package static let journalCorrupt = Diagnostic.Code("journal.corrupt")
  package static let journalForeign = Diagnostic.Code("journal.foreign")
  package static let journalNewer = Diagnostic.Code("journal.newer")
  package static let journalFull = Diagnostic.Code("journal.full")
  package static let journalUnwritable = Diagnostic.Code("journal.unwritable")
  package static let journalHeld = Diagnostic.Code("journal.held")
  package static let journalLostLock = Diagnostic.Code("journal.lost-lock")
  package static let journalNoKey = Diagnostic.Code("journal.no-key")
  package static let journalWrongKey = Diagnostic.Code("journal.wrong-key")
  package static let journalNoRun = Diagnostic.Code("journal.no-run")
  package static let journalAmbiguousRun = Diagnostic.Code("journal.ambiguous-run")

  // What a work order may ask for in vain.
  /// A note that belongs to a name that is not known.
  package static let engineDidYouMean = Diagnostic.Code("engine.did-you-mean")
  package static let engineNoStep = Diagnostic.Code("engine.no-such-step")
  package static let engineOnlyNeeds = Diagnostic.Code("engine.only-needs")
  package static let engineOtherPlan = Diagnostic.Code("engine.other-plan")
  package static let engineStepRemoved = Diagnostic.Code("engine.step-removed")
  package static let engineDestroyed = Diagnostic.Code("engine.run-destroyed")
  package static let engineRunExists = Diagnostic.Code("engine.run-exists")
  package static let engineNotApproved = Diagnostic.Code("engine.not-approved")
  package static let engineAnswerUnfit = Diagnostic.Code("engine.answer-unfit")
  package static let engineAnswerUnknownOutput = Diagnostic.Code("engine.answer-unknown-output")
  package static let engineAnswerWrongOutput = Diagnostic.Code("engine.answer-wrong-output")

  // Why a step failed.
  package static let engineInterrupted = Diagnostic.Code("engine.interrupted")
  package static let engineTimeout = Diagnostic.Code("engine.step-timeout")
  package static let engineDoubt = Diagnostic.Code("engine.in-doubt")
  package static let engineDoubtPersists = Diagnostic.Code("engine.doubt-persists")
  package static let engineNotDurable = Diagnostic.Code("engine.not-durable")
  package static let engineIllegalMove = Diagnostic.Code("engine.illegal-move")
  package static let enginePaidOnce = Diagnostic.Code("engine.paid-once")
  package static let engineNoPerformer = Diagnostic.Code("engine.no-performer")
  package static let engineUnknownAction = Diagnostic.Code("engine.unknown-action")
  package static let flowAssert = Diagnostic.Code("flow.assert")
  package static let manualWaits = Diagnostic.Code("manual.waits")
}
