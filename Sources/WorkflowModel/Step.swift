package import Basics
package import Expressions

/// A step as it was written: one action, or another workflow, with its arguments.
package struct Step: Sendable {
  /// What a step uses.
  package enum Use: Hashable, Sendable {
    /// `aws/ec2.instance`.
    case action(String)
    /// `workflow/one-site`: the name of the included workflow.
    case workflow(String)
  }

  package struct Need: Hashable, Sendable {
    package var step: String
    package var location: SourceLocation
  }

  package var id: String
  package var location: SourceLocation
  package var use: Use
  package var useLocation: SourceLocation
  package var title: LocalizedText?
  package var arguments: [Argument]
  package var needs: [Need]
  package var when: Template?
  package var forEach: Template?
  package var approve: Bool?
  /// The name of an account, or an expression over inputs that gives one.
  package var account: Template?
  package var retry: RetryPolicy?
  package var timeout: Duration?
  package var continuesOnFailure: Bool
  /// `undo: keep` or `undo: auto`; `nil` when nothing is written.
  package var undo: UndoChoice?
  package var adopt: AdoptPolicy?
  /// `manual/step`: the outputs that a person hands in.
  package var declaredOutputs: [Field]

  package init(id: String, use: Use, location: SourceLocation, useLocation: SourceLocation) {
    self.id = id
    self.use = use
    self.location = location
    self.useLocation = useLocation
    arguments = []
    needs = []
    continuesOnFailure = false
    declaredOutputs = []
  }
}

extension Step {
  /// What happens to a step's resource at `destroy`.
  package enum UndoChoice: String, Hashable, Sendable, CaseIterable { case auto, keep }

  /// The only word of `on_failure`.
  package enum FailureChoice: String, Hashable, Sendable, CaseIterable { case `continue` }

  package func argument(_ name: String) -> Argument? { arguments.first { $0.name == name } }

  /// The text after `uses:`.
  package var useText: String {
    switch use {
    case .action(let name): name
    case .workflow(let name): "workflow/\(name)"
    }
  }

  /// Every template of the step in the order in which the reader of a file meets them.
  package var templates: [Template] {
    [when, forEach, account].compactMap { $0 } + arguments.map(\.value)
  }
}
