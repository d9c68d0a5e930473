import ArgumentParser
import Basics
import Foundation
import Glibc
import Reporting
import RunEngine

/// The tool: parses the command line, runs one command, and turns every error into words and an exit status.
package enum CausewayTool {
  package static let version = "0.1.0"

  package static func run() async {
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Causeway.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let ending as Ending {
      exit(ending.status)
    } catch let diagnostics as Diagnostics {
      fail(diagnostics, status: ExitStatus.wrongUse)
    } catch let diagnostic as Diagnostic {
      fail(Diagnostics(diagnostic), status: ExitStatus.wrongUse)
    } catch let refusal as RunRefusal {
      fail(refusal.diagnostics, status: refusal.exitStatus)
    } catch let failure as JournalFailure {
      fail(Diagnostics(failure.diagnostic), status: failure.exitStatus)
    } catch let refused as Refused {
      fail(refused.diagnostics, status: ExitStatus.refused)
    } catch {
      guard Causeway.exitCode(for: error) == .validationFailure else { Causeway.exit(withError: error) }
      Surroundings.ofThisProcess().errors.line(Causeway.fullMessage(for: error))
      exit(ExitStatus.wrongUse)
    }
  }

  private static func fail(_ diagnostics: Diagnostics, status: Int32) {
    let arguments = CommandLine.arguments
    let surroundings = Surroundings.ofThisProcess()
    let text = DiagnosticText(
      phrases: HelpText.phrases,
      style: arguments.contains("--no-color")
        ? Style(isColoured: false)
        : Style(isTerminal: surroundings.errors.isTerminal, environment: surroundings.environment))
    if arguments.contains("--json") {
      surroundings.output.line(
        JSONLine.pretty([
          "diagnostics": .list(diagnostics.all.map { text.value($0) }), "exit_status": .integer(Int(status)),
        ]))
    }
    surroundings.errors.lines(text.lines(diagnostics))
    exit(status)
  }
}

/// What was asked for is refused for now: approval, credentials, a lab that cannot run here (exit 4).
struct Refused: Error {
  let diagnostics: Diagnostics
  init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  init(_ code: Diagnostic.Code, _ arguments: [String: String] = [:]) {
    diagnostics = Diagnostics(Diagnostic(code, arguments))
  }
}

struct Causeway: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "causeway", abstract: HelpText.phrases.label("tool.abstract"),
      discussion: HelpText.phrases.label("tool.more"), version: CausewayTool.version,
      subcommands: [
        ListCommand.self, ShowCommand.self, ValidateCommand.self, PlanCommand.self, RunCommand.self,
        ResumeCommand.self, AnswerCommand.self, StatusCommand.self, RunsCommand.self, LogsCommand.self,
        VerifyCommand.self, DriftCommand.self, DestroyCommand.self, BillCommand.self, GraphCommand.self,
        ReportCommand.self,
        LabCommand.self, ProvidersCommand.self, DoctorCommand.self,
      ])
  }
}
