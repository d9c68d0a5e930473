import Foundation
import Synchronization

/// A TCP listener that treats each connection as the test says; never a real sshd.
final class FakeServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let accepted = Mutex<[Int32]>([])
  private let serve: @Sendable (_ connection: Int32, _ number: Int) -> Void

  /// - Parameter serve: called on a thread of the connection's own, with its number from 0; the socket is closed afterwards.
  init(port: UInt16? = nil, serve: @escaping @Sendable (_ connection: Int32, _ number: Int) -> Void) throws {
    self.port = try port ?? TestServer.freePort()
    self.serve = serve
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = self.port.bigEndian
    let descriptor = listener
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0, listen(listener, 64) == 0 else { throw TestServer.Failed(what: "listen") }
    Thread.detachNewThread { self.acceptAll() }
  }

  private func acceptAll() {
    var number = 0
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0 { return }
      accepted.withLock { $0.append(connection) }
      let own = number
      number += 1
      Thread.detachNewThread {
        self.serve(connection, own)
        self.finish(connection)
      }
    }
  }

  private func finish(_ connection: Int32) {
    accepted.withLock { list in
      list.removeAll { $0 == connection }
      close(connection)
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    accepted.withLock { list in for connection in list { shutdown(connection, Int32(SHUT_RDWR)) } }
  }

  /// Reads until the other side closes.
  static func drain(_ connection: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while recv(connection, &buffer, buffer.count, 0) > 0 {}
  }
}
