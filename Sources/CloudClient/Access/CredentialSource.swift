package import Basics
package import CloudWire
package import ProviderModel

/// Where the keys come from.
package enum CredentialSource: Sendable {
  /// From where the vendors' own tools keep them, in this environment.
  case vendor(CloudEnvironment)
  /// These, by the provider's name, whatever the profile: the lab's. The environment is not looked at.
  case fixed([String: Credentials])

  /// The keys of a profile of a provider; `nil` is the vendor's default chain. Reads the files anew each time.
  ///
  /// Throws a failure of class `denied` that names every place that was looked at.
  package func credentials(
    for provider: ProviderDescription, profile: String?
  ) throws(StepFailure) -> Credentials {
    switch self {
    case .fixed(let byProvider):
      guard let found = byProvider[provider.name] else { throw .noCredentials(provider.name, looked: ["lab"]) }
      return found
    case .vendor(let environment):
      guard let vendor = Vendors.credentials(of: provider.wireProtocol) else {
        throw StepFailure(
          .invalid, .cloudProtocolMissing,
          ["provider": provider.name, "protocol": provider.wireProtocol.rawValue])
      }
      return try vendor.find(profile: profile, in: environment)
    }
  }
}
