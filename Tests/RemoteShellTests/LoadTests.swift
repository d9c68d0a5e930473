import Basics
import Foundation
import Glibc
import RemoteShell
import RunEngine
import Testing

@Suite("Many hosts at once") struct LoadTests {
  @Test("200 sessions at once are served by one thread, each with its own output")
  func twoHundred() async throws {
    let server = try TestServer()
    let client = SSHClient(settings: SSHClient.Settings(userKnownHosts: []))
    _ = try await client.run(["true"], on: server.host)
    let gate = server.folder.file("gate")
    let threads = threadCount()
    // Every command waits for the gate, so that all sessions are open at the same time.
    let results = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for number in 0..<200 {
        var host = server.host
        // Hosts that differ in a member that does not matter to sshd have a connection each.
        host.login = .key(.text(server.userKey), passphrase: String(number))
        let own = host
        group.addTask {
          let program = "echo \(number); : >'\(gate).\(number)'; while [ ! -e '\(gate)' ]; do sleep 0.2; done; echo end"
          let result = try await client.run(
            ["sh", "-c", program], on: own, options: RunOptions(patience: Patience(limit: .seconds(60))))
          return (number, String(decoding: result.standardOutput, as: UTF8.self))
        }
      }
      try await blocking {
        while (0..<200).contains(where: { access("\(gate).\($0)", F_OK) != 0 }) { usleep(50_000) }
      }
      #expect(await client.openConnections == 201)
      #expect(threadCount() <= threads + 1, "\(threads) threads before, \(threadCount()) now")
      try server.folder.write("gate", "")
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(results.count == 200)
    #expect(results.allSatisfy { $0.value == "\($0.key)\nend\n" })
    await client.close()
  }

  private func threadCount() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
  }
}
