package import Basics
internal import Expressions
internal import YAMLText

extension Workflow {
  /// Reads and checks a document as far as it can be checked by itself; throws everything that is wrong with it at once.
  ///
  /// What needs the catalog or other workflows (actions, their inputs and outputs) is `WorkflowChecker`'s in Planning.
  /// - Parameter file: The path that places show; in a `workflows/` folder its stem must be the workflow's name.
  package static func read(text: String, file: String) throws(Diagnostics) -> Workflow {
    try read(SourceText(path: file, text: text))
  }

  package static func read(_ source: SourceText) throws(Diagnostics) -> Workflow {
    let (workflow, findings) = try draft(source)
    try findings.throwIfErrors()
    guard var workflow else { throw findings }
    workflow.warnings = findings
    return workflow
  }

  /// The document as far as it can be understood, with what is wrong with it: for checks that report everything at once.
  package static func draft(_ source: SourceText) throws(Diagnostics) -> (workflow: Workflow?, findings: Diagnostics) {
    let node = try YAMLReader.read(source.text, file: source.path)
    var reader = WorkflowReader(source: source)
    let workflow = reader.read(node)
    var findings = reader.findings
    if let workflow { DocumentChecker.check(workflow, node, &findings) }
    return (workflow, findings)
  }
}

extension SourceText {
  /// The file's name without `.yaml` or `.yml`.
  package var stem: String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".yaml", ".yml"] where name.hasSuffix(ending) { return String(name.dropLast(ending.count)) }
    return name
  }

  /// Whether one of the folders in the path has this name.
  package func isInFolder(_ name: String) -> Bool {
    path.split(separator: "/").dropLast().contains { $0 == name }
  }
}
