import Basics
import CloudWire
import ProviderModel

/// Finds keys where one vendor's own command-line tool keeps them.
///
/// A new vendor is a new conformance and a line in `of(_:)`.
protocol VendorCredentials: Sendable {
  /// The keys of a profile; `nil` takes the vendor's default chain: environment first, then the default profile.
  func find(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> Credentials

  /// Where the keys of a profile are good, when its place says so; `nil` for the vendor's own hosts.
  func origin(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> String?
}

extension VendorCredentials {
  func origin(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> String? { nil }
}

enum Vendors {
  /// The way to the keys of a provider, by the protocol that it speaks; `nil` for one that this build cannot sign for.
  static func credentials(of form: WireProtocolName) -> (any VendorCredentials)? {
    switch form {
    case .awsQuery: AWSCredentials()
    case .alibabaRPC: AlibabaCredentials()
    case .azureARM: AzureCredentials()
    case .qingcloud: QingCloudCredentials()
    case .builtin: nil
    }
  }
}

extension StepFailure {
  /// Nothing was found; `looked` names every place.
  static func noCredentials(_ provider: String, looked: [String]) -> StepFailure {
    StepFailure(.denied, .cloudNoCredentials, ["provider": provider, "looked": looked.joined(separator: ", ")])
  }

  static func noProfile(_ profile: String, _ provider: String, looked: [String]) -> StepFailure {
    StepFailure(
      .denied, .cloudNoProfile,
      ["provider": provider, "profile": profile, "looked": looked.joined(separator: ", ")])
  }

  /// The profile is there, but gets its keys in a way that is not supported.
  static func credentialsKind(_ kind: String, profile: String, file: String) -> StepFailure {
    StepFailure(.denied, .cloudCredentialsKind, ["kind": kind, "profile": profile, "file": file])
  }
}
