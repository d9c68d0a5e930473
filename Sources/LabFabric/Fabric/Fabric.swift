import Basics

/// The lab's data plane: real namespaces, routes, firewalls and hosts on this machine, none of them visible outside the fabric.
///
/// Everything lives below one anchor process with its own process, mount and network namespace. The anchor ends when this process ends,
/// however it ends, and takes every process, mount and namespace of the lab with it; nothing is ever made in the machine's own network.
///
/// The actor works on a thread of its own and blocks it while the kernel is told: calls are done one after the other, in order.
package actor Fabric {
  package nonisolated let name: String
  package nonisolated let stateFolder: String
  /// What hosts find in `/etc/causeway/device-api`; `nil`: no such file.
  nonisolated let deviceAPI: String?
  nonisolated let tools: Toolbox
  nonisolated let doors: DoorKeeper

  /// Where the hosts' SSH doors are: 22, or one high port for the whole lab.
  package nonisolated var loginPort: UInt16 { doors.port }

  private let executor = ThreadExecutor()
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// `nil` after the end.
  var anchor: Anchor?
  /// The topology applied last.
  package internal(set) var topology = Topology()
  /// What the kernel was told last.
  var applied = KernelState()
  /// Whether the last change broke off in the middle.
  var isUncertain = false
  var services: [IPAddress: [Forwarder]] = [:]
  var running: [String: HostRuntime] = [:]

  /// Starts an empty fabric.
  ///
  /// - Parameters:
  ///   - name: the lab's name: letters, digits, `-` and `_`, at most 40 characters; no two running fabrics share one.
  ///   - stateFolder: made when missing; gets `network.log`, every change that the kernel was told.
  ///   - deviceAPI: what hosts find in `/etc/causeway/device-api`: `http://ADDRESS:PORT` of the exposed device API.
  package init(name: String, stateFolder: String, deviceAPI: String? = nil) throws(FabricError) {
    precondition(Self.isName(name), "a lab's name is made of letters, digits, - and _")
    do { tools = try Toolbox() } catch { throw .unavailable(error) }
    if Self.lacksRights { throw .unavailable(LabUnavailable([.rootRights])) }
    if Self.findAll().contains(where: { $0.name == name && $0.isOwnerAlive }) { throw .nameTaken(name) }
    Self.cleanUp(name: name)
    try Files.makeFolder(stateFolder)
    self.name = name
    self.stateFolder = stateFolder
    self.deviceAPI = deviceAPI
    doors = try DoorKeeper(name: name)
    anchor = try Anchor(name: name, tools: tools)
  }

  deinit {
    doors.end()
    anchor?.end()
  }

  package static func isName(_ text: String) -> Bool {
    (1...40).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
      }
  }

  func held() throws(FabricError) -> Anchor {
    guard let anchor else { throw .closed }
    return anchor
  }

  /// Ends everything; the fabric cannot be used afterwards.
  ///
  /// Doing it twice is fine.
  package func tearDown() {
    for host in running.values { host.firstBoot?.cancel() }
    doors.end()
    for forwarder in services.values.joined() { forwarder.end() }
    anchor?.end()
    (anchor, running, services) = (nil, [:], [:])
    (topology, applied) = (Topology(), KernelState())
  }
}
