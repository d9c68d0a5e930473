package import Basics
package import CloudWire
import Expressions
package import ProviderModel
package import RunEngine
import Synchronization

/// Carries out the actions of every cloud by their descriptions; knows protocols, no products.
///
/// Credentials, endpoints, time and randomness are handed in. Calls of one provider under one profile share keys and
/// rate.
package final class CloudPerformer: ActionPerformer {
  private struct SessionKey: Hashable {
    var provider: String
    var profile: String?
  }

  private let catalog: ProviderCatalog
  private let transport: any HTTPTransport
  private let credentials: CredentialFinder
  private let endpoints: EndpointOverrides
  private let time: any TimeSource
  private let random: any RandomSource
  private let masker: Masker
  private let timeouts: HTTPTimeouts
  private let observer: CloudObserver?
  private let sessions = Mutex<[SessionKey: CloudSession]>([:])
  private let doubts = DoubtMemory()
  private let serial = KeyedLock()

  /// - Parameters:
  ///   - catalog: The providers that steps may name.
  ///   - masker: Learns the keys' secrets, and masks what the observer gets.
  ///   - observer: Gets every exchange, for logs.
  package init(
    catalog: ProviderCatalog, transport: any HTTPTransport, credentials: CredentialFinder,
    endpoints: EndpointOverrides = EndpointOverrides(), time: any TimeSource = SystemTime(),
    random: any RandomSource = SystemRandom(), masker: Masker = Masker(), timeouts: HTTPTimeouts = HTTPTimeouts(),
    observer: CloudObserver? = nil
  ) {
    self.catalog = catalog
    self.transport = transport
    self.credentials = credentials
    self.endpoints = endpoints
    self.time = time
    self.random = random
    self.masker = masker
    self.timeouts = timeouts
    self.observer = observer
  }

  /// Commands on hosts that are reached through a cloud (`{via: alibaba/ecs.command, ...}`).
  package var command: CloudCommand { CloudCommand(cloud: self, catalog: catalog, random: random) }

  // MARK: ActionPerformer

  package func perform(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> StepOutcome {
    try await serialized(call) { () async throws(StepFailure) in
      let step = try await self.lifecycle(call)
      if call.action.create.isEmpty && call.action.update.isEmpty { return try await step.readOnly(checkpoint) }
      if call.record.succeeded { return try await step.refresh(checkpoint) }
      return call.action.create.isEmpty ? try await step.update(checkpoint) : try await step.create(checkpoint)
    }
  }

  package func resolve(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> Resolution {
    try await serialized(call) { () async throws(StepFailure) in
      try await self.lifecycle(call).resolve(checkpoint)
    }
  }

  package func read(_ call: StepCall) async throws(StepFailure) -> Reading {
    try await lifecycle(call).reading()
  }

  package func undo(_ call: StepCall, checkpoint: any Checkpoint) async throws(StepFailure) -> UndoOutcome {
    try await serialized(call) { () async throws(StepFailure) in
      if case .none = call.action.undo { return try await self.lifecycle(call, asksAccount: false).undo(checkpoint) }
      return try await self.lifecycle(call).undo(checkpoint)
    }
  }

  /// The declared key with the provider before it.
  ///
  /// Across processes the engine has to hold it; within this one it is held here too. `account` is not known here.
  package func serializeKey(_ call: StepCall) throws(StepFailure) -> String? {
    guard let template = call.action.serialize else { return nil }
    let inputs = try StepInputs.checked(call.inputs, by: call.action)
    let scope = Scope([
      "inputs": .object(inputs), "self": call.record.object, "token": .string(call.token), "id": .string(call.id),
      "account": .null, "before": .null,
    ])
    do throws(ExpressionError) {
      let key = try template.evaluate(scope)
      return key.isNull ? nil : "\(call.action.provider):\(key.scalarText ?? "")"
    } catch { throw error.failure }
  }

  // MARK: Access

  /// Whether keys can be found for a provider and profile; for checks before anything is touched.
  package func checkCredentials(provider name: String, profile: String? = nil) throws(StepFailure) {
    _ = try session(name, profile).credentials(at: time)
  }

  /// Who the keys of a provider and profile belong to (the provider's `identity`), asked once; null where it declares
  /// none.
  package func account(
    provider name: String, profile: String? = nil, region: String? = nil
  ) async throws(StepFailure) -> Value {
    let session = try session(name, profile)
    let action = ActionDescription(
      provider: name, name: "identity", product: "", title: session.provider.title,
      location: SourceLocation(file: ""))
    let call = StepCall(
      runID: "", address: StepAddress("identity"), action: action, inputs: [:], account: profile, adopt: .never,
      token: "")
    let inputs: [String: Value] = region.map { ["region": .string($0)] } ?? [:]
    return try await identity(lifecycle(call, session, inputs: inputs))
  }

  private func identity(_ step: Lifecycle) async throws(StepFailure) -> Value {
    let session = step.caller.session
    if session.usesTokens { return try session.credentials(at: time).azure?.account ?? .null }
    if let known = session.account { return known }
    guard let lookUp = session.provider.identity else { return .null }
    let account = try await step.look(lookUp) ?? .null
    session.account = account
    return account
  }

  private func lifecycle(_ call: StepCall, asksAccount: Bool = true) async throws(StepFailure) -> Lifecycle {
    let session = try session(call.action.provider, call.account)
    let inputs = try StepInputs.checked(call.inputs, by: call.action)
    for field in call.action.inputs where field.sensitive { masker.add(inputs[field.name] ?? .null) }
    var step = lifecycle(call, session, inputs: inputs)
    if asksAccount, session.usesTokens || call.action.readsAccount { step.account = try await identity(step) }
    return step
  }

  private func lifecycle(_ call: StepCall, _ session: CloudSession, inputs: [String: Value]) -> Lifecycle {
    // A session exists only for a provider whose protocol is known.
    guard let wire = WireForms.wireProtocol(of: session.provider.wireProtocol) else {
      preconditionFailure("a session without a wire protocol")
    }
    let caller = Caller(
      session: session, wire: wire, transport: transport, time: time, random: random, masker: masker,
      timeouts: timeouts, endpoints: endpoints, step: call.address, observer: observer)
    return Lifecycle(call: call, caller: caller, endpoints: endpoints, time: time, doubts: doubts, inputs: inputs)
  }

  private func session(_ name: String, _ profile: String?) throws(StepFailure) -> CloudSession {
    guard let provider = catalog.providers[name] else {
      throw StepFailure(.invalid, .cloudProviderUnknown, ["provider": name])
    }
    guard WireForms.wireProtocol(of: provider.wireProtocol) != nil else { throw .noProtocol(provider) }
    return sessions.withLock { sessions in
      let key = SessionKey(provider: name, profile: profile)
      if let known = sessions[key] { return known }
      let session = CloudSession(
        provider: provider, profile: profile, finder: credentials, masker: masker, time: time)
      sessions[key] = session
      return session
    }
  }

  /// Runs `body` while no other step with the same `serialize` key runs in this process.
  private func serialized<Outcome: Sendable>(
    _ call: StepCall, _ body: @Sendable () async throws(StepFailure) -> Outcome
  ) async throws(StepFailure) -> Outcome {
    guard let key = try serializeKey(call) else { return try await body() }
    guard await serial.enter(key) else { throw .interrupted(nil) }
    defer { serial.leave(key) }
    return try await body()
  }
}

extension ActionDescription {
  /// Whether any expression reads the root `account`.
  var readsAccount: Bool {
    let lookUps = [find, match, read, busy, wait?.call].compactMap { $0 }.flatMap(\.calls)
    var undoCalls: [Call] = []
    if case .calls(let calls) = undo { undoCalls = calls }
    let calls = lookUps + create + update + undoCalls
    let own = [wait?.until, wait?.failed, gone] + compare.map(\.present) + outputs.map(\.value) + checks.map(\.that)
    let templates = calls.flatMap { [$0.parameters, $0.path, $0.pick, $0.when] } + own
    return templates.contains { $0?.references.contains { $0.root == "account" } ?? false }
  }
}
