package import Basics

/// What one session is to do with a run: the one description behind run, resume, verify and destroy.
package struct WorkOrder: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// Carry out what is not done yet (`run`, `resume`).
    case run
    /// The probes again, nothing else.
    case verify
    /// Take everything back.
    case destroy
  }

  package var kind: Kind
  /// `--from`: these and their dependants again, though they are done, as far as `only` or `until` let them be; of `destroy`: take back
  /// these and their dependants.
  package var from: [StepAddress]
  /// `--skip`: count these as done, with null outputs.
  package var skip: [StepAddress]
  /// `--only`: these alone; what they depend on must be done.
  ///
  /// Of `destroy`: take back these, whatever depends on them.
  package var only: [StepAddress]
  /// `--until`: these and what they depend on, nothing else.
  package var until: [StepAddress]
  /// `destroy --adopted`: also what belonged to somebody else.
  package var includesAdopted: Bool

  package init(
    _ kind: Kind = .run, from: [StepAddress] = [], skip: [StepAddress] = [], only: [StepAddress] = [],
    until: [StepAddress] = [], includesAdopted: Bool = false
  ) {
    self.kind = kind
    self.from = from
    self.skip = skip
    self.only = only
    self.until = until
    self.includesAdopted = includesAdopted
  }

  /// Whether the whole workflow is meant, so that a good end is the end of the run.
  package var isWhole: Bool { kind != .verify && only.isEmpty && until.isEmpty }

  /// `run` or `resume` without a word about single steps: what is out of date is seen to as well.
  package var isPlain: Bool { kind == .run && named.isEmpty }

  /// `destroy` of some steps: the run goes on to exist, and `resume` does them again.
  package var takesBackPart: Bool { kind == .destroy && !(only.isEmpty && from.isEmpty) }

  /// Every step or group that the user named.
  package var named: [StepAddress] { from + skip + only + until }
}
