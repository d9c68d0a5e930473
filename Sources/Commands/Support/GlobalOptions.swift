import ArgumentParser
import Reporting

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: HelpText.help("option.home", value: "dir")) var home: String?
  @Option(help: HelpText.help("option.state", value: "path")) var state: String?
  @Option(help: HelpText.help("option.lang", value: "en|zh")) var lang: String?
  @Flag(name: .customLong("json"), help: HelpText.help("option.json")) var json = false
  @Flag(name: .customLong("no-color"), help: HelpText.help("option.no-color")) var noColor = false
}

/// Where the inputs of a workflow, or of a fixture, come from.
struct InputOptions: ParsableArguments {
  @Option(name: [.customShort("i"), .customLong("input")], help: HelpText.help("option.input", value: "name=value"))
  var inputs: [String] = []
  @Option(
    name: [.customShort("f"), .customLong("inputs-file")], help: HelpText.help("option.inputs-file", value: "file"))
  var inputFiles: [String] = []

  var isEmpty: Bool { inputs.isEmpty && inputFiles.isEmpty }
}

/// The options of a command that makes a plan from a workflow and inputs.
struct WorkflowOptions: ParsableArguments {
  @Argument(help: HelpText.help("argument.workflow", value: "workflow"), completion: Completions.workflows)
  var workflow: String
  @OptionGroup var given: InputOptions
  @Option(help: HelpText.help("option.account", value: "name=profile")) var account: [String] = []
}
