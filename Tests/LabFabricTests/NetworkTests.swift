import Basics
import LabFabric
import Testing

extension RealFabricTests {
  private static let publicHost = Tutorial.address("198.51.100.99")

  @Test("two machines of one subnet reach each other through the router, which checks and counts both")
  func sameSubnet() async throws {
    try await Self.withFabric { fabric in
      try await Self.startHosts(fabric)
      #expect(try await !Self.ping(fabric, from: Tutorial.vcpe, to: Tutorial.workloadAddress))
      #expect(try await fabric.drops()["inbound eni-workload"] == 1)
      var topology = Tutorial.complete
      topology.interfaces[1].filters[0].inbound += [
        SecurityRule(.accept, .icmp, peers: [Tutorial.block("10.10.0.10/32")])
      ]
      try await fabric.apply(topology)
      #expect(try await Self.reaches(fabric, from: Tutorial.vcpe, to: Tutorial.workloadAddress))
      // A foreign source is dropped at the interface that checks, whatever the groups say.
      let forged = "ip addr add 172.16.9.9/32 dev lo && ping -n -c 1 -W 0.3 -I 172.16.9.9 10.10.0.10"
      #expect(try await !fabric.run(Tutorial.workload, ["sh", "-c", forged]).isSuccess)
      #expect(try await fabric.drops()["source check eni-workload"] == 1)
    }
  }

  @Test("an address that nobody has, and one that no rule lets out, are dropped and never reach the internet")
  func strayPackets() async throws {
    try await Self.withFabric { fabric in
      try await Self.startHosts(fabric)
      try await fabric.exposeHTTP(Self.publicHost, machinePort: 9)
      #expect(try await Self.reaches(fabric, from: Tutorial.vcpe, to: "\(Self.publicHost)"))
      #expect(try await !Self.ping(fabric, from: Tutorial.vcpe, to: "10.10.7.7"))
      // Without a public address there is no way back.
      #expect(try await !Self.ping(fabric, from: Tutorial.workload, to: "\(Self.publicHost)"))
    }
  }

  @Test("a subnet's own route table holds for its machines only, and a floating address moves at once")
  func tables() async throws {
    var topology = Tutorial.complete
    topology.networks[0].subnets.append(Subnet(id: "b", block: Tutorial.block("10.10.1.0/24"), routeTable: "rtb-b"))
    topology.networks[0].routeTables.append(RouteTable(id: "rtb-b"))
    topology.networks[0].floatingAddresses = [FloatingAddress(Tutorial.address("10.10.0.77"), holder: "eni-vcpe")]
    topology.interfaces.append(
      NetworkInterface(id: "eni-b", network: "vpc-aws", subnet: "b", address: Tutorial.address("10.10.1.5")))
    topology.machines.append(Machine(id: "b", devices: [.init(interface: "eni-b")]))
    topology.interfaces[1].filters = []
    topology.interfaces[2].filters = []
    topology.routers[0].routes[0] = Route(Tutorial.block("10.10.0.0/16"), to: .tunnel("sag-1"))
    for router in [1, 2] { topology.routers[router].routes[0].destination = Tutorial.block("10.10.0.0/16") }
    topology.networks[1].routeTables[0].routes[0].destination = Tutorial.block("10.10.0.0/16")
    try await Self.withFabric(topology) { fabric in
      try await Self.startHosts(fabric)
      _ = try await fabric.startHost(HostSpec(id: "b", hostname: "b"))
      #expect(try await Self.reaches(fabric, from: "b", to: Tutorial.workloadAddress))
      #expect(try await Self.reaches(fabric, from: Tutorial.workload, to: Tutorial.ecsAddress))
      #expect(try await !Self.ping(fabric, from: "b", to: Tutorial.ecsAddress))
      topology.networks[0].routeTables[1].routes = [Route(Tutorial.block("172.16.0.0/16"), to: .interface("eni-vcpe"))]
      try await fabric.apply(topology)
      #expect(try await Self.reaches(fabric, from: "b", to: Tutorial.ecsAddress))

      for host in [Tutorial.vcpe, Tutorial.workload] {
        _ = try await fabric.run(host, ["ip", "addr", "add", "10.10.0.77/32", "dev", "lo"])
      }
      #expect(try await Self.reaches(fabric, from: "b", to: "10.10.0.77"))
      topology.networks[0].floatingAddresses[0].holder = "eni-workload"
      try await fabric.apply(topology)
      _ = try await fabric.run(Tutorial.vcpe, ["ip", "addr", "del", "10.10.0.77/32", "dev", "lo"])
      #expect(try await Self.reaches(fabric, from: "b", to: "10.10.0.77"))
      topology.networks[0].floatingAddresses[0].holder = nil
      try await fabric.apply(topology)
      #expect(try await !Self.ping(fabric, from: "b", to: "10.10.0.77"))
    }
  }

