import Basics
import CloudWire
import ProviderModel

import struct FoundationEssentials.Date

/// Makes API calls for one step: signs, sends, reads the answer, and repeats what may be repeated.
struct Caller: Sendable {
  /// Most pages of one list; a list without end is a fault of the other side.
  static let mostPages = 500

  let session: CloudSession
  let wire: any WireProtocol
  let transport: any HTTPTransport
  let time: any TimeSource
  let random: any RandomSource
  let masker: Masker
  let timeouts: HTTPTimeouts
  let endpoints: EndpointOverrides
  let step: StepAddress?
  let observer: CloudObserver?

  // MARK: Reads

  /// A call that changes nothing, with all its pages; repeated freely while that may help.
  func ask(_ request: CallRequest) async throws(CallProblem) -> Value {
    var page = request
    var whole = try await askOnce(page)
    var latest = whole
    for _ in 1..<Self.mostPages {
      guard let next = wire.nextPage(after: latest, of: page.wire), next.parameters != page.wire.parameters else {
        return whole
      }
      page = CallRequest(name: request.name, wire: next, errors: request.errors)
      latest = try await askOnce(page)
      whole = wire.join(whole, with: latest)
    }
    throw .failed(
      StepFailure(
        .unknown, .cloudTooManyPages, ["call": request.name, "pages": String(Self.mostPages)], call: request.name))
  }

  /// How an operation stands: a question like any other, but a failure that the operation itself reports is final.
  func poll(_ request: CallRequest, isEnd: (ProviderError) -> Bool) async throws(CallProblem) -> Value {
    try await askOnce(request) { $0.refusal.map(isEnd) ?? false }
  }

  private func askOnce(
    _ request: CallRequest, isFinal: (CallProblem) -> Bool = { _ in false }
  ) async throws(CallProblem) -> Value {
    var budget = retryBudget
    var number = 0
    while true {
      number += 1
      do throws(CallProblem) { return try await attempt(request, number: number) } catch {
        guard !isFinal(error), let pause = budget.pause(after: error, at: time.elapsed) else { throw error }
        try await sleep(pause)
      }
    }
  }

  var retryBudget: RetryBudget {
    RetryBudget(start: time.elapsed, random: random, renewals: session.usesTokens ? 1 : 2)
  }

  // MARK: Changes

  /// How a changing call stands after it could not be answered.
  struct ChangeFailure: Error {
    var problem: CallProblem
    /// Whether any try may have taken effect.
    var isUncertain: Bool
  }

  /// A call that changes something: repeated when it certainly had no effect, and otherwise only when `isRepeatable`
  /// says that the same parameters a second time are harmless (a client token, an undo).
  ///
  /// - Parameter earlierUncertain: A try before this one may have taken effect.
  func change(
    _ request: CallRequest, isRepeatable: Bool, earlierUncertain: Bool = false
  ) async throws(ChangeFailure) -> Value {
    var budget = retryBudget
    var isUncertain = earlierUncertain
    var number = 0
    while true {
      number += 1
      do throws(CallProblem) { return try await attempt(request, number: number) } catch {
        if error.mayHaveHappened { isUncertain = true }
        guard !isUncertain || isRepeatable, let pause = budget.pause(after: error, at: time.elapsed) else {
          throw ChangeFailure(problem: error, isUncertain: isUncertain)
        }
        do throws(CallProblem) { try await sleep(pause) } catch {
          throw ChangeFailure(problem: error, isUncertain: isUncertain)
        }
      }
    }
  }

  // MARK: One try

  /// Signs with a fresh date and nonce, sends, and reads the answer.
  private func attempt(_ request: CallRequest, number: Int) async throws(CallProblem) -> Value {
    let credentials = try await credentials()
    guard let signer = WireForms.signer(of: session.provider.wireProtocol, product: request.wire.product) else {
      throw .failed(.noProtocol(session.provider))
    }
    do { try await session.throttle.enter() } catch { throw .failed(.interrupted(request.name)) }
    defer { session.throttle.leave() }
    var plain = wire.encode(request.wire)
    plain.timeouts = timeouts
    let signed = signer.sign(
      plain, for: request.wire, with: credentials, at: time.now.addingTimeInterval(session.skew),
      nonce: random.hex(16)
    ).request
    let start = time.elapsed
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try await transport.send(signed) } catch {
      trace(request.name, number, signed, .failed(error), since: start)
      throw .http(error)
    }
    switch wire.decode(response, to: request.wire, errors: request.errors) {
    case .success(let value):
      trace(request.name, number, signed, .answered(status: response.status), since: start)
      return value
    case .failure(let error):
      trace(request.name, number, signed, .refused(error), since: start)
      learn(from: error, signedWith: credentials)
      throw .refused(error)
    }
  }

  /// The keys; where tokens are signed with, a fresh one is fetched first.
  private func credentials() async throws(CallProblem) -> Credentials {
    let keys: Credentials
    do throws(StepFailure) { keys = try session.credentials(at: time) } catch { throw .failed(error) }
    guard let access = keys.azure else { return keys }
    return try await session.tokens.credentials(keys, at: time) { () async throws(CallProblem) in
      try await self.signIn(keys, access)
    }
  }

  /// Makes the next try better: another clock, other keys, another token.
  private func learn(from error: ProviderError, signedWith credentials: Credentials) {
    switch error.kind {
    case .clock: if let date = error.serverDate { session.skew = date.timeIntervalSince(time.now) }
    case .expired:
      // EC2 says RequestExpired of old keys and of a wrong clock alike.
      if let date = error.serverDate, abs(date.timeIntervalSince(time.now) - session.skew) > 60 {
        session.skew = date.timeIntervalSince(time.now)
      }
      session.forgetCredentials()
      session.tokens.forget(credentials.sessionToken)
    default: break
    }
  }

  func trace(
    _ name: String, _ number: Int, _ sent: HTTPRequest, _ outcome: CloudExchange.Outcome, since start: Duration
  ) {
    guard let observer else { return }
    observer(
      CloudExchange(
        name, step: step, attempt: number, request: sent, outcome: outcome, duration: time.elapsed - start,
        masker: masker))
  }

  func sleep(_ pause: Duration) async throws(CallProblem) {
    guard pause > .zero else { return }
    do { try await time.sleep(for: pause) } catch { throw .failed(.interrupted(nil)) }
  }
}

extension StepFailure {
  static func interrupted(_ call: String?) -> StepFailure { StepFailure(.interrupted, .cloudInterrupted, call: call) }

  static func noProtocol(_ provider: ProviderDescription) -> StepFailure {
    StepFailure(
      .invalid, .cloudProtocolMissing, ["provider": provider.name, "protocol": provider.wireProtocol.rawValue])
  }
}
