import Basics
import FoundationEssentials
import LabFabric

#if canImport(Glibc)
  import Glibc
#endif

/// Runs a program of the machine; for clients such as ssh, which live outside the fabric.
func runOnMachine(_ words: [String]) -> (status: Int32, output: String) {
  let command = words.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
  guard let stream = popen("\(command) 2>&1 </dev/null", "r") else { return (-1, "") }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&buffer, 1, buffer.count, stream)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return (pclose(stream) >> 8 & 0xff, String(decoding: bytes, as: UTF8.self))
}

/// A folder of this test alone, removed by `remove`.
struct ScratchFolder {
  let path: String

  init() throws {
    path = "/tmp/causeway-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// A new ed25519 key pair: the private key's file, and both texts.
  func makeKey(_ name: String) throws -> (file: String, key: HostKey) {
    let file = "\(path)/\(name)"
    let made = runOnMachine(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file])
    guard made.status == 0 else { throw TestFailure(made.output) }
    let secret = try String(contentsOfFile: file, encoding: .utf8)
    let open = try String(contentsOfFile: "\(file).pub", encoding: .utf8)
    return (
      file, HostKey(privateKey: secret, publicKey: open.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    )
  }
}

struct TestFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// The operator's ssh with nothing of the machine's own configuration.
struct SSHClient {
  var folder: ScratchFolder
  var keyFile: String
  var host: HostInfo
  /// A program that prints the password; without one only keys are tried.
  var asker: String?

  func run(_ command: String, user: String = "root", knownHosts: String? = nil) throws -> (
    status: Int32, output: String
  ) {
    let known = "\(folder.path)/known"
    try ((knownHosts ?? host.knownHostsLine) + "\n").write(toFile: known, atomically: true, encoding: .utf8)
    let (method, batch) = asker == nil ? ("publickey", "yes") : ("publickey,password", "no")
    let environment = asker.map { ["env", "DISPLAY=:0", "SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS=\($0)"] } ?? []
    return runOnMachine(
      environment + [
        "timeout", "20", "ssh", "-o", "PreferredAuthentications=\(method)", "-o", "NumberOfPasswordPrompts=1", "-F",
        "none", "-i", keyFile, "-p", "\(host.loginPort)", "-o", "BatchMode=\(batch)", "-o",
        "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=\(known)", "-o",
        "GlobalKnownHostsFile=/dev/null", "-o", "ConnectTimeout=3", "-o", "LogLevel=ERROR",
        "\(user)@\(host.loginAddress)", command,
      ])
  }
}
