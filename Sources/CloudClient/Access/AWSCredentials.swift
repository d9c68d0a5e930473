import Basics
import CloudWire

/// Keys of AWS: the environment, then `~/.aws/credentials`, then `~/.aws/config` (AWS CLI, "Configuration and
/// credential file settings").
///
/// Roles, single sign-on and credential processes are not followed: a profile with only these is refused with their
/// name.
struct AWSCredentials: VendorCredentials {
  /// Ways to keys that need a call or a program first.
  private static let unsupported = [
    "role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file", "login_session",
  ]

  func find(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> Credentials {
    if profile == nil, let found = Self.fromEnvironment(environment) { return found }
    let name =
      profile ?? environment.variable("AWS_PROFILE") ?? environment.variable("AWS_DEFAULT_PROFILE") ?? "default"
    let places = [
      (environment.path("AWS_SHARED_CREDENTIALS_FILE", under: ".aws/credentials"), name),
      (environment.path("AWS_CONFIG_FILE", under: ".aws/config"), name == "default" ? name : "profile \(name)"),
    ]
    var isDeclared = false
    for (path, section) in places {
      guard let keys = environment.readFile(path).flatMap({ INIText($0).section(section) }) else { continue }
      isDeclared = true
      if let found = Self.keys(keys, source: "\(path) [\(section)]") { return found }
      if let kind = Self.unsupported.first(where: { keys[$0] != nil }) {
        throw .credentialsKind(kind, profile: name, file: path)
      }
    }
    let files = places.map { "\($0.0) [\($0.1)]" }
    if profile != nil || isDeclared { throw .noProfile(name, "aws", looked: files) }
    throw .noCredentials("aws", looked: ["AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"] + files)
  }

  private static func fromEnvironment(_ environment: CloudEnvironment) -> Credentials? {
    guard let id = environment.variable("AWS_ACCESS_KEY_ID"),
      let secret = environment.variable("AWS_SECRET_ACCESS_KEY")
    else { return nil }
    return Credentials(
      accessKeyID: id, secret: secret, sessionToken: environment.variable("AWS_SESSION_TOKEN"), source: "environment",
      expires: environment.variable("AWS_CREDENTIAL_EXPIRATION").flatMap { Timestamp.parse($0) })
  }

  private static func keys(_ keys: [String: String], source: String) -> Credentials? {
    guard let id = keys["aws_access_key_id"], let secret = keys["aws_secret_access_key"], !id.isEmpty, !secret.isEmpty
    else { return nil }
    let token = keys["aws_session_token"] ?? keys["aws_security_token"]
    return Credentials(
      accessKeyID: id, secret: secret, sessionToken: token.flatMap { $0.isEmpty ? nil : $0 }, source: source)
  }
}
