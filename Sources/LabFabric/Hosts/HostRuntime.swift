import Basics
import Glibc

/// A host of the fabric: running, or stopped with its disk kept.
struct HostRuntime: Sendable {
  var spec: HostSpec
  var address: IPAddress
  var key: HostKey
  /// The first process; `nil` while stopped.
  var first: Child?
  /// The user data's run; its value is `nil` without user data or after a failure to run it at all.
  var firstBoot: Task<CommandOutcome?, Never>?

  /// A program that runs inside the running host.
  func program(_ arguments: [String], environment: [String] = Program.plainEnvironment) throws(FabricError) -> Program {
    guard let first else { throw .noSuchHost(spec.id) }
    var program = Program(arguments: arguments, environment: environment)
    program.joins = (first.handle, .all)
    program.droppedCapabilities = HostSetUp.droppedCapabilities
    return program
  }
}

/// The user data of a host, understood.
enum UserData {
  case none
  case config(CloudConfig)
  case script(String)

  init(_ text: String?) {
    guard let text, !text.isEmpty else {
      self = .none
      return
    }
    if text.hasPrefix("#!") { self = .script(text) } else { self = CloudConfig(text).map { .config($0) } ?? .none }
  }

  /// What is run at the first boot; `nil`: nothing.
  var script: String? {
    switch self {
    case .none: nil
    case .script(let text): text
    case .config(let config):
      config.commands.isEmpty ? nil : (["#!/bin/sh"] + config.commands).joined(separator: "\n") + "\n"
    }
  }
}

extension HostSpec {
  /// The spec with what its user data says about names, keys and passwords.
  func merged(with userData: UserData) -> HostSpec {
    guard case .config(let config) = userData else { return self }
    var result = self
    if let name = config.hostname { result.hostname = name }
    result.hostKey = result.hostKey ?? config.hostKey
    if result.users.isEmpty {
      result.rootKeys += config.authorizedKeys
      result.rootPassword = config.password ?? result.rootPassword
    } else {
      result.users[0].keys += config.authorizedKeys
      result.users[0].password = config.password ?? result.users[0].password
    }
    for (name, password) in config.passwords {
      if name == "root" { result.rootPassword = password }
      for index in result.users.indices where result.users[index].name == name {
        result.users[index].password = password
      }
    }
    return result
  }
}
