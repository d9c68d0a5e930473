import Basics
import CloudWire
import YAMLText

/// Keys of QingCloud: the environment, then `~/.qingcloud/config.yaml` of the vendor's command line.
///
/// That tool has no profiles but other files (`-f FILE`): a profile is `~/.qingcloud/PROFILE.yaml`, or a path. Its
/// `zone` is not used, because a region is always said by the workflow; its `host`, `port` and `protocol` are, because
/// keys of a private cloud are good there only.
struct QingCloudCredentials: VendorCredentials {
  func find(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> Credentials {
    if profile == nil, let found = Self.fromEnvironment(environment) { return found }
    let path = Self.path(profile, in: environment)
    guard let config = try Self.config(path, in: environment) else {
      if let profile { throw .noProfile(profile, "qingcloud", looked: [path]) }
      throw .noCredentials("qingcloud", looked: ["QY_ACCESS_KEY_ID, QY_SECRET_ACCESS_KEY", path])
    }
    // An id such as 007 would be a number in YAML; the vendor's tool sends it as text.
    guard let id = config["qy_access_key_id"].scalarText, let secret = config["qy_secret_access_key"].scalarText,
      !id.isEmpty, !secret.isEmpty
    else { throw StepFailure(.denied, .cloudCredentialsFile, ["file": path]) }
    return Credentials(accessKeyID: id, secret: secret, source: path)
  }

  /// Where the keys are good, when that is not the public cloud.
  func origin(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> String? {
    if profile == nil, Self.fromEnvironment(environment) != nil { return nil }
    let config = try Self.config(Self.path(profile, in: environment), in: environment) ?? .null
    guard let host = config["host"].string, !host.isEmpty else { return nil }
    let scheme = config["protocol"].string ?? "https"
    let port = config["port"].integer ?? (scheme == "https" ? 443 : 80)
    let isUsual = port == (scheme == "https" ? 443 : 80)
    return "\(scheme)://\(host)\(isUsual ? "" : ":\(port)")"
  }

  private static func fromEnvironment(_ environment: CloudEnvironment) -> Credentials? {
    guard let id = environment.variable("QY_ACCESS_KEY_ID"), let secret = environment.variable("QY_SECRET_ACCESS_KEY")
    else { return nil }
    return Credentials(accessKeyID: id, secret: secret, source: "environment")
  }

  private static func path(_ profile: String?, in environment: CloudEnvironment) -> String {
    guard let profile else { return "\(environment.home)/.qingcloud/config.yaml" }
    if profile.hasPrefix("~/") { return "\(environment.home)/\(profile.dropFirst(2))" }
    return profile.contains("/") ? profile : "\(environment.home)/.qingcloud/\(profile).yaml"
  }

  private static func config(_ path: String, in environment: CloudEnvironment) throws(StepFailure) -> Value? {
    guard let text = environment.readFile(path) else { return nil }
    do throws(Diagnostics) { return try YAMLReader.read(text, file: path).value } catch {
      throw StepFailure(.denied, .cloudCredentialsFile, ["file": path])
    }
  }
}
