package import Basics
package import CloudWire
package import ProviderModel

import class FoundationEssentials.FileManager

/// Finds the keys of a provider: where the vendor's own tools keep them, or, in a lab, those that were handed in.
package struct CredentialFinder: Sendable {
  private let environment: CloudEnvironment
  private let fixed: [String: Credentials]?

  /// - Parameters:
  ///   - environment: The environment's variables.
  ///   - home: The home folder, absolute.
  ///   - fixed: Keys by the provider's name, for a lab: then neither environment nor files are looked at.
  ///   - readFile: The text of a file; `nil` when there is none.
  package init(
    environment: [String: String], home: String, fixed: [String: Credentials]? = nil,
    readFile: @escaping @Sendable (_ path: String) -> String? = Self.machineFile
  ) {
    self.environment = CloudEnvironment(variables: environment, home: home, readFile: readFile)
    self.fixed = fixed
  }

  /// Reads a text file of this machine.
  package static let machineFile: @Sendable (_ path: String) -> String? = { path in
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The keys of a profile of a provider, where `nil` is the vendor's default chain.
  ///
  /// Environment and files are read anew each time. Throws a failure of class `denied` that names every place that was
  /// looked at.
  package func credentials(
    for provider: ProviderDescription, profile: String? = nil
  ) throws(StepFailure) -> Credentials {
    if let fixed {
      guard let found = fixed[provider.name] else { throw .noCredentials(provider.name, looked: ["lab"]) }
      return found
    }
    guard let vendor = Vendors.credentials(of: provider.wireProtocol) else { throw .noProtocol(provider) }
    return try vendor.find(profile: profile, in: environment)
  }

  /// Where the keys of a profile are good, when their place names a host; `nil` for the vendor's own, and in a lab.
  func origin(for provider: ProviderDescription, profile: String?) throws(StepFailure) -> String? {
    guard fixed == nil else { return nil }
    return try Vendors.credentials(of: provider.wireProtocol)?.origin(profile: profile, in: environment)
  }
}
