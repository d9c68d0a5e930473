import ArgumentParser
import Basics
import Foundation
import Glibc
import Lab
import Reporting

/// `causeway lab`: the rehearsal ground.
struct LabCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    HelpText.command(
      "lab",
      subcommands: [
        LabUpCommand.self, LabDownCommand.self, LabStatusCommand.self, LabHostsCommand.self, LabSSHCommand.self,
        LabLedgerCommand.self, LabFaultCommand.self, LabServeCommand.self,
      ])
  }
}

/// Which lab a command means: `--name`, else the only one that runs, else `default`.
struct LabName: ParsableArguments {
  @Option(help: HelpText.help("option.name-of-lab", value: "name")) var name: String?

  func handle(_ session: Session) throws -> LabHandle {
    let keeper = LabKeeper(session: session)
    let running = LabFolder.names(session).compactMap { keeper.running($0) }
    if let name {
      guard let handle = running.first(where: { $0.name == name }) else {
        throw Refused(.commandLabNotRunning, ["name": name, "detail": ""])
      }
      return handle
    }
    guard let handle = running.count == 1 ? running[0] : running.first(where: { $0.name == "default" }) else {
      let names = running.map(\.name).joined(separator: ", ")
      throw Refused(.commandLabNotRunning, ["name": "default", "detail": names])
    }
    return handle
  }
}

/// `causeway lab up`: starts a lab, with the test ground of a tutorial when one is named.
struct LabUpCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab up") }

  @OptionGroup var global: GlobalOptions
  @Option(help: HelpText.help("option.name-of-lab", value: "name")) var name = "default"
  @Option(help: HelpText.help("option.fixture", value: "workflow")) var fixture: String?
  @OptionGroup var inputs: InputOptions
  @Option(help: HelpText.help("option.fault", value: "cloud:action:kind:count")) var fault: [String] = []
  @Option(help: HelpText.help("option.port", value: "cloud=port")) var port: [String] = []
  @Option(help: HelpText.help("option.pace", value: "factor")) var pace: String?

  func run() async throws {
    for fault in fault { _ = try Fault(fault) }
    let session = Session(global)
    if fixture == nil, !inputs.isEmpty { throw Diagnostics(Diagnostic(.commandInputsOfNothing)) }
    let keeper = LabKeeper(session: session)
    let handle = try await keeper.up(
      name: name, fixture: fixture, given: inputs, isEphemeral: false, ports: port, pace: pace)
    try await handle.admin.arm(fault)
    if session.options.json {
      // Keys and logins are what this command is for; nothing is masked.
      session.surroundings.output.line(JSONLine.pretty(handle.description))
    } else {
      var table = TextTable()
      for (cloud, endpoint) in handle.endpoints.sorted(by: { $0.key < $1.key }) { table.add([cloud, endpoint]) }
      session.surroundings.output.lines(table.lines())
    }
  }
}

/// `causeway lab down`: ends labs, and cleans up what a `kill -9` left behind.
struct LabDownCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab down") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var lab: LabName
  @Flag(help: HelpText.help("option.all-labs")) var all = false

  func run() async throws {
    let session = Session(global)
    let keeper = LabKeeper(session: session)
    if all { return await end(all: LabFolder.names(session), session, keeper) }
    // A name whose process died is cleaned up too.
    if let name = lab.name, keeper.running(name) == nil, LabFolder.names(session).contains(name) {
      return await end(all: [name], session, keeper)
    }
    let handle = try lab.handle(session)
    await keeper.down(handle)
    session.talk("lab.down", ["name": handle.name])
  }

  private func end(all names: [String], _ session: Session, _ keeper: LabKeeper) async {
    if names.isEmpty { session.talk("lab.none") }
    for name in names {
      if let handle = keeper.running(name) {
        await keeper.down(handle)
        session.talk("lab.down", ["name": name])
      } else {
        LabRemains.cleanUp(name)
        LabFolder(name: name, session: session).remove()
        session.talk("lab.cleaned", ["name": name])
      }
    }
  }
}

