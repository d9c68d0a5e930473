package import Basics

extension SSHHost {
  private static let members = [
    "address", "agent", "host_key", "jump", "key", "known", "passphrase", "password", "port", "user",
  ]

  /// Whether `value` is an SSH host: a text other than `local`, or an object with an address.
  package static func describes(_ value: Value) -> Bool {
    switch value {
    case .string(let text): text != "local"
    case .object: value["via"].isNull
    default: false
    }
  }

  /// Reads the `host` value of a workflow: an address, or `{address, port, user, key | password | agent, host_key | known, jump}`.
  package init(_ value: Value) throws(StepFailure) { try self.init(value, depth: 0) }

  private init(_ value: Value, depth: Int) throws(StepFailure) {
    if !Self.describes(value), value.string != nil || !value["via"].isNull {
      throw StepFailure(.invalid, .sshNeedsSSH, ["host": value.string ?? "via"])
    }
    if let text = value.string {
      self.init(address: try Self.address(.string(text)))
      return
    }
    guard let object = value.object else { throw Self.invalid("host", value.typeName) }
    guard depth < 8 else { throw Self.invalid("jump", "depth") }
    if let unknown = object.keys.sorted().first(where: { !Self.members.contains($0) }) {
      throw Self.unknownMember(unknown)
    }
    self.init(address: try Self.address(value["address"]))
    port = try Self.port(value["port"])
    user = try Self.text(value["user"], "user") ?? "root"
    login = try Self.login(value)
    trust = try Self.trust(value)
    if !value["jump"].isNull { route = .through(try SSHHost(value["jump"], depth: depth + 1)) }
  }

  private static func unknownMember(_ name: String) -> StepFailure {
    var arguments = ["member": name, "members": members.joined(separator: ", ")]
    arguments["suggestion"] = Suggestion.nearest(to: name, in: members)
    return StepFailure(.invalid, arguments["suggestion"] == nil ? .sshHostMember : .sshHostMemberNear, arguments)
  }

  private static func address(_ value: Value) throws(StepFailure) -> String {
    guard let text = value.string, !text.isEmpty, !text.hasPrefix("-"), text.utf8.allSatisfy({ $0 > 32 && $0 != 127 })
    else { throw invalid("address", value.scalarText ?? value.typeName) }
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    return isBracketed ? String(text.dropFirst().dropLast()) : text
  }

  private static func port(_ value: Value) throws(StepFailure) -> UInt16 {
    if value.isNull { return 22 }
    guard let number = value.integer ?? value.string.flatMap({ Int($0) }), let port = UInt16(exactly: number), port > 0
    else { throw invalid("port", value.scalarText ?? value.typeName) }
    return port
  }

  private static func text(_ value: Value, _ member: String) throws(StepFailure) -> String? {
    if value.isNull { return nil }
    guard let text = value.string, !text.isEmpty, !text.utf8.contains(0) else { throw invalid(member, value.typeName) }
    return text
  }

  private static func login(_ value: Value) throws(StepFailure) -> Login {
    let key = try text(value["key"], "key")
    let password = try text(value["password"], "password")
    let agent = value["agent"].bool ?? false
    switch (key, password, agent) {
    case (nil, nil, false): return .automatic
    case (nil, nil, true): return .agent
    case (nil, let password?, false): return .password(password)
    case (let key?, nil, false):
      let source: KeySource = key.contains("-----BEGIN ") ? .text(key) : .file(key)
      return .key(source, passphrase: try text(value["passphrase"], "passphrase"))
    default: throw invalid("key", "password")
    }
  }

  private static func trust(_ value: Value) throws(StepFailure) -> Trust {
    let text = try text(value["host_key"], "host_key")
    let known = try Self.text(value["known"], "known")
    switch (known, text) {
    case (nil, nil): return .recorded
    case ("first-use", nil): return .firstUse
    case (nil, let text?), ("pinned", let text?): return .pinned(try keys(HostKey.list(text)))
    case ("console", let text?): return .pinned(try keys(HostKey.console(text)))
    case ("pinned", nil): return .recorded
    default: throw invalid("known", known ?? "")
    }
  }

  private static func keys(_ keys: [HostKey]) throws(StepFailure) -> [HostKey] {
    if keys.isEmpty { throw StepFailure(.invalid, .sshHostKeyUnreadable) }
    return keys
  }

  /// The value itself is never quoted when it may be a secret: only scalars of harmless members reach a message.
  private static func invalid(_ member: String, _ found: String) -> StepFailure {
    StepFailure(.invalid, .sshHostInvalid, ["member": member, "found": found])
  }
}
