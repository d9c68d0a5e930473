import Basics
import CloudWire
import JSONText

/// The service principal that `az login --service-principal` left in `~/.azure` (or `AZURE_CONFIG_DIR`).
///
/// `azureProfile.json` lists the subscriptions with who signed in; the secrets stand in `service_principal_entries.json`
/// on Linux, and encrypted in `service_principal_entries.bin` elsewhere, which only `az` can read.
struct AzureCommandLineLogin {
  let environment: CloudEnvironment

  private var folder: String { environment.path("AZURE_CONFIG_DIR", under: ".azure") }
  var profileFile: String { "\(folder)/azureProfile.json" }
  private var entriesFile: String { "\(folder)/service_principal_entries.json" }

  /// The subscription of that name or id, else the default one; `nil` when `az` knows none.
  func find(_ name: String?) throws(StepFailure) -> Credentials? {
    guard let profile = try read(profileFile) else { return nil }
    let subscriptions = profile["subscriptions"].list ?? []
    let chosen = subscriptions.first { subscription in
      guard let name else { return subscription["isDefault"].bool ?? false }
      return subscription["name"].string == name || subscription["id"].string == name
    }
    return try chosen.map { subscription throws(StepFailure) in try credentials(subscription) }
  }

  private func credentials(_ subscription: Value) throws(StepFailure) -> Credentials {
    let place = "\(profileFile) [\(subscription["name"].string ?? "")]"
    let user = subscription["user"]
    guard user["type"].string == "servicePrincipal" else { throw .azureKind("az login", place: place) }
    guard let client = user["name"].string, !client.hasSuffix("AssignedIdentity") else {
      throw .azureKind("managed identity", place: place)
    }
    guard let tenant = subscription["tenantId"].string, let id = subscription["id"].string else {
      throw StepFailure(.denied, .cloudCredentialsFile, ["file": profileFile])
    }
    let entries = try read(entriesFile)?.list ?? []
    guard let entry = entries.first(where: { $0["client_id"].string == client }) else {
      throw .azureKind("service_principal_entries.bin", place: place)
    }
    guard let secret = entry["client_secret"].string, !secret.isEmpty else {
      throw .azureKind("certificate", place: place)
    }
    return Credentials(
      accessKeyID: client, secret: secret, source: place,
      azure: AzureAccess(
        tenant: entry["tenant"].string ?? tenant, subscription: id,
        cloud: try AzureCloudChoice.cloud(named: subscription["environmentName"].string, in: environment),
        authority: environment.variable("AZURE_AUTHORITY_HOST")))
  }

  /// `az` writes a byte order mark before the JSON.
  private func read(_ path: String) throws(StepFailure) -> Value? {
    guard let text = environment.readFile(path) else { return nil }
    let plain = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    guard let value = try? JSON.parse(plain) else { throw StepFailure(.denied, .cloudCredentialsFile, ["file": path]) }
    return value
  }
}
