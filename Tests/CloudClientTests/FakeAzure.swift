import Basics
import CloudClient
import CloudWire
import JSONText
import ProviderModel
import RunEngine
import Synchronization
import Testing

/// Azure on the other side of the wire, scripted: it gives tokens out, and a handler answers the calls of the API.
final class FakeAzure: HTTPTransport {
  /// A call of the API as a handler sees it.
  struct Call: Sendable {
    /// `PUT /subscriptions/s-1/...`, without the query.
    var operation: String
    var request: HTTPRequest
    var body: Value
    var time: Duration
    /// How often this operation was called, this time included.
    var number: Int
    var token: String?
  }

  private struct State {
    var calls: [Call] = []
    var signIns: [HTTPRequest] = []
  }

  private let time: ManualTime
  private let handler: @Sendable (Call) -> HTTPResponse
  private let signIn: @Sendable (Int) async -> HTTPResponse
  private let state = Mutex(State())

  init(
    _ time: ManualTime, signIn: @escaping @Sendable (Int) async -> HTTPResponse,
    _ handler: @escaping @Sendable (Call) -> HTTPResponse
  ) {
    self.time = time
    self.signIn = signIn
    self.handler = handler
  }

  var calls: [Call] { state.withLock { $0.calls } }
  var operations: [String] { calls.map(\.operation) }
  var signIns: [HTTPRequest] { state.withLock { $0.signIns } }

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    if Task.isCancelled { throw HTTPFailure(.cancelled, mayHaveBeenSent: false, detail: "") }
    if request.path.hasSuffix("/oauth2/v2.0/token") {
      let number = state.withLock { state in
        state.signIns.append(request)
        return state.signIns.count
      }
      return await signIn(number)
    }
    let call = state.withLock { state in
      let call = read(request, before: state.calls)
      state.calls.append(call)
      return call
    }
    return handler(call)
  }

  private func read(_ request: HTTPRequest, before: [Call]) -> Call {
    let operation = "\(request.method) \(request.path)"
    let token = request.header("Authorization").map { String($0.dropFirst("Bearer ".count)) }
    return Call(
      operation: operation, request: request, body: (try? JSON.parse(request.body)) ?? .null, time: time.elapsed,
      number: before.count { $0.operation == operation } + 1, token: token)
  }

  static func token(_ text: String, life: Int = 3599) -> HTTPResponse {
    FakeCloud.response(
      200, ["token_type": "Bearer", "expires_in": .integer(life), "access_token": .string(text)])
  }

  static func signInRefusal(_ number: String, status: Int = 401) -> HTTPResponse {
    FakeCloud.response(
      status,
      [
        "error": "invalid_client", "error_description": .string("AADSTS\(number): said so."), "trace_id": "T-1",
      ])
  }
}

extension HTTPResponse {
  /// An answer of the API.
  static func azure(_ status: Int, _ body: Value = .null, _ headers: [String: String] = [:]) -> HTTPResponse {
    var response = body.isNull ? HTTPResponse(status: status) : FakeCloud.response(status, body)
    response.headers += headers.sorted { $0.key < $1.key }.map { HTTPHeader($0.key, $0.value) }
    response.headers.append(HTTPHeader("x-ms-request-id", "R-1"))
    return response
  }

  static func azureError(_ status: Int, _ code: String, _ headers: [String: String] = [:]) -> HTTPResponse {
    azure(status, ["error": ["code": .string(code), "message": .string("said \(code)")]], headers)
  }
}

/// A performer over a scripted Azure, with a provider of a few actions.
struct AzureStage {
  let time = ManualTime()
  let cloud: FakeAzure
  let performer: CloudPerformer
  let catalog: ProviderCatalog
  let masker = Masker()

  init(
    environment: [String: String] = Self.environment, endpoints: EndpointOverrides = EndpointOverrides(),
    observer: CloudObserver? = nil,
    signIn: @escaping @Sendable (Int) async -> HTTPResponse = { FakeAzure.token("token-\($0)") },
    _ handler: @escaping @Sendable (FakeAzure.Call) -> HTTPResponse
  ) throws {
    cloud = FakeAzure(time, signIn: signIn, handler)
    catalog = try ProviderCatalog.load(files: Self.files)
    performer = CloudPerformer(
      catalog: catalog, transport: cloud,
      credentials: CredentialFinder(environment: environment, home: "/h", readFile: { _ in nil }), endpoints: endpoints,
      time: time, random: CountingRandom(), masker: masker, observer: observer)
  }

  static let environment = [
    "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "client-1", "AZURE_CLIENT_SECRET": "a+secret/of=azure",
    "AZURE_SUBSCRIPTION_ID": "s-1",
  ]

