import Basics
import CloudWire
import JSONText
import Lab
import Synchronization
import Testing

/// Calls the emulated Alibaba Cloud as a client would, signed anew in the newer way.
final class AlibabaCaller: Sendable {
  let port: UInt16
  private let time: any TimeSource
  private let secret: String
  private let nonces = Mutex(0)

  init(port: UInt16, time: any TimeSource, secret: String = "testsecret") {
    self.port = port
    self.time = time
    self.secret = secret
  }

  func call(_ version: String, _ action: String, _ parameters: [String: String]) async throws -> RawClient.Answer {
    let pairs = parameters.sorted { $0.key < $1.key }.map { FormText.Pair($0.key, $0.value) }
    var request = HTTPRequest(method: "POST", origin: "http://127.0.0.1:\(port)", query: FormText.encode(pairs))
    let nonce = nonces.withLock { number in
      number += 1
      return "nonce-\(number)"
    }
    request.headers = [
      HTTPHeader("host", "127.0.0.1:\(port)"), HTTPHeader("x-acs-action", action), HTTPHeader("x-acs-version", version),
      HTTPHeader("x-acs-date", Timestamp.extended(time.now)), HTTPHeader("x-acs-signature-nonce", nonce),
      HTTPHeader("x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ]
    let signed = ACS3Signer().sign(
      request, with: Credentials(accessKeyID: "testid", secret: secret), signing: { _ in true })
    return try await RawClient(port: port).send(
      method: "POST", target: "/?\(request.query)", headers: signed.request.headers.map { ($0.name, $0.value) },
      body: "")
  }

  /// A recorded request once more.
  func again(_ request: Value) async throws -> RawClient.Answer {
    let action = request["operation"].string?.split(separator: ":").last.map(String.init) ?? ""
    return try await call(
      request["version"].string ?? "", action, (request["query"].object ?? [:]).compactMapValues(\.string))
  }

  @discardableResult
  func good(_ version: String, _ action: String, _ parameters: [String: String]) async throws -> Value {
    let answer = try await call(version, action, parameters)
    #expect(answer.status == 200, "\(action): \(answer.text)")
    return try JSON.parse(answer.body)
  }

  func refusal(_ version: String, _ action: String, _ parameters: [String: String]) async throws -> String? {
    let answer = try await call(version, action, parameters)
    return answer.status >= 400 ? try JSON.parse(answer.body)["Code"].string : nil
  }
}

/// Versions by which the products are told apart.
enum Version {
  static let smartAG = "2018-03-13"
  static let cbn = "2017-09-12"
  static let ecs = "2014-05-26"
  static let vpc = "2016-04-28"
  static let bss = "2017-12-14"
  static let sts = "2015-04-01"
}
