import Basics
import LabFabric
import Testing

@Suite("The difference between two topologies")
struct KernelChangeTests {
  private static func change(_ from: Topology, _ to: Topology) -> KernelChange {
    KernelChange(from: KernelCompiler.compile(from), to: KernelCompiler.compile(to))
  }

  private static func edited(_ edit: (inout Topology) -> Void) -> Topology {
    var topology = Tutorial.complete
    edit(&topology)
    return topology
  }

  @Test("nothing changes nothing")
  func same() {
    #expect(Self.change(Tutorial.complete, Tutorial.complete).isEmpty)
  }

  @Test("a route is one line in one namespace")
  func route() {
    let change = Self.change(Tutorial.complete, Self.edited { $0.networks[0].routeTables[0].routes.removeLast() })
    #expect(change.spaces.map(\.name) == ["net.vpc-aws"])
    #expect(change.spaces.first?.change.removals == ["route del 172.16.0.0/16"])
    #expect(change.spaces.first?.change.additions == [])
    let back = Self.change(Self.edited { $0.networks[0].routeTables[0].routes.removeLast() }, Tutorial.complete)
    let device = KernelNames.device("e", "eni-vcpe")
    #expect(back.spaces.first?.change.additions == ["route replace 172.16.0.0/16 via 10.10.0.10 dev \(device) onlink"])
  }

  @Test("IPv6 routes, blocks and peers have no effect")
  func version6() {
    let change = Self.change(
      Tutorial.complete,
      Self.edited {
        $0.networks[0].blocks.append(Tutorial.block("2001:db8::/56"))
        $0.networks[0].routeTables[0].routes.append(Route(Tutorial.block("::/0"), to: .internet))
        $0.interfaces[1].filters[0].inbound.append(SecurityRule(.accept, .any, peers: [Tutorial.block("::/0")]))
      })
    #expect(change.isEmpty)
  }

  @Test("a security rule or a check is one new ruleset and nothing else")
  func firewall() {
    for edit: (inout Topology) -> Void in [
      { $0.interfaces[1].filters[0].inbound = [] }, { $0.interfaces[0].checksSourceAndDestination = true },
    ] {
      let change = Self.change(Tutorial.complete, Self.edited(edit))
      #expect(change.spaces.map(\.name) == ["net.vpc-aws"])
      #expect(change.spaces.first?.change.additions == [] && change.spaces.first?.change.removals == [])
      #expect(change.spaces.first?.change.nft.hasPrefix("table ip lab\ndelete table ip lab\ntable ip lab {\n") == true)
    }
  }

  @Test("a link that went and came is there again with its routes and shapers at both ends")
  func link() throws {
    var kernel = ModelKernel()
    try kernel.apply(KernelChange(from: KernelState(), to: KernelCompiler.compile(Tutorial.complete)))
    let complete = kernel.spaces
    let without = Self.edited { $0.links.remove(at: 2) }
    try kernel.apply(Self.change(Tutorial.complete, without))
    #expect(kernel.spaces["router.tr-hangzhou"]?.routes["main 10.10.0.0/24"] == "route replace blackhole 10.10.0.0/24")
    try kernel.apply(Self.change(without, Tutorial.complete))
    #expect(kernel.spaces == complete)
  }

  @Test("from any topology to any other, the kernel accepts every line and ends up as if made afresh")
  func anyToAny() throws {
    var generator = Numbers(state: 41)
    var kernel = ModelKernel()
    var before = KernelState()
    for round in 0..<300 {
      let topology = Self.random(&generator)
      #expect(topology.problems == [])
      let after = KernelCompiler.compile(topology)
      do { try kernel.apply(KernelChange(from: before, to: after)) } catch {
        Issue.record("round \(round): \(error)")
        return
      }
      var fresh = ModelKernel()
      try fresh.apply(KernelChange(from: KernelState(), to: after))
      #expect(kernel.spaces == fresh.spaces, "round \(round)")
      #expect(kernel.peers == fresh.peers, "round \(round)")
      before = after
    }
  }

