package import Basics
package import Planning

/// What a run was asked to do, and every text that it goes by: the content of its first event.
package struct RunHeader: Hashable, Sendable {
  package var id: String
  package var name: String?
  package var workflow: String
  package var workflowFile: String
  /// After defaults and conversion.
  package var inputs: [String: Value]
  package var sensitiveInputs: Set<String>
  package var sources: [RunSource]
  package var planDigest: String
  package var toolVersion: String
  /// The lab that plays the clouds for this run.
  package var lab: String?
  /// Account name in the workflow -> profile.
  package var accounts: [String: String]

  package init(
    id: String, name: String? = nil, workflow: String, workflowFile: String = "", inputs: [String: Value] = [:],
    sensitiveInputs: Set<String> = [], sources: [RunSource] = [], planDigest: String = "", toolVersion: String = "",
    lab: String? = nil, accounts: [String: String] = [:]
  ) {
    self.id = id
    self.name = name
    self.workflow = workflow
    self.workflowFile = workflowFile
    self.inputs = inputs
    self.sensitiveInputs = sensitiveInputs
    self.sources = sources
    self.planDigest = planDigest
    self.toolVersion = toolVersion
    self.lab = lab
    self.accounts = accounts
  }

  /// The header of a run of `plan`.
  package init(
    plan: Plan, id: String, name: String? = nil, toolVersion: String, lab: String? = nil,
    accounts: [String: String] = [:]
  ) {
    self.init(
      id: id, name: name, workflow: plan.workflow.name, workflowFile: plan.workflow.file, inputs: plan.inputs,
      sensitiveInputs: plan.sensitiveInputs, sources: plan.sources.map { RunSource(path: $0.path, text: $0.text) },
      planDigest: plan.digest, toolVersion: toolVersion, lab: lab, accounts: accounts)
  }

  /// A new run's id: 16 random hex digits, so that short beginnings are unique and tokens of two machines never meet.
  package static func newID(_ random: some RandomSource) -> String { random.hex(8) }
}

/// A text that the run goes by, with its digest.
package struct RunSource: Hashable, Sendable {
  /// The path relative to its home: `workflows/sag-aws.yaml`.
  package var path: String
  package var text: String
  /// SHA-256 of the text, hex.
  package var digest: String

  package init(path: String, text: String, digest: String? = nil) {
    self.path = path
    self.text = text
    self.digest = digest ?? EngineDigest.hex(of: text)
  }

  /// Whether the text is still the one that was recorded.
  package var isIntact: Bool { EngineDigest.hex(of: text) == digest }
}
