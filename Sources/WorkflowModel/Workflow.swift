package import Basics
package import Expressions
package import YAMLText

/// A workflow document as it was written: checked in itself, not yet against the catalog.
///
/// Fields and meaning: `docs/workflow-language.md`. Declarations keep the order of the file.
package struct Workflow: Sendable {
  package var name: String
  package var title: LocalizedText
  /// Which tutorial it encodes.
  package var tutorial: String?
  package var accounts: [Account]
  package var defaults: [ProviderDefaults]
  package var inputs: [Field]
  package var checks: [Check]
  package var steps: [Step]
  package var outputs: [Output]
  /// Fixtures only: which `lab/*` action does a `manual/step` of the workflow of the same name in a lab run.
  package var console: [ConsoleStandIn]
  package var source: SourceText
  package var location: SourceLocation
  package var warnings: Diagnostics

  package init(name: String, source: SourceText) {
    self.name = name
    self.source = source
    title = LocalizedText(plain: name)
    accounts = []
    defaults = []
    inputs = []
    checks = []
    steps = []
    outputs = []
    console = []
    location = SourceLocation(file: source.path)
    warnings = Diagnostics()
  }

  /// The names of `accounts:`, which `--account NAME=PROFILE` or the configuration binds.
  package struct Account: Hashable, Sendable {
    package var name: String
    package var provider: String
    package var location: SourceLocation
  }

  /// Arguments for every step of one provider, unless its own `with` has them.
  package struct ProviderDefaults: Sendable {
    package var provider: String
    package var arguments: [Argument]
    package var location: SourceLocation
  }

  /// A condition on the inputs that must hold before anything is touched.
  package struct Check: Sendable {
    package var that: Template
    package var message: LocalizedText?
    package var location: SourceLocation
  }

  package struct Output: Sendable {
    package var name: String
    package var value: Template
    package var location: SourceLocation
  }

  package struct ConsoleStandIn: Hashable, Sendable {
    package var step: String
    package var action: String
    package var location: SourceLocation
  }
}

extension Workflow {
  package func input(_ name: String) -> Field? { inputs.first { $0.name == name } }

  package func output(_ name: String) -> Output? { outputs.first { $0.name == name } }
}

/// One `name: template` of `with` or of a provider's `defaults`.
package struct Argument: Sendable {
  package var name: String
  package var value: Template
  /// What was written, for the types of literals.
  package var node: YAMLNode
  /// The place of the name.
  package var location: SourceLocation
}

extension Argument {
  /// The value that is written out, or `nil` when it holds an expression; where a text is wanted, a plain scalar counts as written.
  package func literal(as type: ValueType) -> Value? {
    guard let constant = value.constant else { return nil }
    // An escaped `$${{` is the one difference between a node and its template.
    let written = constant == node.value ? node.value(as: type) : constant
    return type.converted(written) ?? written
  }
}
