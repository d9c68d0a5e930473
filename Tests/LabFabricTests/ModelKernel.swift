import Basics
import LabFabric

/// A kernel in a few lines: understands what `KernelChange` says, refuses what a kernel refuses, forgets what a kernel forgets.
struct ModelKernel {
  struct Space: Equatable {
    var links: Set<String> = ["lo"]
    var isUp: Set<String> = []
    /// Of the bridge.
    var ports: Set<String> = []
    var addresses: Set<String> = []
    var routes: [String: String] = [:]
    var rules: Set<String> = []
    var firewall = ""
    var queues: [String: [String]] = [:]
    /// Tunnel devices: the whole line that made them.
    var tunnels: [String: String] = [:]
  }

  struct Refusal: Error, CustomStringConvertible { var description: String }

  var spaces: [String: Space] = [:]
  /// The other end of each end, both ways, as `space device`.
  var peers: [String: String] = [:]

  mutating func apply(_ change: KernelChange) throws {
    for end in change.removedWires { remove(end.space, end.device) }
    for name in change.removedSpaces {
      for device in spaces[name]?.links ?? [] { remove(name, device) }
      spaces[name] = nil
    }
    for (name, role) in change.addedSpaces {
      try check(spaces[name] == nil, "namespace \(name) exists")
      spaces[name] = Space()
      if role == .bridge { spaces[name]?.links.insert(KernelState.bridge) }
    }
    for line in change.addedWires { try addWire(line.split(separator: " ").map(String.init)) }
    for (name, space) in change.spaces {
      try check(spaces[name] != nil, "no namespace \(name)")
      for line in space.removals { try remove(line.split(separator: " ").map(String.init), in: name) }
      for line in space.additions + space.offers { try add(line.split(separator: " ").map(String.init), in: name) }
      for line in space.tc { try shape(line.split(separator: " ").map(String.init), in: name) }
      if !space.nft.isEmpty {
        spaces[name]?.firewall = space.nft.split(separator: "\n").dropFirst(2).joined(separator: "\n")
      }
    }
  }

  private func check(_ condition: Bool, _ words: @autoclosure () -> String) throws {
    if !condition { throw Refusal(description: words()) }
  }

  private mutating func addWire(_ words: [String]) throws {
    // link add name D [address M] netns S type veth peer name D [address M] netns S
    let middle = words.firstIndex(of: "peer") ?? 0
    let ends = [words[3..<middle], words[(middle + 2)...]].map { part -> (String, String) in
      (part[(part.firstIndex(of: "netns") ?? part.startIndex) + 1], part[part.startIndex])
    }
    for (space, device) in ends {
      try check(spaces[space]?.links.insert(device).inserted == true, "\(device) in \(space)")
    }
    peers["\(ends[0])"] = "\(ends[1])"
    peers["\(ends[1])"] = "\(ends[0])"
  }

  /// A device goes with everything on it, at both ends.
  private mutating func remove(_ space: String, _ device: String) {
    spaces[space]?.lose(device)
    if let peer = peers.removeValue(forKey: "\((space, device))") {
      peers[peer] = nil
      let parts = peer.split(separator: "\"")
      spaces[String(parts[1])]?.lose(String(parts[3]))
    }
  }

  private mutating func remove(_ words: [String], in space: String) throws {
    switch (words[0], words[1]) {
    case ("link", "del"): remove(space, words[3])
    case ("link", "set"):
      try check(words.last == "down" && spaces[space]?.isUp.remove(words[2]) != nil, "not up: \(words)")
      spaces[space]?.dropRoutes(over: words[2])
    case ("addr", "del"): spaces[space]?.dropAddress(words[2], on: words[4])
    case ("route", "del"):
      let key = Space.routeKey(words)
      try check(spaces[space]?.routes.removeValue(forKey: key) != nil, "no route \(words)")
    case ("rule", "del"):
      try check(spaces[space]?.rules.remove(words.dropFirst(2).joined(separator: " ")) != nil, "no rule \(words)")
    default: throw Refusal(description: "what is \(words)?")
    }
  }

