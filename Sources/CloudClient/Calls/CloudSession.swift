import Basics
import CloudWire
import ProviderModel
import Synchronization

/// What all calls of one provider under one profile share: keys, rate, the clocks' difference, the account's identity.
final class CloudSession: Sendable {
  let provider: ProviderDescription
  let profile: String?
  let throttle: RequestThrottle
  /// Azure: the token of the keys.
  let tokens = AzureTokens()
  private let finder: CredentialFinder
  private let masker: Masker

  private struct State {
    var credentials: Credentials?
    /// The server's clock minus ours, in seconds.
    var skew = 0.0
    var account: Value?
    /// Empty for the vendor's own hosts; `nil` until it was looked up.
    var origin: String?
  }
  private let state = Mutex(State())

  init(
    provider: ProviderDescription, profile: String?, finder: CredentialFinder, masker: Masker, time: any TimeSource
  ) {
    self.provider = provider
    self.profile = profile
    self.finder = finder
    self.masker = masker
    throttle = RequestThrottle(provider.throttle, time: time)
  }

  /// Whether requests carry a token that the keys are exchanged for; then the account is known with the keys.
  var usesTokens: Bool { provider.wireProtocol == .azureARM }

  /// The keys, read again from their place once they have run out.
  func credentials(at time: any TimeSource) throws(StepFailure) -> Credentials {
    if let known = state.withLock({ $0.credentials }), known.expires.map({ $0 > time.now }) ?? true { return known }
    let found = try finder.credentials(for: provider, profile: profile)
    masker.add(found.secret)
    if let token = found.sessionToken { masker.add(token) }
    state.withLock { $0.credentials = found }
    return found
  }

  /// Where the keys are good, when their place says so.
  func origin() throws(StepFailure) -> String? {
    if let known = state.withLock({ $0.origin }) { return known.isEmpty ? nil : known }
    let origin = try finder.origin(for: provider, profile: profile)
    state.withLock { $0.origin = origin ?? "" }
    return origin
  }

  /// The other side says that the keys have run out: they are read again for the next try.
  func forgetCredentials() { state.withLock { $0.credentials = nil } }

  /// The server's clock minus ours, in seconds.
  var skew: Double {
    get { state.withLock { $0.skew } }
    set { state.withLock { $0.skew = newValue } }
  }

  /// Who the keys belong to, once it was asked.
  var account: Value? {
    get { state.withLock { $0.account } }
    set { state.withLock { $0.account = newValue } }
  }
}
