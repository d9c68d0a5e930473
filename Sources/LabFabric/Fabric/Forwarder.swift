import Basics
import CLinux
import Glibc

/// Answers at an address inside the fabric and passes every connection's bytes on to a port of this machine's loopback.
final class Forwarder: Sendable {
  private let listener: Descriptor

  /// - Parameter network: the namespace to listen in; the address must be there.
  init(address: IPAddress, port: UInt16, machinePort: UInt16, network: Descriptor) throws(FabricError) {
    let number = clinux_socket_in(network.number)
    guard number >= 0 else { throw .refused(what: "make a socket in the fabric", message: systemMessage()) }
    let listener = Descriptor(number)
    guard Sockets.bind(listener, address, port), listen(number, 128) == 0 else {
      throw .refused(what: "listen at \(address):\(port)", message: systemMessage())
    }
    self.listener = listener
    OwnThread.start { Self.serve(listener, machinePort) }
  }

  /// No new connections from now on; open ones end by themselves.
  func end() { shutdown(listener.number, Int32(SHUT_RDWR)) }

  private static func serve(_ listener: Descriptor, _ machinePort: UInt16) {
    while true {
      let number = clinux_accept(listener.number)
      if number < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return
      }
      let near = Descriptor(number)
      OwnThread.start {
        guard let far = Sockets.connect(to: Sockets.loopback, machinePort) else { return }
        OwnThread.start { copy(from: far, to: near) }
        copy(from: near, to: far)
      }
    }
  }

  /// Until the end of input; then tells the other side.
  private static func copy(from: Descriptor, to: Descriptor) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(from.number, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0, Sockets.send(buffer[..<count], to: to) else { break }
    }
    shutdown(to.number, Int32(SHUT_WR))
  }
}

/// The few socket calls that are needed, on IPv4.
enum Sockets {
  static let loopback = IPAddress(family: .v4, number: 0x7F00_0001)

  static func stream() throws(FabricError) -> Descriptor {
    let number = clinux_socket()
    guard number >= 0 else { throw .refused(what: "make a socket", message: systemMessage()) }
    return Descriptor(number)
  }

  static func bind(_ socket: Descriptor, _ address: IPAddress, _ port: UInt16) -> Bool {
    withAddress(address, port) { Glibc.bind(socket.number, $0, $1) == 0 }
  }

  static func connect(to address: IPAddress, _ port: UInt16) -> Descriptor? {
    guard let socket = try? stream() else { return nil }
    return withAddress(address, port) { Glibc.connect(socket.number, $0, $1) == 0 } ? socket : nil
  }

  /// Begins to connect and does not wait.
  static func beginConnecting(to address: IPAddress, _ port: UInt16) -> Descriptor? {
    guard let socket = try? stream() else { return nil }
    socket.setNonBlocking()
    _ = withAddress(address, port) { Glibc.connect(socket.number, $0, $1) }
    return socket
  }

  static func allowReuse(_ socket: Descriptor) {
    var on: Int32 = 1
    setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  static func send(_ bytes: some Collection<UInt8>, to socket: Descriptor) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func withAddress<Answer>(
    _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
  ) -> Answer {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.number).bigEndian
    return withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}

extension Sockets {
  /// The port that the kernel chose.
  static func port(of socket: Descriptor) -> UInt16 {
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.number, $0, &length) }
    }
    return UInt16(bigEndian: name.sin_port)
  }
}
