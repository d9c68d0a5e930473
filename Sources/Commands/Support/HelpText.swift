import ArgumentParser
import Basics
import Foundation
import Reporting

/// The help texts, in the language that the command line or the environment asks for.
///
/// Help is composed before the arguments are parsed, so `--lang` is looked for by hand.
enum HelpText {
  static let phrases: Phrasebook = {
    let arguments = CommandLine.arguments
    var option: String?
    for (index, argument) in arguments.enumerated() {
      if argument == "--lang", arguments.indices.contains(index + 1) { option = arguments[index + 1] }
      if argument.hasPrefix("--lang=") { option = String(argument.dropFirst("--lang=".count)) }
    }
    return Phrasebook(.chosen(option: option, environment: ProcessInfo.processInfo.environment))
  }()

  static func help(_ name: String) -> ArgumentHelp { ArgumentHelp(phrases.text(Diagnostic.Code("help.\(name)"))) }

  static func help(_ name: String, value: String) -> ArgumentHelp {
    ArgumentHelp(phrases.text(Diagnostic.Code("help.\(name)")), valueName: value)
  }

  /// A command's configuration: its abstract, and below the options a discussion with an example.
  static func command(
    _ name: String, shouldDisplay: Bool = true, subcommands: [any ParsableCommand.Type] = [], aliases: [String] = []
  ) -> CommandConfiguration {
    let key = name.replacing(" ", with: "-")
    return CommandConfiguration(
      commandName: name.split(separator: " ").last.map(String.init),
      abstract: phrases.text(Diagnostic.Code("help.\(key).abstract")),
      discussion: phrases.codes.contains("help.\(key).more") ? phrases.text(Diagnostic.Code("help.\(key).more")) : "",
      shouldDisplay: shouldDisplay, subcommands: subcommands, aliases: aliases)
  }
}
