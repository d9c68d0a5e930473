import Basics
import CloudWire
import CurlTransport
import Foundation
import JSONText
import WorkflowModel

/// A running lab as commands use it: where its clouds answer, with which keys, and what its fixture gives.
struct LabHandle: Sendable {
  let name: String
  let folder: String
  /// What the lab wrote into its folder: its description, the control port and its token.
  let record: Value
  /// Started for one run: it ends with a green run.
  let isEphemeral: Bool
  /// Sensitive and other inputs that the fixture gives to the workflow of its name.
  var fixtureInputs: [String: Value] { description["inputs"].object ?? [:] }

  /// What `lab up --json` prints.
  var description: Value { record["description"] }

  /// `http://127.0.0.1:PORT` by cloud; nothing off loopback.
  var endpoints: [String: String] { description["endpoints"].object?.compactMapValues(\.string) ?? [:] }

  /// The keys of a cloud.
  func credentials(_ cloud: String) -> Credentials? {
    let keys = description["credentials"][cloud]
    if let tenant = keys["tenant_id"].string { return servicePrincipal(keys, tenant) }
    guard let id = keys["access_key_id"].string,
      let secret = keys["secret_access_key"].string ?? keys["access_key_secret"].string
    else { return nil }
    return Credentials(accessKeyID: id, secret: secret, source: "lab \(name)")
  }

  /// Azure's: the lab is its own sign-in host.
  private func servicePrincipal(_ keys: Value, _ tenant: String) -> Credentials? {
    guard let client = keys["client_id"].string, let secret = keys["client_secret"].string,
      let subscription = keys["subscription_id"].string, let authority = keys["authority"].string
    else { return nil }
    return Credentials(
      accessKeyID: client, secret: secret, source: "lab \(name)",
      azure: AzureAccess(tenant: tenant, subscription: subscription, authority: authority))
  }

  /// The keys of every cloud of the lab, by provider.
  var allCredentials: [String: Credentials] {
    let names = description["credentials"].object?.keys.map { $0 } ?? []
    return Dictionary(names.compactMap { name in credentials(name).map { (name, $0) } }) { first, _ in first }
  }

  /// The inputs of `workflow` that the fixture gives; outputs that it has no input for are left out.
  func inputs(for workflow: Workflow) -> [String: Value] {
    fixtureInputs.filter { name, value in workflow.input(name) != nil && !value.isNull }
  }

  var admin: LabAdmin { LabAdmin(origin: record["control"].string ?? "", token: record["token"].string ?? "") }
}

/// The lab's own small API: what no cloud has.
struct LabAdmin: Sendable {
  var origin: String
  var token: String

  func get(_ path: String) async throws -> Value { try await send("GET", path, nil) }

  @discardableResult
  func post(_ path: String, _ body: Value = .object([:])) async throws -> Value { try await send("POST", path, body) }

  /// Makes the fixture's values part of the description.
  func setFixture(_ name: String, inputs: Value) async throws {
    _ = try await send("PUT", "/fixture", ["name": .string(name), "inputs": inputs])
  }

  /// Arms faults.
  func arm(_ faults: [String]) async throws {
    if !faults.isEmpty { try await post("/faults", ["faults": .list(faults.map { .string($0) })]) }
  }

  private func send(_ method: String, _ path: String, _ body: Value?) async throws -> Value {
    let transport = CurlTransport(version: CausewayTool.version, environment: [:])
    defer { transport.close() }
    var request = HTTPRequest(method: method, origin: origin, path: path)
    request.headers = [HTTPHeader("Authorization", "Bearer \(token)")]
    if let body {
      request.headers.append(HTTPHeader("Content-Type", "application/json"))
      request.body = Array(JSON.text(body).utf8)
    }
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try await transport.send(request) } catch {
      throw Refused(.commandLabNotRunning, ["name": origin, "detail": error.detail])
    }
    let answer = (try? JSON.parse(response.body)) ?? .null
    guard response.status == 200 else {
      throw Diagnostics(
        Diagnostic(
          .commandLabStart, ["name": origin, "detail": answer["error"]["message"].string ?? "HTTP \(response.status)"]))
    }
    return answer
  }
}
