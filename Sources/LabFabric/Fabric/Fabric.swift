package import Basics

/// The lab's data plane: real namespaces, routes, firewalls and hosts on this machine, none of them visible outside the fabric.
///
/// Everything lives below one anchor process with its own process, mount and network namespace. The anchor ends when this process ends,
/// however it ends, and takes every process, mount and namespace of the lab with it; nothing is ever made in the machine's own network.
package actor Fabric {
  package nonisolated let name: String

  /// - Parameters:
  ///   - name: the lab's name: letters, digits, `-`, at most 40 characters; no two running fabrics share one.
  ///   - stateFolder: where the record of this fabric is kept (`fabric.json`); made when missing.
  ///   - deviceAPI: what hosts find in `/etc/causeway/device-api`: the address of the exposed device API.
  package init(name: String, stateFolder: String, deviceAPI: String? = nil) throws(FabricError) {
    self.name = name
    fatalError("to come")
  }

  /// What this machine lacks; empty: the lab can run.
  package static func missingRequirements() -> [LabUnavailable.Missing] { [] }

  // MARK: Network

  /// Makes `topology` real: only the difference to what was applied before is changed.
  ///
  /// Applying the same value again changes nothing; `everything` writes all of it again, for a kernel that may have lost something.
  /// Concurrent calls are put in order. After an error the difference is found anew by the next call.
  package func apply(_ topology: Topology, everything: Bool = false) async throws(FabricError) { fatalError("to come") }

  /// The topology applied last.
  package var topology: Topology { fatalError("to come") }

  /// Makes `http://ADDRESS:PORT` inside the fabric's internet reach `127.0.0.1:machinePort`, until the fabric ends.
  ///
  /// Machines reach it through their network's internet gateway, like any address on the internet. Bytes are forwarded unchanged.
  package func exposeHTTP(_ address: IPAddress, port: UInt16 = 80, machinePort: UInt16) async throws(FabricError) {
    fatalError("to come")
  }

  // MARK: Hosts

  /// Starts a host in the network of the machine of the same id (which must be in the topology applied last).
  ///
  /// Returns when the host runs and its SSH door behaves as asked; user data goes on in the background (`waitForFirstBoot`).
  package func startHost(_ spec: HostSpec) async throws(FabricError) -> HostInfo { fatalError("to come") }

  /// Waits until the user data has run; its output, or `nil` without one.
  package func waitForFirstBoot(_ host: String) async throws(FabricError) -> CommandOutcome? { fatalError("to come") }

  /// Ends every process of the host and closes its door; disk and network stay for `startAgain`.
  package func stopHost(_ id: String) async throws(FabricError) { fatalError("to come") }

  /// Starts a stopped host from its disk; runs `/etc/rc.local`, not the user data.
  package func startAgain(_ id: String) async throws(FabricError) { fatalError("to come") }

  /// `stopHost` and `startAgain`; forwarding is off again, and memory-only state is gone.
  package func reboot(_ id: String) async throws(FabricError) { fatalError("to come") }

  /// Ends a host and throws its disk away.
  package func removeHost(_ id: String) async throws(FabricError) { fatalError("to come") }

  /// Changes how the SSH door behaves, from now on; open connections stay.
  package func setLogin(_ behaviour: LoginBehaviour, of host: String) async throws(FabricError) {
    fatalError("to come")
  }

  /// All hosts, running or stopped, by id.
  package var hosts: [HostInfo] { fatalError("to come") }

  /// Runs a command as root (or `user`) inside a running host, as a cloud's agent would.
  ///
  /// - Parameter outputLimit: bytes kept of each stream; the rest is read and thrown away.
  package func run(
    _ host: String, _ arguments: [String], stdin: [UInt8] = [], user: String = "root", timeout: Duration = .seconds(60),
    outputLimit: Int = 1 << 20
  ) async throws(FabricError) -> CommandOutcome { fatalError("to come") }

  // MARK: End

  /// Ends everything; the fabric cannot be used afterwards. Doing it twice is fine.
  package func tearDown() async { fatalError("to come") }
}
