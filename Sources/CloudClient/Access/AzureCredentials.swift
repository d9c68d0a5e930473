import Basics
import CloudWire
import JSONText

/// Service principals of Azure: the environment (as `azure-identity` reads it), then `~/.azure/credentials` (as Ansible
/// reads it), then what `az login --service-principal` left in `~/.azure`.
///
/// A profile is a section of `~/.azure/credentials`, or the name or id of a subscription that `az` knows. Certificates,
/// managed identities and people who signed in with a browser are refused by name.
struct AzureCredentials: VendorCredentials {
  /// Variables of other ways to sign in; each is a way of its own, without a secret.
  private static let unsupported = [
    "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_USERNAME", "AZURE_AD_USER",
  ]

  func find(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> Credentials {
    if profile == nil, let found = try Self.fromEnvironment(environment) { return found }
    let name = profile ?? environment.variable("AZURE_PROFILE")
    let file = "\(environment.home)/.azure/credentials"
    if let keys = environment.readFile(file).flatMap({ INIText($0).section(name ?? "default") }) {
      return try Self.credentials(keys, place: "\(file) [\(name ?? "default")]", environment)
    }
    let commandLine = AzureCommandLineLogin(environment: environment)
    if let found = try commandLine.find(name) { return found }
    let looked = ["\(file) [\(name ?? "default")]", commandLine.profileFile]
    if let name { throw .noProfile(name, "azure", looked: looked) }
    if let kind = Self.unsupported.first(where: { environment.variable($0) != nil }) {
      throw .azureKind(kind, place: "environment")
    }
    throw .noCredentials(
      "azure",
      looked: ["AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_SUBSCRIPTION_ID"] + looked)
  }

  private static func fromEnvironment(_ environment: CloudEnvironment) throws(StepFailure) -> Credentials? {
    guard let client = environment.variable("AZURE_CLIENT_ID"),
      let secret = environment.variable("AZURE_CLIENT_SECRET") ?? environment.variable("AZURE_SECRET"),
      let tenant = environment.variable("AZURE_TENANT_ID") ?? environment.variable("AZURE_TENANT")
    else { return nil }
    let access = AzureAccess(
      tenant: tenant, subscription: try subscription(nil, place: "environment", environment),
      cloud: try AzureCloudChoice.cloud(named: nil, in: environment),
      authority: environment.variable("AZURE_AUTHORITY_HOST"))
    return Credentials(accessKeyID: client, secret: secret, source: "environment", azure: access)
  }

  /// A section of Ansible's file.
  private static func credentials(
    _ keys: [String: String], place: String, _ environment: CloudEnvironment
  ) throws(StepFailure) -> Credentials {
    guard let client = keys["client_id"], let secret = keys["secret"], let tenant = keys["tenant"], !client.isEmpty,
      !secret.isEmpty, !tenant.isEmpty
    else {
      let kind = ["ad_user", "thumbprint", "x509_certificate_path"].first { keys[$0] != nil }
      throw .azureKind(kind ?? "client_id, tenant", place: place)
    }
    let access = AzureAccess(
      tenant: tenant, subscription: try subscription(keys["subscription_id"], place: place, environment),
      cloud: try AzureCloudChoice.cloud(named: keys["cloud_environment"], in: environment),
      authority: keys["adfs_authority_url"] ?? environment.variable("AZURE_AUTHORITY_HOST"))
    return Credentials(accessKeyID: client, secret: secret, source: place, azure: access)
  }

  private static func subscription(
    _ given: String?, place: String, _ environment: CloudEnvironment
  ) throws(StepFailure) -> String {
    if let given, !given.isEmpty { return given }
    if let id = environment.variable("AZURE_SUBSCRIPTION_ID") { return id }
    throw StepFailure(.denied, .cloudAzureNoSubscription, ["place": place])
  }
}

/// Which of Azure's separate clouds is meant.
enum AzureCloudChoice {
  /// By the names that `az`, Ansible and Terraform use.
  private static let names: [String: AzureCloud] = [
    "azurecloud": .global, "azurepubliccloud": .global, "public": .global, "azurechinacloud": .china, "china": .china,
    "azureusgovernment": .usGovernment, "azureusgovernmentcloud": .usGovernment, "usgovernment": .usGovernment,
  ]

  /// The named cloud, else that of the environment, else that of its sign-in host, else the public one.
  static func cloud(named name: String?, in environment: CloudEnvironment) throws(StepFailure) -> AzureCloud {
    let given = [name, environment.variable("AZURE_CLOUD_NAME"), environment.variable("AZURE_CLOUD_ENVIRONMENT")]
      .compactMap { $0 }.first { !$0.isEmpty }
    if let given {
      guard let cloud = names[given.lowercased()] else {
        let known = AzureCloud.allCases.map(\.rawValue).joined(separator: ", ")
        throw StepFailure(.denied, .cloudAzureCloudUnknown, ["cloud": given, "known": known])
      }
      return cloud
    }
    guard let authority = environment.variable("AZURE_AUTHORITY_HOST")?.lowercased() else { return .global }
    return AzureCloud.allCases.first { authority.contains($0.authority.dropFirst("https://".count)) } ?? .global
  }
}

extension StepFailure {
  /// There is a way to sign in, but not one with a secret.
  static func azureKind(_ kind: String, place: String) -> StepFailure {
    StepFailure(.denied, .cloudAzureCredentialsKind, ["kind": kind, "place": place])
  }
}
