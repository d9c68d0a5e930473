import Basics
import Glibc

/// A conversation with ssh-agent over its socket (draft-miller-ssh-agent), which never blocks the loop: an agent may ask its owner first.
@SSHLoop final class AgentConnection {
  private let descriptor: Int32
  private let deadline: ContinuousClock.Instant
  /// Larger answers are not believed.
  private static let longestAnswer = 256 << 10

  private init(descriptor: Int32, deadline: ContinuousClock.Instant) {
    self.descriptor = descriptor
    self.deadline = deadline
  }

  static func open(_ path: String?, deadline: ContinuousClock.Instant) async throws(StepFailure) -> AgentConnection {
    guard let path, !path.isEmpty else {
      throw StepFailure(.denied, .sshNoAgent, ["path": "", "reason": "SSH_AUTH_SOCK"])
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isFitting = withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard path.utf8.count < room.count else { return false }
      room.copyBytes(from: path.utf8)
      return true
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard isFitting, descriptor >= 0, status == 0 else {
      let reason = isFitting ? String(cString: strerror(errno)) : "path"
      if descriptor >= 0 { Glibc.close(descriptor) }
      throw StepFailure(.denied, .sshNoAgent, ["path": path, "reason": reason])
    }
    return AgentConnection(descriptor: descriptor, deadline: deadline)
  }

  func close() { Glibc.close(descriptor) }

  /// The public keys that the agent holds.
  func keys() async throws(StepFailure) -> [HostKey] {
    var answer = WireReader(try await ask([11]))
    guard answer.byte() == 12, let count = answer.number() else { return [] }
    var keys: [HostKey] = []
    for _ in 0..<min(count, 1000) {
      guard let blob = answer.string(), answer.string() != nil, let type = HostKey.type(of: blob) else { break }
      keys.append(HostKey(type: type, blob: blob))
    }
    return keys
  }

  /// The raw signature, without its type; `nil` when the agent or its owner refuses.
  func sign(_ data: [UInt8], with key: HostKey) async throws(StepFailure) -> [UInt8]? {
    var request = WireWriter()
    request.byte(13)
    request.string(key.blob)
    request.string(data)
    request.number(0)
    var answer = WireReader(try await ask(request.bytes))
    guard answer.byte() == 14, let signature = answer.string() else { return nil }
    var parts = WireReader(signature)
    guard parts.string() != nil else { return nil }
    return parts.string()
  }

  private func ask(_ message: [UInt8]) async throws(StepFailure) -> [UInt8] {
    var request = WireWriter()
    request.string(message)
    var rest = request.bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 { rest = rest.dropFirst(count) } else { try await wait(POLLOUT) }
    }
    var header = WireReader(try await read(4))
    guard let length = header.number(), length > 0, length <= Self.longestAnswer else { throw broken() }
    return try await read(Int(length))
  }

  private func read(_ wanted: Int) async throws(StepFailure) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: wanted)
    while result.count < wanted {
      let count = recv(descriptor, &buffer, wanted - result.count, 0)
      if count > 0 { result.append(contentsOf: buffer.prefix(count)) }
      if count == 0 { throw broken() }
      if count < 0 { try await wait(POLLIN) }
    }
    return result
  }

  private func wait(_ events: Int32) async throws(StepFailure) {
    guard errno == EAGAIN || errno == EINTR else { throw broken() }
    switch await pause(descriptor: descriptor, events: Int16(events), until: deadline) {
    case .ready, .signalled: return
    case .timedOut:
      throw StepFailure(.timeout, .sshNoAgent, ["path": "", "reason": String(cString: strerror(ETIMEDOUT))])
    case .cancelled: throw StepFailure(.interrupted, .sshCancelled)
    }
  }

  private func broken() -> StepFailure { StepFailure(.denied, .sshNoAgent, ["path": "", "reason": "protocol"]) }
}
