import Basics
package import LabFabric
import Synchronization

/// No data plane: hosts are names, and a command on one is refused as if its agent were dead, unless a test scripts an answer.
///
/// For tests of the clouds' behaviour; a lab for rehearsals never uses it, since a ping that nobody sent must not come out green.
package final class ControlPlaneOnly: DataPlane {
  package typealias Script = @Sendable (_ host: String, _ arguments: [String]) -> CommandOutcome?

  private struct State {
    var topology = Topology()
    var hosts: [String: HostSpec] = [:]
    var boots: Int32 = 0
    var log: [String] = []
    var failure: FabricError?
  }

  private let state = Mutex(State())
  private let script: Script

  package init(commands script: @escaping Script = { _, _ in nil }) { self.script = script }

  /// The topology that was applied last.
  package var topology: Topology { state.withLock { $0.topology } }

  /// What was done to hosts, in order: `start i-1`.
  package var log: [String] { state.withLock { $0.log } }

  package func spec(of host: String) -> HostSpec? { state.withLock { $0.hosts[host] } }

  /// Makes the next call to the data plane fail.
  package func failNext(_ error: FabricError) { state.withLock { $0.failure = error } }

  package func apply(_ topology: Topology) async throws(FabricError) {
    try fail()
    state.withLock { $0.topology = topology }
  }

  package func startHost(_ spec: HostSpec) async throws(FabricError) -> HostInfo {
    try fail()
    note("start \(spec.id)")
    state.withLock { $0.hosts[spec.id] = spec }
    return try info(spec.id)
  }

  package func stopHost(_ id: String) async throws(FabricError) { note("stop \(id)") }

  package func startAgain(_ id: String) async throws(FabricError) -> HostInfo {
    note("start again \(id)")
    return try info(id)
  }

  package func reboot(_ id: String) async throws(FabricError) -> HostInfo {
    note("reboot \(id)")
    return try info(id)
  }

  package func moveLogin(as spec: HostSpec) async throws(FabricError) -> HostInfo {
    note("move \(spec.id) \(spec.loginAddress?.description ?? "")")
    state.withLock { $0.hosts[spec.id]?.loginAddress = spec.loginAddress }
    return try info(spec.id)
  }

  /// Each start is another process, as in the fabric.
  private func info(_ id: String) throws(FabricError) -> HostInfo {
    let info = state.withLock { state -> HostInfo? in
      guard let spec = state.hosts[id] else { return nil }
      state.boots += 1
      return HostInfo(
        id: id, hostname: spec.hostname,
        loginAddress: spec.loginAddress ?? IPAddress(family: .v4, number: 0x7F00_0002), loginPort: 22,
        publicKey: Self.publicKey, processID: state.boots)
    }
    guard let info else { throw .noSuchHost(id) }
    return info
  }

  /// The key of RFC 8032's first test vector; nobody answers with it.
  private static let publicKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

  package func removeHost(_ id: String) async throws(FabricError) {
    note("remove \(id)")
    state.withLock { $0.hosts[id] = nil }
  }

  package func setLogin(_ behaviour: LoginBehaviour, of host: String) async throws(FabricError) {
    note("login \(host) \(behaviour.door)")
    state.withLock { $0.hosts[host]?.login = behaviour }
  }

  package func run(
    _ host: String, _ arguments: [String], user: String, timeout: Duration
  ) async throws(FabricError) -> CommandOutcome {
    guard let outcome = script(host, arguments) else { throw .noSuchHost(host) }
    return outcome
  }

  package func tearDown() async { note("tear down") }

  private func fail() throws(FabricError) {
    let failure = state.withLock { state in
      defer { state.failure = nil }
      return state.failure
    }
    if let failure { throw failure }
  }

  private func note(_ text: String) { state.withLock { $0.log.append(text) } }
}