  func call(_ action: String, _ inputs: [String: Value], record: StepRecord = StepRecord()) throws -> StepCall {
    let description = try #require(catalog.action("azure/\(action)"))
    return StepCall(
      runID: "run", address: StepAddress("step"), action: description, inputs: inputs, token: Stage.token,
      record: record)
  }

  /// The failure of an operation that must fail.
  func failure(_ body: () async throws(StepFailure) -> some Any) async -> StepFailure? {
    do throws(StepFailure) {
      let result = try await body()
      Issue.record("it did not fail: \(result)")
      return nil
    } catch { return error }
  }

  static let thing = "/subscriptions/s-1/things/t-0123456789"

  static let files = [
    SourceText(path: "providers/azure/provider.yaml", text: provider),
    SourceText(path: "providers/azure/net.yaml", text: net),
  ]

  static let provider = """
    title: {en: Microsoft Azure, zh: 微软 Azure}
    protocol: azure-arm
    throttle: {rate: 1000/s, concurrent: 16}
    errors:
      throttled: [TooManyRequests, "http:429"]
      not-yet: [RetryableErrorDueToAnotherOperation, AnotherOperationInProgress]
      transient: [InternalServerError, "http:500", "http:503"]
      expired: [ExpiredAuthenticationToken, InvalidAuthenticationToken]
      denied: [AuthorizationFailed, "http:401", "http:403"]
      not-found: ["*NotFound", "http:404"]
      in-use: ["InUse*CannotBeDeleted"]
      quota: [AllocationFailed]
      invalid: ["http:400"]
    """

  static let net = """
    product: net
    version: "2026-03-01"
    endpoint: "${{ account.endpoint || 'management.azure.com' }}"
    actions:
      net.thing:
        title: Thing
        inputs: {name: {type: string}, size: {type: integer, default: 1}}
        outputs: {id: {type: string, value: "${{ self.id }}"}}
        doubt: {by: lookup, patience: 30s}
        find: {call: "GET /subscriptions/{subscription}/things/{name}", path: {subscription: "${{ account.subscription }}", name: "${{ inputs.name }}-${{ id }}"}, pick: "@"}
        read: {call: "GET /{+id}", path: {id: "${{ self.id }}"}, pick: "@"}
        create: {call: "PUT /subscriptions/{subscription}/things/{name}", path: {subscription: "${{ account.subscription }}", name: "${{ inputs.name }}-${{ id }}"}, with: {properties: {size: "${{ inputs.size }}"}}, pick: "@"}
        compare: {size: self.properties.size}
        wait: {until: "self.properties.provisioningState == 'Succeeded'", failed: "self.properties.provisioningState == 'Failed'", timeout: 20m}
        undo: {call: "DELETE /{+id}", path: {id: "${{ self.id }}"}}
      net.flag:
        title: Flag
        inputs: {thing: {type: string}, on: {type: boolean}}
        outputs: {on: {type: boolean, value: "${{ self.properties.on }}"}}
        read: {call: "GET /{+id}", path: {id: "${{ inputs.thing }}"}, pick: "@"}
        compare: {on: self.properties.on}
        checks:
          - {that: "!self.properties.locked", message: {en: it is locked., zh: 已锁定。}}
        update: {call: "PUT /{+id}", path: {id: "${{ inputs.thing }}"}, with: "${{ merge(without(self, ['etag']), {properties: merge(self.properties, {on: inputs.on})}) }}", pick: "@"}
        wait: {until: "self.properties.state != 'Failed'", failed: "self.properties.state == 'Failed'", timeout: 5m}
        undo: {call: "PUT /{+id}", path: {id: "${{ inputs.thing }}"}, with: "${{ merge(without(self, ['etag']), {properties: merge(self.properties, {on: before.properties.on})}) }}"}
      net.command:
        title: Command
        inputs: {thing: {type: string}, text: {type: string}}
        outputs: {said: {type: string, value: "${{ self.said }}"}}
        doubt: none
        create: {call: "POST /{+id}/run", path: {id: "${{ inputs.thing }}"}, with: {script: ["${{ inputs.text }}"]}, pick: "{said: value[0].message}"}
        undo: {none: {en: no, zh: 否}}
      net.things:
        title: Things
        inputs: {tag: {type: string}}
        outputs: {names: {type: list, items: {type: string}, value: "${{ self.names }}"}}
        find: {call: "GET /subscriptions/{subscription}/things", path: {subscription: "${{ account.subscription }}"}, with: {$query: {$filter: "tag eq '${{ inputs.tag }}'"}}, pick: "{names: value[*].name}"}
    """
}