  @Test("a ping crosses a link of 1 kbit/s that is full, and a changed bandwidth holds at once")
  func bandwidth() async throws {
    var topology = Tutorial.complete
    for interface in topology.interfaces.indices { topology.interfaces[interface].filters = [] }
    try await Self.withFabric(topology) { fabric in
      try await Self.startHosts(fabric)
      let flood =
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do head -c 1000 /dev/zero >/dev/udp/10.10.0.252/9; done"
      _ = try await fabric.run(Tutorial.ecs, ["bash", "-c", flood])
      #expect(try await Self.ping(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress, count: 5))
      topology.links[2].bandwidth = .megabits(10)
      try await fabric.apply(topology)
      let transfer = try await Self.seconds(fabric, bytes: 1_000_000)
      #expect(transfer > 0.6 && transfer < 2, "1 MB at 10 Mbit/s took \(transfer) s")
      topology.links[2].bandwidth = nil
      try await fabric.apply(topology)
      let free = try await Self.seconds(fabric, bytes: 1_000_000)
      #expect(free < 0.5, "1 MB unshaped took \(free) s")
    }
  }

  /// How long a transfer from the ECS to the workload takes, until the last byte has arrived.
  private static func seconds(_ fabric: Fabric, bytes: Int) async throws -> Double {
    let receiver = """
      use IO::Socket::INET; $s = IO::Socket::INET->new(Listen => 1, LocalPort => 7000, ReuseAddr => 1) or die;
      exit if fork; close STDOUT; close STDERR; $c = $s->accept; 1 while read $c, $_, 65536; print $c "ok";
      """
    let sender = """
      use IO::Socket::INET; use Time::HiRes qw(time); $c = IO::Socket::INET->new("10.10.0.252:7000") or die; $t = time;
      print $c "x" x \(bytes); shutdown $c, 1; read $c, $_, 2; print time - $t;
      """
    _ = try await fabric.run(Tutorial.workload, ["perl", "-e", receiver])
    let outcome = try await fabric.run(Tutorial.ecs, ["perl", "-e", sender])
    return try #require(Double(outcome.stdoutText), "\(outcome.stderrText)")
  }

  @Test("what root of a host took away comes back when everything is applied again")
  func repair() async throws {
    try await Self.withFabric { fabric in
      try await Self.startHosts(fabric)
      _ = try await fabric.run(Tutorial.workload, ["ip", "link", "del", "eth0"])
      _ = try await fabric.run(Tutorial.vcpe, ["sh", "-c", "ip link del sag0; ip route flush table main"])
      #expect(try await !Self.ping(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
      try await fabric.apply(Tutorial.complete, everything: true)
      await Self.keepAlive(fabric)
      #expect(try await Self.reaches(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
      #expect(try await Self.reaches(fabric, from: Tutorial.workload, to: Tutorial.ecsAddress))
    }
  }

  @Test("from any topology to any other, the real kernel ends up as if made afresh")
  func anyToAny() async throws {
    var generator = KernelChangeTests.Numbers(state: 7)
    try await Self.withFabric { fabric in
      for round in 0..<8 {
        let topology = KernelChangeTests.random(&generator)
        try await fabric.apply(topology)
        try await Self.withFabric(topology) { fresh in
          let (changed, made) = (try await fabric.kernelText(), try await fresh.kernelText())
          #expect(Self.comparable(changed) == Self.comparable(made), "round \(round)")
        }
      }
    }
  }

  /// Without what differs from one time to the next: hardware addresses as link-local text, the order of devices.
  private static func comparable(_ text: String) -> [String] {
    text.split(separator: "== ").map { space in
      space.split(separator: "\n").map { line in
        line.split(separator: " ").map { $0.split(separator: "@").first.map(String.init) ?? "" }.joined(separator: " ")
      }.sorted().joined(separator: "\n")
    }
  }

  @Test("a topology that refers to nothing is refused as a whole, and what was there goes on")
  func refused() async throws {
    try await Self.withFabric { fabric in
      try await Self.startHosts(fabric)
      var topology = Tutorial.complete
      topology.interfaces[0].network = "vpc-other"
      await #expect(throws: FabricError.invalidTopology([.init("interface eni-vcpe", "no network vpc-other")])) {
        try await fabric.apply(topology)
      }
      #expect(try await Self.reaches(fabric, from: Tutorial.ecs, to: Tutorial.workloadAddress))
    }
  }
}