/// `causeway lab status`: the labs that run.
struct LabStatusCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab status") }

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let session = Session(global)
    let keeper = LabKeeper(session: session)
    let running = LabFolder.names(session).compactMap { keeper.running($0) }
    if session.options.json {
      session.result([
        "labs": .list(
          running.map {
            ["name": .string($0.name), "pid": $0.description["pid"], "endpoints": $0.description["endpoints"]]
          })
      ])
      return
    }
    if running.isEmpty { return session.talk("lab.none") }
    var table = TextTable()
    for lab in running {
      let endpoints = lab.endpoints.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      table.add([lab.name, lab.description["pid"].scalarText ?? "", endpoints.joined(separator: "  ")])
    }
    session.surroundings.output.lines(table.lines())
  }
}

/// `causeway lab hosts`: the machines of a lab and how to log in.
struct LabHostsCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab hosts") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var lab: LabName

  func run() async throws {
    let session = Session(global)
    let hosts = try await lab.handle(session).admin.get("/hosts")
    if session.options.json { return session.surroundings.output.line(JSONLine.pretty(hosts)) }
    var table = TextTable()
    for host in hosts["hosts"].list ?? [] {
      table.add(["id", "hostname", "address", "port"].map { SafeText.line(host[$0].scalarText ?? "") })
    }
    session.surroundings.output.lines(table.lines())
  }
}

/// `causeway lab ssh HOST [COMMAND...]`: a shell, or one command, on a machine of the lab, as root.
struct LabSSHCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab ssh") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var lab: LabName
  @Argument(help: HelpText.help("argument.host", value: "host")) var host: String
  @Argument(parsing: .captureForPassthrough, help: HelpText.help("argument.command", value: "command")) var command:
    [String] = []

  func run() async throws {
    let session = Session(global)
    let handle = try lab.handle(session)
    let hosts = try await handle.admin.get("/hosts")["hosts"].list ?? []
    guard let found = hosts.first(where: { [$0["id"], $0["hostname"], $0["address"]].contains(.string(host)) }) else {
      let known = hosts.compactMap { $0["hostname"].string }.joined(separator: ", ")
      throw Diagnostics(Diagnostic(.commandNoLabHost, ["name": host, "known": known]))
    }
    // The host's namespaces are entered, so that no login key is needed and a host without a public address can be reached too.
    let process = found["pid"].scalarText ?? ""
    let words =
      ["nsenter", "-t", process, "-m", "-p", "-n", "-u", "-r", "-w"]
      + (command.isEmpty ? ["/bin/bash", "-l"] : command)
    var pointers = words.map { strdup($0) } + [nil]
    execvp("nsenter", &pointers)
    throw Diagnostics(Diagnostic(.commandNoLabHost, ["name": host, "known": String(cString: strerror(errno))]))
  }
}

/// `causeway lab ledger`: every resource ever made in a lab, every purchase, every call.
struct LabLedgerCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab ledger") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var lab: LabName

  func run() async throws {
    let session = Session(global)
    let ledger = try await lab.handle(session).admin.get("/ledger")
    if session.options.json { return session.surroundings.output.line(JSONLine.pretty(ledger)) }
    var table = TextTable()
    for entry in ledger["resources"].list ?? [] {
      table.add(
        ["cloud", "kind", "id", "name", "created_at", "deleted_at", "paid"].map {
          SafeText.line(entry[$0].scalarText ?? "")
        })
    }
    session.surroundings.output.lines(table.lines())
  }
}

/// `causeway lab fault`: arms a fault in a running lab.
struct LabFaultCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("lab fault") }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var lab: LabName
  @Argument(help: HelpText.help("option.fault", value: "cloud:action:kind:count")) var faults: [String]

  func run() async throws {
    let handle = try lab.handle(Session(global))
    try await handle.admin.arm(faults)
  }
}
