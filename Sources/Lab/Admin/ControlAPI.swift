import Basics
import CloudWire
import Digests
import JSONText
import LabFabric

/// The door for whoever controls the lab: JSON over HTTP on its own port, with a bearer token from the state folder.
///
/// | request | does |
/// |---|---|
/// | `GET /status` | the description, pending faults, problems of the data plane, SSH port |
/// | `GET /ledger` | the contract of `lab ledger --json` |
/// | `GET /hosts` | the running hosts with their SSH addresses and host keys |
/// | `GET /faults` | pending faults |
/// | `POST /faults` | `{"faults": ["CLOUD:ACTION:KIND", ...]}` adds some |
/// | `DELETE /faults` | forgets all |
/// | `PUT /fixture` | `{"name": ..., "inputs": {...}}` becomes part of the description |
/// | `POST /acts` | `{"action": "qingcloud-apply", "inputs": {...}}` does what no API can; `{"outputs": {...}}` |
/// | `POST /orders/ID/pay` | pays an unpaid order, as a person does in the order centre |
/// | `POST /resources/ID/expire` | ends the term of a prepaid thing |
/// | `POST /shutdown` | ends the lab; answers first |
struct ControlAPI: Sendable {
  let token: String
  let plane: LabPlane
  let lab: LabServer

  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    guard ConstantTime.areEqual(request.header("Authorization") ?? "", "Bearer \(token)") else {
      return Self.failure(401, "unauthorized", "The token of the state folder is needed.")
    }
    let parts = request.path.split(separator: "/").map(String.init)
    switch (request.method, parts.first, parts.count) {
    case ("GET", "status", 1): return Self.json(await lab.status)
    case ("GET", "ledger", 1): return Self.json(await plane.ledger.json)
    case ("GET", "hosts", 1): return Self.json(["hosts": .list(await plane.hosts.map(Self.host))])
    case ("GET", "faults", 1): return Self.json(["faults": await plane.pendingFaults])
    case ("POST", "faults", 1): return await addFaults(request)
    case ("DELETE", "faults", 1):
      await plane.clearFaults()
      return Self.json(["faults": []])
    case ("PUT", "fixture", 1): return await setFixture(request)
    case ("POST", "acts", 1): return await perform(request)
    case ("POST", "orders", 3) where parts[2] == "pay":
      return await act(on: parts[1]) { id throws(ServiceError) in try await plane.pay(id) }
    case ("POST", "resources", 3) where parts[2] == "expire":
      return await act(on: parts[1]) { id throws(ServiceError) in try await plane.expire(id) }
    case ("POST", "shutdown", 1):
      await lab.requestShutdown()
      return Self.json(["shutdown": true])
    default: return Self.failure(404, "not-found", "\(request.method) \(request.path)")
    }
  }

  private func addFaults(_ request: HTTPRequest) async -> HTTPResponse {
    guard let texts = (try? JSON.parse(request.body))?["faults"].list?.compactMap(\.string) else {
      return Self.failure(400, "malformed", "{\"faults\": [...]} is wanted.")
    }
    var faults: [Fault] = []
    for text in texts {
      do throws(Diagnostic) { faults.append(try Fault(text)) } catch {
        return Self.failure(400, error.code.rawValue, text)
      }
    }
    for fault in faults { await plane.add(fault) }
    return Self.json(["faults": await plane.pendingFaults])
  }

  private func setFixture(_ request: HTTPRequest) async -> HTTPResponse {
    guard let body = try? JSON.parse(request.body), body.object != nil else {
      return Self.failure(400, "malformed", "{\"name\": ..., \"inputs\": {...}} is wanted.")
    }
    do throws(LabFailure) { try await lab.setFixture(body["name"].string, inputs: body["inputs"]) } catch {
      return Self.failure(500, "state-folder", "\(error)")
    }
    return Self.json(await lab.description.json)
  }

  private func perform(_ request: HTTPRequest) async -> HTTPResponse {
    guard let body = try? JSON.parse(request.body), let action = body["action"].string else {
      return Self.failure(400, "malformed", "{\"action\": ..., \"inputs\": {...}} is wanted.")
    }
    do throws(ServiceError) {
      return Self.json(["outputs": try await plane.act(LabAct(action: action, inputs: body["inputs"]))])
    } catch {
      return Self.failure(error.status, error.code, error.message)
    }
  }

  private func act(
    on id: String, _ body: @Sendable (String) async throws(ServiceError) -> Bool
  ) async -> HTTPResponse {
    do throws(ServiceError) {
      guard try await body(id) else { return Self.failure(404, "not-found", id) }
      return Self.json(["id": .string(id)])
    } catch {
      return Self.failure(500, error.code, error.message)
    }
  }

  private static func host(_ info: HostInfo) -> Value {
    [
      "id": .string(info.id), "hostname": .string(info.hostname), "address": .string("\(info.loginAddress)"),
      "port": .integer(Int(info.loginPort)), "public_key": .string(info.publicKey),
      "known_hosts": .string(info.knownHostsLine), "pid": .integer(Int(info.processID)),
    ]
  }

  private static func json(_ value: Value) -> HTTPResponse {
    HTTPResponse(
      status: 200, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(JSON.text(value).utf8))
  }

  private static func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    let body: Value = ["error": ["code": .string(code), "message": .string(message)]]
    return HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(JSON.text(body).utf8))
  }
}
