import ArgumentParser
import Basics
import CloudClient
import CloudWire
import Foundation
import LabFabric
import ProviderModel
import Reporting

/// `causeway doctor`: what this machine has and lacks, one fix per line.
struct DoctorCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("doctor") }

  /// One thing that was looked at.
  struct Finding {
    var name: String
    var isGood: Bool
    /// Whether anything works without it.
    var isOptional = false
    var arguments: [String: String] = [:]
  }

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let session = Session(global)
    let findings = [homes(session), journal(session)] + labs() + credentials(session) + [agent(session)]
    if session.options.json {
      session.result(["findings": .list(findings.map { value($0, session) })])
    } else {
      for finding in findings { session.surroundings.output.lines(lines(finding, session)) }
    }
    let missing = findings.filter { !$0.isGood && !$0.isOptional }.count
    if missing > 0 {
      if !session.options.json { session.talk("doctor.fix", ["count": String(missing)]) }
      throw Ending(ExitStatus.stepFailed)
    }
    if !session.options.json { session.talk("doctor.good") }
  }

  private func homes(_ session: Session) -> Finding {
    let folders = session.homes.folders
    return Finding(
      name: "homes", isGood: !session.homes.workflowNames.isEmpty && !session.homes.providerNames.isEmpty,
      arguments: ["path": folders.joined(separator: ", ")])
  }

  private func journal(_ session: Session) -> Finding {
    let folder = session.stateFolder
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return Finding(
      name: "journal", isGood: FileManager.default.isWritableFile(atPath: folder), arguments: ["path": folder])
  }

  private func labs() -> [Finding] {
    let missing = LabUnavailable(Fabric.missingRequirements()).diagnostics.all
    if missing.isEmpty { return [Finding(name: "lab", isGood: true, isOptional: true)] }
    return missing.map { diagnostic in
      Finding(
        name: "lab", isGood: false, isOptional: true,
        arguments: ["cause": HelpText.phrases.text(diagnostic.code, diagnostic.arguments)])
    }
  }

  private func credentials(_ session: Session) -> [Finding] {
    let library = Library(homes: session.homes).providers
    let finder = CredentialFinder(environment: session.surroundings.environment, home: session.surroundings.home)
    return library.names.compactMap { name in
      guard let provider = try? library.provider(name), provider.wireProtocol != .builtin else { return nil }
      do throws(StepFailure) {
        let found = try finder.credentials(for: provider)
        return Finding(
          name: "credentials", isGood: true, isOptional: true, arguments: ["provider": name, "source": found.source])
      } catch {
        let cause = session.phrases.text(error.code, error.arguments)
        return Finding(
          name: "credentials", isGood: false, isOptional: true,
          arguments: ["provider": name, "source": "-", "cause": cause])
      }
    }
  }

  private func agent(_ session: Session) -> Finding {
    let socket = session.surroundings.environment["SSH_AUTH_SOCK"] ?? ""
    return Finding(name: "agent", isGood: !socket.isEmpty, isOptional: true, arguments: ["path": socket])
  }

  private func lines(_ finding: Finding, _ session: Session) -> [String] {
    let style = session.resultStyle
    let mark =
      finding.isGood
      ? style.paint("✓", .green) : style.paint(finding.isOptional ? "-" : "✗", finding.isOptional ? .yellow : .red)
    var lines = ["\(mark) \(session.phrases.label("doctor.\(finding.name)", finding.arguments))"]
    if !finding.isGood { lines.append("    \(session.phrases.label("doctor.\(finding.name)-fix", finding.arguments))") }
    return lines
  }

  private func value(_ finding: Finding, _ session: Session) -> Value {
    [
      "name": .string(finding.name), "good": .bool(finding.isGood), "optional": .bool(finding.isOptional),
      "text": .string(session.phrases.label("doctor.\(finding.name)", finding.arguments)),
      "fix": finding.isGood ? .null : .string(session.phrases.label("doctor.\(finding.name)-fix", finding.arguments)),
    ]
  }
}
