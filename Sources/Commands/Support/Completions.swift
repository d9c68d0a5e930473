import ArgumentParser
import WorkflowModel

/// What a shell offers for an argument.
enum Completions {
  /// The workflows that `causeway list` shows; those that cannot be read are left out.
  static let workflows = CompletionKind.custom { _, _, beginning in
    let library = Library(homes: Homes(option: nil, surroundings: .ofThisProcess())).workflows
    let workflows = library.names.compactMap { try? library.workflow($0) }
    return workflows.withoutParts.map(\.name).filter { $0.hasPrefix(beginning) }
  }
}
