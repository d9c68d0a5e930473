package import Basics
import CLinux
import Glibc

extension Fabric {
  /// Makes `topology` real: only the difference to what was applied before is changed.
  ///
  /// Applying the same value again changes nothing. `everything` looks for devices that somebody took away (root of a host can) and
  /// writes all addresses, routes and rules again. After an error, what the kernel holds is unknown, and the next call does so too.
  package func apply(_ topology: Topology, everything: Bool = false) throws(FabricError) {
    let problems = topology.problems
    if !problems.isEmpty { throw .invalidTopology(problems) }
    try tell(KernelCompiler.compile(topology, services: Set(services.keys)), everything: everything || isUncertain)
    self.topology = topology
  }

  /// Makes `http://ADDRESS:PORT` inside the fabric's internet reach `127.0.0.1:machinePort`, until the fabric ends.
  ///
  /// Machines reach it through their network's internet gateway, like any address on the internet. Bytes are forwarded unchanged.
  /// - Parameter address: one that nothing else in the fabric has, best out of 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/24.
  package func exposeHTTP(_ address: IPAddress, port: UInt16 = 80, machinePort: UInt16) throws(FabricError) {
    let anchor = try held()
    var addresses = Set(services.keys)
    addresses.insert(address)
    try tell(KernelCompiler.compile(topology, services: addresses), everything: false)
    let network = try Descriptor.open(anchor.path("\(Anchor.networks)/\(KernelNames.internet)"), O_RDONLY)
    let forwarder = try Forwarder(address: address, port: port, machinePort: machinePort, network: network)
    services[address, default: []].append(forwarder)
  }

  /// How many packets each check or filter has dropped, by its comment such as `inbound eni-7`.
  package func drops() throws(FabricError) -> [String: Int] {
    let spaces = applied.spaces.keys.filter { applied.spaces[$0]?.firewall.isEmpty == false }.sorted()
    let text = try held().output(
      script: spaces.map { "nsenter --net=\(Anchor.networks)/\($0) nft list table ip lab\n" }.joined())
    return text.split(separator: "\n").reduce(into: [:]) { result, line in
      guard let counter = line.firstRange(of: "counter packets "), let comment = line.firstRange(of: " comment \"")
      else { return }
      let count = Int(line[counter.upperBound...].prefix { $0.isNumber }) ?? 0
      result[String(line[comment.upperBound...].prefix { $0 != "\"" }), default: 0] += count
    }
  }

  /// What the kernel really holds, namespace by namespace, for people: addresses, rules, routes, firewall, shapers.
  package func kernelText() throws(FabricError) -> String {
    let script = applied.spaces.keys.sorted().map { name in
      """
      echo "== \(name)"
      nsenter --net=\(Anchor.networks)/\(name) sh -c 'ip -br -4 addr; ip -4 rule; ip -4 route show table all | sort; \
      nft -s list ruleset; tc qdisc show; ip -br link | \
      while read -r d rest; do tc class show dev "${d%%@*}"; done; ip -d -o link show type vxlan | sed "s/.*vxlan id/vxlan id/"'

      """
    }
    return try held().output(script: script.joined())
  }

  /// Brings the kernel from `applied` to `wanted`.
  private func tell(_ wanted: KernelState, everything: Bool) throws(FabricError) {
    let anchor = try held()
    let known = everything ? try surviving(anchor) : applied
    let change = KernelChange(from: known, to: wanted)
    applied = wanted
    if change.isEmpty { return }
    log(change.script)
    isUncertain = true
    try anchor.run(script: change.script)
    isUncertain = false
  }

  /// What of `applied` is certain: namespaces and devices that are there, and nothing of what is on them.
  private func surviving(_ anchor: Anchor) throws(FabricError) -> KernelState {
    let names = applied.spaces.keys.sorted()
    let script = names.map { name in
      // Rules in a machine are its root's.
      let rules =
        applied.spaces[name]?.role == .router ? "while ip -n \(name) rule del pref 1000 2>/dev/null; do :; done\n" : ""
      return "echo : \(name)\nip -n \(name) -o link show 2>/dev/null || echo gone\n\(rules)"
    }
    var devices: [String: Set<String>] = [:]
    var space = ""
    for line in try anchor.output(script: script.joined()).split(separator: "\n") {
      if line.hasPrefix(": ") {
        space = String(line.dropFirst(2))
      } else if line != "gone" {
        let device = line.split(separator: " ").dropFirst().first?.prefix { $0 != "@" && $0 != ":" } ?? ""
        devices[space, default: []].insert(String(device))
      }
    }
    return applied.reduced(to: devices)
  }

  /// Makes the network of a machine without processes afresh: what its root had done to it is forgotten, as in a restart.
  func renewNetwork(of machine: String) throws(FabricError) {
    let name = KernelNames.space("host", machine)
    var without = applied
    without.spaces[name] = nil
    without.pairs = applied.pairs.filter { $0.value.first.space != name && $0.value.second.space != name }
    for pair in applied.pairs.values where [pair.first.space, pair.second.space].contains(name) {
      for end in [pair.first, pair.second] { without.spaces[end.space]?.lose(end.device) }
    }
    let wanted = applied
    try tell(without, everything: false)
    try tell(wanted, everything: false)
  }

  private func log(_ text: String) {
    let path = "\(stateFolder)/network.log"
    if let file = try? Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND) { _ = file.write(all: text.utf8) }
  }
}

extension KernelState {
  /// Itself without what is not there any more, and without what is easily written again.
  ///
  /// - Parameter devices: by namespace; a namespace that is missing is gone.
  func reduced(to devices: [String: Set<String>]) -> KernelState {
    var result = KernelState()
    for (name, space) in spaces where devices[name] != nil {
      result.spaces[name] = Space(space.role)
      result.spaces[name]?.vxlans = space.vxlans.filter { devices[name]?.contains($0.key) == true }
      result.spaces[name]?.shapers = space.shapers.filter { devices[name]?.contains($0.key) == true }
    }
    result.pairs = pairs.filter { _, pair in
      [pair.first, pair.second].allSatisfy { devices[$0.space]?.contains($0.device) == true }
    }
    // Whatever is to be up is told so again.
    for end in result.pairs.values.flatMap({ [$0.first, $0.second] }) {
      result.spaces[end.space]?.idle.insert(end.device)
    }
    return result
  }
}
