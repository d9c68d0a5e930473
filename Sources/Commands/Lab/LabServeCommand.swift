import ArgumentParser
import Basics
import Dispatch
import Foundation
import Glibc
import Lab
import LabFabric

/// The background process of a lab; started by `lab up` and `run --lab`, not by hand.
struct LabServeCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab serve", shouldDisplay: false) }

  @OptionGroup var global: GlobalOptions
  @Option(help: HelpText.help("option.name-of-lab", value: "name")) var name: String
  @Option(help: HelpText.help("option.folder", value: "dir")) var folder: String
  @Option(help: HelpText.help("option.port", value: "cloud=port")) var port: [String] = []
  @Option(help: HelpText.help("option.pace", value: "factor")) var pace: String?

  func run() async throws {
    let server: LabServer
    do {
      var options = LabOptions(name: name, stateFolder: folder, ports: try ports())
      if let pace { options.pace = try self.pace(pace) }
      server = try await LabServer.start(options)
    } catch {
      try refuse(error)
      throw Ending(ExitStatus.refused)
    }
    let signals = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { Task { await server.requestShutdown() } }
      source.resume()
      return source
    }
    await server.waitForShutdown()
    await server.close()
    for source in signals { source.cancel() }
  }

  private func ports() throws -> [CloudName: UInt16] {
    var ports: [CloudName: UInt16] = [:]
    for text in port {
      let sides = text.split(separator: "=").map(String.init)
      guard sides.count == 2, let cloud = CloudName(rawValue: sides[0]), let number = UInt16(sides[1]) else {
        throw Diagnostics(Diagnostic(.commandBadPort, ["text": text]))
      }
      ports[cloud] = number
    }
    return ports
  }

  private func pace(_ text: String) throws -> Pace {
    guard let factor = Double(text), factor >= 0, factor <= 1000 else {
      throw Diagnostics(Diagnostic(.commandBadPace, ["text": text]))
    }
    return Pace(factor)
  }

  /// Leaves behind, as JSON, why the lab did not start: the command that waits for it says so in the user's language.
  private func refuse(_ error: any Error) throws {
    let diagnostics = Self.diagnostics(of: error)
    let list = diagnostics.all.map { diagnostic -> Value in
      ["code": .string(diagnostic.code.rawValue), "arguments": .object(diagnostic.arguments.mapValues { .string($0) })]
    }
    _ = FileManager.default.createFile(
      atPath: "\(folder)/refused.json", contents: Data(JSONLine.compact(["diagnostics": .list(list)]).utf8),
      attributes: [.posixPermissions: 0o600])
  }

  private static func diagnostics(of error: any Error) -> Diagnostics {
    switch error {
    case let diagnostics as Diagnostics: diagnostics
    case FabricError.unavailable(let missing): missing.diagnostics
    case let missing as LabUnavailable: missing.diagnostics
    case let error as FabricError: error.diagnostics
    default: Diagnostics(Diagnostic(.commandLabStart, ["name": "", "detail": "\(error)"]))
    }
  }
}

/// What a killed lab left behind in the kernel.
enum LabRemains {
  static func cleanUp(_ name: String) { Fabric.cleanUp(name: name) }
}