  /// The tutorial with parts missing, doubled, moved.
  static func random(_ generator: inout Numbers) -> Topology {
    var topology = Tutorial.complete
    for index in topology.interfaces.indices {
      if generator.next(3) == 0 { topology.interfaces[index].filters = [] }
      if generator.next(4) == 0 { topology.interfaces[index].checksSourceAndDestination.toggle() }
      if generator.next(5) == 0 { topology.interfaces[index].hardwareAddress = "02:00:00:00:00:0\(generator.next(3))" }
    }
    if generator.next(3) == 0 { topology.interfaces[1].address = Tutorial.address("10.10.0.\(generator.next(3) + 20)") }
    if generator.next(3) == 0 { topology.interfaces[0].publicAddress = .none }
    if generator.next(4) == 0 { topology.networks[0].hasInternetGateway = false }
    if generator.next(3) == 0 {
      topology.networks[0].routeTables.append(
        RouteTable(id: "other", routes: [Route(Tutorial.block("0.0.0.0/0"), to: .interface("eni-vcpe"))]))
      topology.networks[0].subnets[0].routeTable = generator.next(2) == 0 ? "other" : nil
    }
    if generator.next(3) == 0 { topology.networks[1].routeTables[0].routes[0].target = .blackhole }
    topology.networks[0].floatingAddresses = (0..<generator.next(3)).map {
      FloatingAddress(Tutorial.address("10.10.0.\(100 + $0)"), holder: generator.next(2) == 0 ? "eni-vcpe" : nil)
    }
    for index in topology.networks.indices where generator.next(3) == 0 {
      topology.networks[index].subnets[0].isSwitched = true
      if generator.next(3) == 0 { topology.networks[index].subnets[0].gateway = topology.interfaces[index * 2].address }
    }
    for index in topology.machines.indices {
      if generator.next(4) == 0 { topology.machines[index].devices[0].isConfigured = false }
      if generator.next(3) == 0 {
        topology.machines[index].pushedRoutes = [
          .init(Tutorial.block("192.168.\(generator.next(2)).0/24"), via: Tutorial.address("10.10.0.10"))
        ]
      }
    }
    for index in topology.tunnels.indices {
      topology.tunnels[index].isUpAtMachine = generator.next(2) == 0
      topology.tunnels[index].isUpAtRouter = generator.next(2) == 0
    }
    if generator.next(4) == 0 {
      var second = topology.tunnels[0]
      second.id = "sag-0"
      second.machineRoutes = [Tutorial.block("192.168.0.0/16")]
      topology.tunnels.append(second)
    }
    topology.links.removeAll { _ in generator.next(4) == 0 }
    for index in topology.links.indices where generator.next(2) == 0 {
      topology.links[index].bandwidth = generator.next(2) == 0 ? nil : .megabits(generator.next(3) + 1)
    }
    if generator.next(5) == 0 { topology.machines.removeAll { $0.id == Tutorial.workload } }
    if generator.next(5) == 0 { topology.machines.removeAll { $0.id == Tutorial.vcpe }; topology.tunnels = [] }
    if generator.next(6) == 0 { topology.links = []; topology.routers.removeLast() }
    return topology
  }

  /// Numbers that are the same in every run.
  struct Numbers {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  @Test("names fit the kernel and tell ids apart")
  func names() {
    let ids = (0..<2000).map { "eni-\($0)" } + ["/subscriptions/a b/é", ""]
    let devices = Set(ids.map { KernelNames.device("e", $0) })
    #expect(devices.count == ids.count && devices.allSatisfy { $0.utf8.count <= 15 })
    #expect(KernelNames.space("net", "/subscriptions/a b/é").utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 32 })
    let addresses = KernelNames.routerAddresses(ids)
    #expect(Set(addresses.values).count == ids.count)
    #expect(addresses.values.allSatisfy { Tutorial.block("100.64.0.0/10").contains($0) })
  }

  @Test("problems of a topology are all named at once")
  func problems() {
    let broken = Self.edited {
      $0.interfaces[0].subnet = "none"
      $0.interfaces[1].address = Tutorial.address("10.99.0.1")
      $0.interfaces.append($0.interfaces[2])
      $0.machines[0].devices[0].name = "a name'with quotes"
      $0.links[0].to = .network("gone")
      $0.tunnels[0].router = "tr-hangzhou"
    }
    #expect(
      broken.problems.map(\.description) == [
        "interface eni-ecs: given twice", "interface eni-vcpe: no subnet none",
        "interface eni-workload: address 10.99.0.1 is not in 10.10.0.0/24",
        "machine ecs a name'with quotes: not a device name", "link ccn-cen: no network gone",
        "tunnel sag-1: router tr-hangzhou has no public address",
      ])
  }

  @Test("a rule with overlapping blocks names the widest, one without peers matches nobody, one for all names none")
  func rules() {
    let topology = Self.edited {
      $0.interfaces[1].filters[0].inbound = [
        SecurityRule(.accept, .tcp(22...22), peers: [Tutorial.block("10.0.0.0/8"), Tutorial.block("10.1.0.0/16")]),
        SecurityRule(.accept, .udp(nil), peers: []), SecurityRule(.drop, .ip(47), peers: Tutorial.anywhere),
      ]
    }
    let text = KernelCompiler.compile(topology).spaces["net.vpc-aws"]?.firewall ?? ""
    #expect(text.contains("ip saddr { 10.0.0.0/8 } tcp dport 22-22 return\n"))
    #expect(!text.contains("l4proto udp"))
    #expect(text.contains("    meta l4proto 47 counter drop"))
  }

  @Test("a rule may name the machine's side, which is the other end of the packet in each direction")
  func near() {
    let topology = Self.edited {
      let near = [Tutorial.block("172.16.1.0/24")]
      let own = SecurityRule(.accept, .icmp, peers: [Tutorial.block("10.0.0.0/8")], near: near)
      $0.interfaces[1].filters[0].inbound = [own]
      $0.interfaces[1].filters[0].outbound = [own, SecurityRule(.accept, .any, peers: Tutorial.anywhere, near: [])]
    }
    let text = KernelCompiler.compile(topology).spaces["net.vpc-aws"]?.firewall ?? ""
    #expect(text.contains("ip saddr { 10.0.0.0/8 } ip daddr { 172.16.1.0/24 } meta l4proto icmp return\n"))
    #expect(
      text.contains("ip daddr { 10.0.0.0/8 } ip saddr { 172.16.1.0/24 } meta l4proto icmp return\n    counter drop"))
  }
}
