import Basics
import Digests
import Foundation
import Testing

@Suite struct OpenSSHKeyTests {
  @Test("ssh-keygen reads the private key and finds the same public line and fingerprint")
  func keygen() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "causeway-key-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for comment in ["", "host key of spokes[bj]", "注释"] {
      let key = Ed25519Key.generate(random: SystemRandom())
      let file = folder.appending(path: "key").path
      #expect(
        FileManager.default.createFile(
          atPath: file, contents: Data(OpenSSHKey.privateKey(key, comment: comment).utf8),
          attributes: [.posixPermissions: 0o600]))
      defer { try? FileManager.default.removeItem(atPath: file) }
      let line = try output(of: ["ssh-keygen", "-y", "-f", file])
      #expect(line == OpenSSHKey.publicLine(key.publicKey, comment: comment))
      let fingerprint = try output(of: ["ssh-keygen", "-l", "-f", file])
      #expect(fingerprint.contains(" \(OpenSSHKey.fingerprint(key.publicKey)) "))
    }
  }

  @Test("the same key and comment give the same text, in lines of at most 70 characters")
  func stable() throws {
    let key = try #require(Ed25519Key(seed: Array(repeating: 1, count: 32)))
    let text = OpenSSHKey.privateKey(key, comment: "c")
    #expect(text == OpenSSHKey.privateKey(key, comment: "c"))
    #expect(text.hasSuffix("-----END OPENSSH PRIVATE KEY-----\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 70 })
  }

  private func output(of arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}
