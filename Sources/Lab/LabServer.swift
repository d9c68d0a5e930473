package import Basics
import CloudWire
import FlyingSocks
import Glibc
import LabFabric

/// A running lab: the emulated clouds on their ports, and the network and hosts behind them.
package actor LabServer {
  /// Where the lab's own services are on the fabric's internet.
  enum ServiceAddress {
    static let device = IPAddress(family: .v4, number: 0xC000_0201)
    static let store = IPAddress(family: .v4, number: 0xC000_0202)
  }

  package private(set) var description: LabDescription
  package nonisolated let control: String
  package nonisolated let token: String
  /// The gateway service's port on loopback; devices get there through the fabric.
  package nonisolated let devicePort: UInt16
  let plane: LabPlane
  private let folder: StateFolder
  private let loopback: LoopbackNetwork
  private let fabric: Fabric?
  private let serving: Task<Void, Never>
  private let listeners: [HTTPListener]
  private var isClosed = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isShutdownRequested = false

  /// Starts a lab with a real data plane: every port answers and the record is written when this returns.
  package static func start(_ options: LabOptions) async throws -> LabServer {
    let device = "http://\(ServiceAddress.device):80"
    let fabric = try Fabric(name: options.name, stateFolder: options.stateFolder, deviceAPI: device)
    do {
      let lab = try await start(options, on: FabricPlane(fabric), fabric: fabric)
      return lab
    } catch {
      await fabric.tearDown()
      throw error
    }
  }

  /// Starts a lab on another data plane, or none.
  package static func start(_ options: LabOptions, on dataPlane: any DataPlane) async throws -> LabServer {
    try await start(options, on: dataPlane, fabric: nil)
  }

  private static func start(
    _ options: LabOptions, on dataPlane: any DataPlane, fabric: Fabric?
  ) async throws -> LabServer {
    let credentials = options.credentials ?? .random(options.random)
    let loopback = try LoopbackNetwork(name: options.name)
    let plane = makePlane(options, credentials, dataPlane, loopback)
    for fault in options.faults { await plane.add(fault) }
    let pool = SocketPool.make()
    try await pool.prepare()
    let serving = Task { _ = try? await pool.run() }
    let ports = LabPorts(options: options, credentials: credentials, plane: plane, pool: pool)
    do {
      let lab = try await LabServer(options, plane, loopback, fabric, serving, ports)
      try await lab.expose(ports)
      try await lab.writeRecord()
      return lab
    } catch {
      await ports.close()
      serving.cancel()
      loopback.release()
      throw error
    }
  }

  private init(
    _ options: LabOptions, _ plane: LabPlane, _ loopback: LoopbackNetwork, _ fabric: Fabric?,
    _ serving: Task<Void, Never>, _ ports: LabPorts
  ) async throws {
    self.plane = plane
    self.loopback = loopback
    self.fabric = fabric
    self.serving = serving
    folder = StateFolder(options.stateFolder)
    token = options.random.hex(24)
    let credentials = ports.credentials
    let endpoints = try ports.open()
    description = LabDescription(
      processID: getpid(), name: options.name, endpoints: endpoints, credentials: credentials,
      awsRegion: options.awsRegion, alibabaRegion: options.alibabaRegion, fixture: options.fixture, inputs: [:])
    let door = ControlDoor()
    let controlPort = try ports.openControl { await door.answer($0) }
    control = "http://127.0.0.1:\(controlPort)"
    listeners = ports.listeners
    devicePort = ports.devicePort
    await door.set(ControlAPI(token: token, plane: plane, lab: self))
  }

  private static func makePlane(
    _ options: LabOptions, _ credentials: LabCredentials, _ dataPlane: any DataPlane, _ loopback: LoopbackNetwork
  ) -> LabPlane {
    let seed = options.seed ?? options.random.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    let now = options.time.now
    let ids = IDMaker(seed: seed, given: options.ids)
    // Pool 3 is the CCNs', 7 that of edge nodes. RFC 5737 has three networks; RFC 2544's is for test grounds too.
    func core(_ cloud: CloudName, account: String, pool: Int, inside: String) -> CloudCore {
      CloudCore(
        cloud: cloud, accountID: account, pace: options.pace, now: now, ids: ids, random: options.random,
        addresses: loopback.pool(pool, inside: inside))
    }
    let names = Dictionary(ObjectStore.names.map { ($0, ServiceAddress.store) }) { first, _ in first }
    let clouds = LabClouds(
      aws: AWSState(core: core(.aws, account: "000000000000", pool: 1, inside: "203.0.113.0/24")),
      alibaba: AlibabaState(
        core: core(.alibaba, account: "1234567890123456", pool: 2, inside: "198.51.100.0/24"),
        ccnAddresses: loopback.pool(3, inside: "192.0.2.16/28"),
        edgeAddresses: loopback.pool(7, inside: "198.18.7.0/24")),
      azure: AzureState(
        core: core(.azure, account: credentials.azure.subscription, pool: 4, inside: "198.18.4.0/24"),
        credential: credentials.azure),
      qingcloud: QingCloudState(core: core(.qingcloud, account: "usr-lab", pool: 5, inside: "198.18.5.0/24")),
      premises: PremisesState(core: core(.premises, account: "", pool: 6, inside: "198.18.6.0/24")))
    return LabPlane(
      clouds: clouds, dataPlane: dataPlane, names: names, seed: seed, time: options.time)
  }

  /// Makes the object store and the gateway service reachable from inside the fabric.
  private func expose(_ ports: LabPorts) async throws {
    guard let fabric else { return }
    try await fabric.exposeHTTP(ServiceAddress.device, machinePort: ports.devicePort)
    try await fabric.exposeHTTP(ServiceAddress.store, machinePort: ports.storePort)
  }

  // MARK: Record

  private func writeRecord() throws(LabFailure) {
    try folder.write(
      LabRecord(
        description: description, startTicks: ProcessStart.ticks(of: getpid()) ?? 0, control: control, token: token))
  }

  /// Takes over what the fixture's run found out.
  package func setFixture(_ name: String?, inputs: Value) throws(LabFailure) {
    description.fixture = name
    description.inputs = inputs.isNull ? [:] : inputs
    try writeRecord()
  }

  package var ledger: Ledger { get async { await plane.ledger } }

  package func add(_ fault: Fault) async { await plane.add(fault) }

  package var status: Value {
    get async {
      let hosts = await plane.hosts
      return [
        "description": description.json, "faults": await plane.pendingFaults,
        "problems": .list(await plane.problems.map(Value.string)), "hosts": .integer(hosts.count),
        "ssh_port": .integer(Int(hosts.first?.loginPort ?? fabricPort)),
        "script_url": .string("http://\(ObjectStore.names[1])/\(DeployScript.objectKey)"),
        "data_plane": .bool(fabric != nil),
      ]
    }
  }

  private var fabricPort: UInt16 { fabric?.loginPort ?? 22 }

  // MARK: End

  /// Lets `waitForShutdown` return.
  package func requestShutdown() {
    isShutdownRequested = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  /// Returns when somebody has asked for the end of the lab, over the control API or by `requestShutdown`.
  package func waitForShutdown() async {
    if isShutdownRequested { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Ends the lab: ports, then hosts and network, then the record; doing it twice is fine.
  package func close() async {
    if isClosed { return }
    isClosed = true
    requestShutdown()
    for listener in listeners { await listener.close() }
    await plane.close()
    serving.cancel()
    loopback.release()
    folder.removeRecord()
  }
}

/// Lets the control port be opened before the thing that it controls is whole.
private actor ControlDoor {
  private var api: ControlAPI?

  func set(_ api: ControlAPI) { self.api = api }

  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    guard let api else { return HTTPResponse(status: 503) }
    return await api.answer(request)
  }
}