  private mutating func add(_ words: [String], in space: String) throws {
    switch (words[0], words[1]) {
    case ("link", "set"):
      try check(spaces[space]?.links.contains(words[2]) == true, "no device \(words)")
      spaces[space]?.isUp.insert(words[2])
      if let bridge = words.after("master") {
        try check(spaces[space]?.links.contains(bridge) == true, "no bridge \(words)")
        spaces[space]?.ports.insert(words[2])
      }
    case ("link", "add"):
      try check(spaces[space]?.isUp.contains(words.last ?? "") == true, "no device below \(words)")
      try check(spaces[space]?.links.insert(words[3]).inserted == true, "exists: \(words)")
      spaces[space]?.tunnels[words[3]] = words.joined(separator: " ")
    case ("addr", "replace"):
      try check(spaces[space]?.links.contains(words[4]) == true, "no device \(words)")
      spaces[space]?.addresses.insert("\(words[4]) \(words[2])")
    case ("route", "replace"):
      if let device = words.after("dev") {
        try check(spaces[space]?.isUp.contains(device) == true, "device is down: \(words)")
      }
      if let source = words.after("src") {
        try check(spaces[space]?.addresses.contains { $0.contains(" \(source)/") } == true, "no source \(words)")
      }
      spaces[space]?.routes[Space.routeKey(words)] = words.joined(separator: " ")
    case ("rule", "add"):
      try check(
        spaces[space]?.rules.insert(words.dropFirst(2).joined(separator: " ")).inserted == true, "rule exists: \(words)"
      )
    default: throw Refusal(description: "what is \(words)?")
    }
  }

  private mutating func shape(_ words: [String], in space: String) throws {
    let device = words.after("dev") ?? ""
    try check(spaces[space]?.links.contains(device) == true, "no device \(words)")
    switch (words[0], words[1]) {
    case ("qdisc", "del"): try check(spaces[space]?.queues.removeValue(forKey: device) != nil, "no queue \(words)")
    case ("qdisc", "add"):
      try check(spaces[space]?.queues[device] == nil, "queue exists \(words)")
      spaces[space]?.queues[device] = []
    default:
      try check(spaces[space]?.queues[device] != nil, "no queue \(words)")
      let key = words.after("classid") ?? words.after("handle") ?? ""
      spaces[space]?.queues[device]?.removeAll { $0.hasPrefix("\(key) ") }
      spaces[space]?.queues[device]?.append("\(key) \(words.joined(separator: " "))")
    }
  }
}

extension ModelKernel.Space {
  mutating func lose(_ device: String) {
    links.remove(device)
    isUp.remove(device)
    ports.remove(device)
    addresses = addresses.filter { !$0.hasPrefix("\(device) ") }
    routes = routes.filter { $0.value.split(separator: " ").map(String.init).after("dev") != device }
    queues[device] = nil
    tunnels[device] = nil
    for (name, line) in tunnels where line.hasSuffix(" dev \(device)") { lose(name) }
  }

  /// With an address go the routes that rest on it.
  mutating func dropAddress(_ address: String, on device: String) {
    addresses.remove("\(device) \(address)")
    let own = String(address.prefix { $0 != "/" })
    routes = routes.filter { _, text in
      let words = text.split(separator: " ").map(String.init)
      return words.after("src") != own && (device == "lo" || words.after("dev") != device)
    }
  }

  mutating func dropRoutes(over device: String) {
    routes = routes.filter { $0.value.split(separator: " ").map(String.init).after("dev") != device }
  }

  static func routeKey(_ words: [String]) -> String {
    let destination = words[2] == "blackhole" ? words[3] : words[2]
    return "\(words.after("table") ?? "main") \(destination)"
  }
}

extension [String] {
  func after(_ word: String) -> String? {
    firstIndex(of: word).flatMap { $0 + 1 < count ? self[$0 + 1] : nil }
  }
}
