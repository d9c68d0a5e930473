import Basics
import CloudWire
import Synchronization

import struct FoundationEssentials.Date

/// The token of one service principal, shared by all calls of a session: fetched before the first call, renewed before
/// it ends, one renewal at a time.
///
/// Its life is counted on the clock that never goes backwards, so a wrong date on either side does no harm. A renewal
/// that fails while the token still lives leaves the old one in use.
final class AzureTokens: Sendable {
  private struct Held {
    var token: AzureToken
    /// Id and secret that it was given for.
    var keys: Credentials
    var renewAt: Duration
    var endsAt: Duration
  }
  private struct State {
    var held: Held?
    /// Fetches that ended, well or not.
    var rounds = 0
    var failure: CallProblem?
  }
  private let state = Mutex(State())
  private let door = KeyedLock()

  /// The keys with a token that is good for now.
  ///
  /// Whoever waits while another fetches gets what that one got: its token, or its refusal.
  func credentials(
    _ keys: Credentials, at time: any TimeSource, fetch: @Sendable () async throws(CallProblem) -> AzureToken
  ) async throws(CallProblem) -> Credentials {
    let round = state.withLock { $0.rounds }
    if let fresh = fresh(keys, at: time.elapsed) { return fresh }
    guard await door.enter("token") else { throw .failed(.interrupted(nil)) }
    defer { door.leave("token") }
    if let fresh = fresh(keys, at: time.elapsed) { return fresh }
    let (rounds, failure) = state.withLock { ($0.rounds, $0.failure) }
    if rounds != round, let failure { return try living(keys, at: time.elapsed, after: failure) }
    do throws(CallProblem) {
      let (sent, sentDate) = (time.elapsed, time.now)
      let token = try await fetch()
      let held = Held(
        token: token, keys: keys, renewAt: sent + .seconds(token.refresh.timeIntervalSince(sentDate)),
        endsAt: sent + .seconds(token.expires.timeIntervalSince(sentDate)))
      end(held, nil)
      return keys.carrying(token)
    } catch {
      // An interruption is about this call only: the next in line tries for itself.
      if !error.isInterruption { end(nil, error) }
      return try living(keys, at: time.elapsed, after: error)
    }
  }

  /// The service refuses this token: another one is fetched for the next try.
  ///
  /// A token that has been renewed meanwhile stays.
  func forget(_ token: String?) {
    state.withLock { if $0.held?.token.text == token { $0.held = nil } }
  }

  private func end(_ held: Held?, _ failure: CallProblem?) {
    state.withLock { state in
      if let held { state.held = held }
      state.rounds += 1
      state.failure = failure
    }
  }

  private func fresh(_ keys: Credentials, at now: Duration) -> Credentials? {
    guard let held = held(for: keys), now < held.renewAt else { return nil }
    return keys.carrying(held.token)
  }

  /// The present token as long as it lives at all, when no new one can be had just now.
  private func living(_ keys: Credentials, at now: Duration, after failure: CallProblem) throws(CallProblem)
    -> Credentials
  {
    guard !failure.isInterruption, let held = held(for: keys), now < held.endsAt else { throw failure }
    return keys.carrying(held.token)
  }

  private func held(for keys: Credentials) -> Held? {
    state.withLock { $0.held.flatMap { $0.keys == keys ? $0 : nil } }
  }
}

extension CallProblem {
  fileprivate var isInterruption: Bool {
    switch self {
    case .failed(let failure): failure.kind == .interrupted
    case .http(let failure): failure.kind == .cancelled
    case .refused: false
    }
  }
}
