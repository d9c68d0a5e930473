import Basics
import CloudWire
import JSONText
import Lab
import ProviderModel
import Testing

/// Calls the emulated QingCloud as a client would, signed anew.
struct QingCloudCaller: Sendable {
  let port: UInt16
  let time: any TimeSource
  var keyID = "QYACCESSKEYIDEXAMPLE"
  var secret = "SECRETACCESSKEY"
  var zone = "pek3"
  var digest = QingCloudSigner.Digest.sha256
  var isForm = false

  init(port: UInt16, time: any TimeSource) {
    self.port = port
    self.time = time
  }

  func call(_ action: String, _ parameters: [String: String]) async throws -> Value {
    var pairs = parameters.map { FormText.Pair($0.key, $0.value) }
    pairs += [
      .init("action", action), .init("zone", zone), .init("time_stamp", Timestamp.extended(time.now)),
      .init("access_key_id", keyID), .init("version", "1"), .init("signature_method", digest.rawValue),
      .init("signature_version", "1"),
    ]
    let method = isForm ? "POST" : "GET"
    let signature = QingCloudSigner(digest: digest).signature(
      method: method, path: "/iaas/", parameters: pairs, secret: secret)
    pairs.append(.init("signature", signature.value))
    let text = isForm ? FormText.encode(pairs, space: .plus) : FormText.encode(pairs)
    let answer = try await RawClient(port: port).send(
      method: method, target: isForm ? "/iaas/" : "/iaas/?\(text)",
      headers: [("Host", "qingcloud"), ("Content-Type", "application/x-www-form-urlencoded")],
      body: isForm ? text : "")
    #expect(answer.status == 200, "\(action): \(answer.text)")
    return try JSON.parse(answer.body)
  }

  @discardableResult
  func good(_ action: String, _ parameters: [String: String] = [:]) async throws -> Value {
    let answer = try await call(action, parameters)
    #expect(answer["ret_code"] == 0, "\(action): \(answer["message"].string ?? "")")
    #expect(answer["action"].string == "\(action)Response")
    return answer
  }

  /// The `ret_code` of a refusal; `nil`: no refusal.
  func refusal(_ action: String, _ parameters: [String: String] = [:]) async throws -> Int? {
    let code = try await call(action, parameters)["ret_code"].integer
    return code == 0 ? nil : code
  }
}
