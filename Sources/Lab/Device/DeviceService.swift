import CloudWire
import LabFabric

/// The gateway service to which deployed devices talk from inside the fabric (`DeviceAPI`).
struct DeviceService: Sendable {
  let plane: LabPlane

  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    guard request.method == "POST" else { return Self.text(405, "denied method") }
    var form: [String: String] = [:]
    for pair in FormText.decode(String(decoding: request.body, as: UTF8.self)) ?? [] { form[pair.name] = pair.value }
    do throws(ServiceError) {
      switch try await plane.answerDevice(request.path, form) {
      case .ok(let lines): return Self.text(200, (["ok"] + lines).joined(separator: "\n"))
      case .denied(let reason): return Self.text(403, "denied \(reason.rawValue)")
      case nil: return Self.text(404, "denied path")
      }
    } catch {
      return Self.text(500, "denied \(error.message)")
    }
  }

  private static func text(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")], body: Array("\(text)\n".utf8))
  }
}
