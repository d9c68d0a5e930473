package import Basics
package import ProviderModel

extension Plan {
  /// A plan made by hand: the engine's tests need no workflow document.
  ///
  /// Only its maker can decide its steps.
  package init(
    name: String, inputs: [String: Value] = [:], sensitiveInputs: Set<String> = [], steps: [PlannedStep],
    digest: String, sources: [SourceText] = []
  ) {
    self.init(
      workflow: WorkflowIdentity(name: name, title: LocalizedText(plain: name), file: "\(name).yaml", tutorial: nil),
      inputs: inputs, sensitiveInputs: sensitiveInputs, secrets: sensitiveInputs.compactMap { inputs[$0] },
      steps: steps, outputs: [], digest: digest, sources: sources,
      warnings: Diagnostics(), structure: PlanStructure(steps.map(\.address)))
  }
}

extension PlannedStep {
  /// A step without arguments, options at their defaults.
  package init(_ address: StepAddress, action: ActionDescription, dependencies: [Int] = []) {
    self.init(
      address: address, group: address, action: action, title: nil, dependencies: dependencies,
      explicitDependencies: [],
      condition: .always, arguments: [], sensitiveInputs: [], sensitiveOutputs: [], approve: nil, account: nil,
      retry: nil, timeout: nil, continuesOnFailure: false, keepsAtDestroy: false, adopt: .never, declaredOutputs: [],
      location: action.location)
  }
}
