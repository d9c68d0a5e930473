import Basics
import CloudWire
import Lab
import Testing

/// Calls the emulated EC2 as a client would, signed anew.
struct AWSCaller {
  let port: UInt16
  let time: any TimeSource
  var region = "ap-southeast-1"
  var secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  var keyID = "AKIDEXAMPLE"
  var patience = 20

  func call(
    _ action: String, _ parameters: [String: String], version: String = "2016-11-15", service: String = "ec2"
  ) async throws -> RawClient.Answer {
    let pairs =
      [FormText.Pair("Action", action), .init("Version", version)]
      + parameters.sorted { $0.key < $1.key }.map { FormText.Pair($0.key, $0.value) }
    let request = HTTPRequest(
      method: "POST", origin: "http://127.0.0.1:\(port)",
      headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(FormText.encode(pairs).utf8))
    let signed = SigV4Signer().sign(
      request, scope: .init(region: region, service: service),
      with: Credentials(accessKeyID: keyID, secret: secret), at: time.now)
    return try await RawClient(port: port, patience: patience).send(
      method: "POST", target: "/", headers: signed.request.headers.map { ($0.name, $0.value) },
      body: String(decoding: request.body, as: UTF8.self))
  }

  /// The answer's tree; a refusal fails the test.
  @discardableResult
  func good(_ action: String, _ parameters: [String: String]) async throws -> Value {
    let answer = try await call(action, parameters)
    #expect(answer.status == 200, "\(action): \(answer.text)")
    return XMLText.parse(answer.body)?.value ?? .null
  }

  /// The code of a refusal; `nil` for success.
  func refusal(_ action: String, _ parameters: [String: String]) async throws -> String? {
    Self.code(of: try await call(action, parameters))
  }

  static func code(of answer: RawClient.Answer) -> String? {
    guard answer.status >= 400 else { return nil }
    let tree = XMLText.parse(answer.body)?.value ?? .null
    return tree["Errors"][0]["Code"].string ?? tree["Errors"]["Error"]["Code"].string ?? tree["Error"]["Code"].string
  }
}
