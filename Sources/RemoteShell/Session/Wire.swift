import CSSH2
import Glibc

/// What libssh2's callbacks work on: the socket, and what passes through it; touched on the loop only.
///
/// libssh2 must be called again with the very same operation while a packet is half sent, and its own "block directions" do not tell
/// that reliably; these callbacks see each packet and do.
final class Wire {
  let descriptor: Int32
  /// Bytes that came in, so that others who wait on this session look again when one operation has read their packets.
  private(set) var received = 0
  /// Packets handed to the socket as a whole.
  private(set) var packetsSent = 0
  /// The rest of a packet waits for the socket.
  private(set) var isPacketPending = false
  private(set) var lastHeard = ContinuousClock.now
  /// A signature that somebody else makes (the agent), in its two stages.
  var signature = Signature.none
  /// What hidden questions are answered with.
  var password = ""

  enum Signature {
    case none
    case wanted(data: [UInt8])
    case made([UInt8])
    case refused
  }

  init(descriptor: Int32) { self.descriptor = descriptor }

  func receive(_ buffer: UnsafeMutableRawPointer?, _ length: Int) -> Int {
    let count = recv(descriptor, buffer, length, 0)
    if count < 0 { return errno == EINTR ? -Int(EAGAIN) : -Int(errno) }
    if count > 0 {
      received &+= count
      lastHeard = .now
    }
    return count
  }

  func send(_ buffer: UnsafeRawPointer?, _ length: Int) -> Int {
    let count = Glibc.send(descriptor, buffer, length, Int32(MSG_NOSIGNAL))
    isPacketPending = count < length
    if count == length { packetsSent += 1 }
    if count < 0 { return errno == EINTR ? -Int(EAGAIN) : -Int(errno) }
    return count
  }

  /// Gives the signature when it is there, else asks for it by `EAGAIN`.
  func sign(_ data: [UInt8]) -> (status: Int32, signature: [UInt8]) {
    switch signature {
    case .made(let bytes): return (0, bytes)
    case .refused: return (-1, [])
    case .none, .wanted:
      signature = .wanted(data: data)
      return (LIBSSH2_ERROR_EAGAIN, [])
    }
  }

  static func behind(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Wire? {
    abstract?.pointee.map { Unmanaged<Wire>.fromOpaque($0).takeUnretainedValue() }
  }

  // The C functions that libssh2 calls; each finds its wire behind the session's abstract pointer.
  private typealias Receive =
    @convention(c) (
      Int32, UnsafeMutableRawPointer?, Int, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int
  private typealias Send =
    @convention(c) (Int32, UnsafeRawPointer?, Int, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Int

  /// Makes libssh2 read and write through `wire`, which must outlive the session.
  static func install(on session: OpaquePointer) {
    let receive: Receive = { _, buffer, length, _, abstract in
      Wire.behind(abstract)?.receive(buffer, length) ?? -Int(EBADF)
    }
    let send: Send = { _, buffer, length, _, abstract in
      Wire.behind(abstract)?.send(buffer, length) ?? -Int(EBADF)
    }
    libssh2_session_callback_set(
      session, LIBSSH2_CALLBACK_RECV, unsafeBitCast(receive, to: UnsafeMutableRawPointer.self))
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, unsafeBitCast(send, to: UnsafeMutableRawPointer.self))
  }
}
