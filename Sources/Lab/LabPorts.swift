import Basics
import CloudWire
import FlyingSocks
import Synchronization

/// Opens the ports of a lab, one per cloud, one for devices, one for control.
final class LabPorts: Sendable {
  let credentials: LabCredentials
  private let options: LabOptions
  private let plane: LabPlane
  private let pool: any AsyncSocketPool
  private let opened = Mutex<[(name: String, listener: HTTPListener)]>([])

  init(options: LabOptions, credentials: LabCredentials, plane: LabPlane, pool: any AsyncSocketPool) {
    self.options = options
    self.credentials = credentials
    self.plane = plane
    self.pool = pool
  }

  var listeners: [HTTPListener] { opened.withLock { $0.map(\.listener) } }
  var devicePort: UInt16 { port("device") }
  var storePort: UInt16 { port(CloudName.oss.rawValue) }

  private func port(_ name: String) -> UInt16 {
    opened.withLock { $0.first { $0.name == name }?.listener.port } ?? 0
  }

  /// Opens everything but control; the endpoints by cloud.
  func open() throws -> [CloudName: String] {
    let aws = AWSFrontEnd(known: credentials.aws)
    try openCloud(.aws, aws, \.aws)
    try openCloud(.alibaba, AlibabaFrontEnd(known: credentials.alibaba), \.alibaba)
    try openCloud(.azure, AzureFrontEnd(time: options.time), \.azure)
    try openCloud(.qingcloud, QingCloudFrontEnd(known: credentials.qingcloud), \.qingcloud)
    let store = ObjectStore()
    try openPort(.oss) { store.answer($0) }
    let device = DeviceService(plane: plane)
    try open("device", 0, nil) { .answer(await device.answer($0)) }
    let ports = opened.withLock { $0.map { ($0.name, $0.listener.port) } }
    return ports.reduce(into: [:]) { endpoints, entry in
      if let cloud = CloudName(rawValue: entry.0) { endpoints[cloud] = "http://127.0.0.1:\(entry.1)" }
    }
  }

  func openControl(_ answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) throws -> UInt16 {
    try open("control", 0, nil) { .answer(await answer($0)) }
    return port("control")
  }

  func close() async {
    for listener in listeners { await listener.close() }
  }

  private func openCloud<FrontEnd: CloudFrontEnd, State: CloudState>(
    _ cloud: CloudName, _ frontEnd: FrontEnd, _ state: any WritableKeyPath<LabClouds, State> & Sendable
  ) throws where State.Answer == FrontEnd.Answer {
    let gate = Gate()
    let port = CloudPort(cloud: cloud, frontEnd: frontEnd, plane: plane) { [plane] call, lag throws(ServiceError) in
      try await plane.answer(call, of: state, lag: lag)
    } refuse: {
      gate.refuse(for: $0)
    }
    try open(cloud.rawValue, options.ports[cloud] ?? 0, cloud) { await port.handle($0) }
    gate.set(opened.withLock { $0.last?.listener }, time: options.time)
  }

  private func openPort(_ cloud: CloudName, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) throws {
    try open(cloud.rawValue, options.ports[cloud] ?? 0, cloud) { .answer(answer($0)) }
  }

  private func open(
    _ name: String, _ port: UInt16, _ cloud: CloudName?, _ handler: @escaping HTTPListener.Handler
  ) throws {
    do {
      let listener = try HTTPListener(port: port, pool: pool, handler: handler)
      opened.withLock { $0.append((name, listener)) }
    } catch {
      throw LabFailure.port(cloud, port, "\(error)")
    }
  }
}

/// Lets a port be closed by a fault on a call that came in over it.
private final class Gate: Sendable {
  private let state = Mutex<(listener: HTTPListener?, time: (any TimeSource)?)>((nil, nil))

  func set(_ listener: HTTPListener?, time: any TimeSource) { state.withLock { $0 = (listener, time) } }

  func refuse(for duration: Duration) {
    let (listener, time) = state.withLock { $0 }
    guard let listener, let time else { return }
    Task { await listener.refuse(for: duration) { try? await time.sleep(for: $0) } }
  }
}
