package import LabFabric

/// The port behind which packets and hosts are real: the fabric, or nothing at all for tests of the control plane.
package protocol DataPlane: Sendable {
  func apply(_ topology: Topology) async throws(FabricError)
  func startHost(_ spec: HostSpec) async throws(FabricError) -> HostInfo
  func stopHost(_ id: String) async throws(FabricError)
  func startAgain(_ id: String) async throws(FabricError) -> HostInfo
  func reboot(_ id: String) async throws(FabricError) -> HostInfo
  func removeHost(_ id: String) async throws(FabricError)
  func setLogin(_ behaviour: LoginBehaviour, of host: String) async throws(FabricError)
  /// Gives the host's SSH door the address of `spec`.
  ///
  /// Not the address by itself: Swift 6.3 passes 128-bit numbers wrongly to asynchronous functions on x86-64.
  func moveLogin(as spec: HostSpec) async throws(FabricError) -> HostInfo
  /// Runs a command inside a host as its cloud's agent would.
  func run(_ host: String, _ arguments: [String], user: String, timeout: Duration) async throws(FabricError)
    -> CommandOutcome
  func tearDown() async
}

/// The data plane of a lab with root rights: namespaces, nftables, sshd.
package struct FabricPlane: DataPlane {
  let fabric: Fabric

  package init(_ fabric: Fabric) { self.fabric = fabric }

  package func apply(_ topology: Topology) async throws(FabricError) { try await fabric.apply(topology) }

  package func startHost(_ spec: HostSpec) async throws(FabricError) -> HostInfo { try await fabric.startHost(spec) }

  package func stopHost(_ id: String) async throws(FabricError) { try await fabric.stopHost(id) }

  package func startAgain(_ id: String) async throws(FabricError) -> HostInfo {
    try await fabric.startAgain(id)
    return try await info(id)
  }

  package func reboot(_ id: String) async throws(FabricError) -> HostInfo {
    try await fabric.reboot(id)
    return try await info(id)
  }

  private func info(_ id: String) async throws(FabricError) -> HostInfo {
    guard let info = await fabric.hosts.first(where: { $0.id == id }) else { throw .noSuchHost(id) }
    return info
  }

  package func removeHost(_ id: String) async throws(FabricError) { try await fabric.removeHost(id) }

  package func setLogin(_ behaviour: LoginBehaviour, of host: String) async throws(FabricError) {
    try await fabric.setLogin(behaviour, of: host)
  }

  package func moveLogin(as spec: HostSpec) async throws(FabricError) -> HostInfo {
    try await fabric.moveLogin(of: spec.id, to: spec.loginAddress)
  }

  package func run(
    _ host: String, _ arguments: [String], user: String, timeout: Duration
  ) async throws(FabricError) -> CommandOutcome {
    try await fabric.run(host, arguments, user: user, timeout: timeout)
  }

  package func tearDown() async { await fabric.tearDown() }
}
