import Foundation
import Lab

/// A lab with its data plane, at once in all its states, for one test.
struct RealLab {
  let server: LabServer
  private let ports: [CloudName: UInt16]

  func port(_ cloud: CloudName) -> UInt16 { ports[cloud] ?? 0 }

  /// Runs `body` with a lab, and ends that whatever happened.
  static func with(_ body: (RealLab) async throws -> Void) async throws {
    let name = "rehearse-\(UUID().uuidString.prefix(8))"
    let folder = NSTemporaryDirectory() + "causeway-\(name)"
    let options = LabOptions(name: name, stateFolder: folder, pace: .immediate, credentials: TestLab.credentials)
    let server = try await LabServer.start(options)
    let ports = await server.description.endpoints.compactMapValues {
      $0.split(separator: ":").last.flatMap { UInt16($0) }
    }
    do { try await body(RealLab(server: server, ports: ports)) } catch {
      await end(server, folder)
      throw error
    }
    await end(server, folder)
  }

  private static func end(_ server: LabServer, _ folder: String) async {
    await server.close()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
