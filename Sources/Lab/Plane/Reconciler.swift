import Basics
import LabFabric

/// Makes the data plane equal to a wanted world: the network as a whole, the hosts one by one.
actor Reconciler {
  nonisolated let dataPlane: any DataPlane
  private let names: [String: IPAddress]
  private var hosts: [String: Actual] = [:]
  private var topology = Topology()

  private struct Actual: Sendable {
    var info: HostInfo
    var isRunning: Bool
    var boots: Int
    var login: LoginBehaviour
  }

  init(dataPlane: any DataPlane, names: [String: IPAddress]) {
    self.dataPlane = dataPlane
    self.names = names
  }

  /// Hosts that run now, by id.
  var running: [String: HostInfo] { hosts.filter(\.value.isRunning).mapValues(\.info) }

  /// Hosts go before the network that they stand in, and come after it.
  func reconcile(_ world: WantedWorld) async throws(FabricError) {
    for id in hosts.keys.sorted() where world.hosts[id] == nil { try await remove(id) }
    let dialling = Self.complete(world.topology).subtracting(Self.complete(topology))
    if world.topology != topology {
      try await dataPlane.apply(world.topology)
      topology = world.topology
    }
    for machine in dialling.sorted() { await dial(machine) }
    try await startNew(world.hosts)
    for (id, wanted) in world.hosts.sorted(by: { $0.key < $1.key }) { try await adjust(id, to: wanted) }
  }

  /// The machines whose tunnel is there at both ends.
  private static func complete(_ topology: Topology) -> Set<String> {
    Set(topology.tunnels.filter { $0.isUpAtMachine && $0.isUpAtRouter }.map(\.machine))
  }

  /// A device dials as soon as its gateway is bound, as its controller tells it to; its keepalive would do so seconds later.
  private func dial(_ machine: String) async {
    let ping = ["ping", "-c", "1", "-W", "1", DeviceAPI.peerAddress]
    _ = try? await dataPlane.run(machine, ping, user: "root", timeout: .seconds(3))
  }

  private func remove(_ id: String) async throws(FabricError) {
    try await dataPlane.removeHost(id)
    hosts[id] = nil
  }

  /// Starts side by side what is to run and was never started.
  private func startNew(_ wanted: [String: WantedHost]) async throws(FabricError) {
    let new = wanted.filter { hosts[$0.key] == nil && $0.value.isRunning }
    guard !new.isEmpty else { return }
    let starts = await withTaskGroup(of: Start.self) { group in
      for (id, host) in new {
        let spec = spec(of: host)
        group.addTask { [dataPlane] in await Self.start(id, spec, dataPlane) }
      }
      var starts: [Start] = []
      for await start in group { starts.append(start) }
      return starts
    }
    for start in starts {
      guard let host = new[start.id], let info = start.info else { continue }
      hosts[start.id] = Actual(
        info: info, isRunning: true, boots: host.boots, login: LoginBehaviour(door: host.door))
    }
    if let failure = starts.compactMap(\.failure).first { throw failure }
  }

  /// How the start of one host ended.
  private struct Start: Sendable {
    var id: String
    var info: HostInfo?
    var failure: FabricError?
  }

  private static func start(_ id: String, _ spec: HostSpec, _ plane: any DataPlane) async -> Start {
    do throws(FabricError) {
      return Start(id: id, info: try await plane.startHost(spec))
    } catch {
      return Start(id: id, failure: error)
    }
  }

  private func spec(of host: WantedHost) -> HostSpec {
    var spec = host.spec
    spec.names = names
    spec.login = LoginBehaviour(door: host.door)
    spec.loginAddress = host.address
    return spec
  }

  private func adjust(_ id: String, to wanted: WantedHost) async throws(FabricError) {
    guard var actual = hosts[id] else { return }
    if actual.isRunning, !wanted.isRunning { try await dataPlane.stopHost(id) }
    if !actual.isRunning, wanted.isRunning { actual.info = try await dataPlane.startAgain(id) }
    if actual.isRunning, wanted.isRunning, actual.boots != wanted.boots { actual.info = try await dataPlane.reboot(id) }
    (actual.isRunning, actual.boots) = (wanted.isRunning, wanted.boots)
    if wanted.isRunning, let address = wanted.address, address != actual.info.loginAddress {
      actual.info = try await dataPlane.moveLogin(as: spec(of: wanted))
    }
    let login = LoginBehaviour(door: wanted.door)
    if wanted.isRunning, actual.login != login {
      try await dataPlane.setLogin(login, of: id)
      actual.login = login
    }
    hosts[id] = actual
  }
}
