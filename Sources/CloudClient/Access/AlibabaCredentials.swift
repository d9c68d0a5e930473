import Basics
import CloudWire
import JSONText

import struct FoundationEssentials.Date

/// Keys of Alibaba Cloud: the environment, then `~/.aliyun/config.json` of the `aliyun` command (modes `AK` and
/// `StsToken`).
struct AlibabaCredentials: VendorCredentials {
  func find(profile: String?, in environment: CloudEnvironment) throws(StepFailure) -> Credentials {
    if profile == nil, let found = Self.fromEnvironment(environment) { return found }
    let path = "\(environment.home)/.aliyun/config.json"
    let wanted = profile ?? environment.variable("ALIBABA_CLOUD_PROFILE")
    guard let text = environment.readFile(path) else {
      if let wanted { throw .noProfile(wanted, "alibaba", looked: [path]) }
      throw .noCredentials(
        "alibaba", looked: ["ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET", path])
    }
    guard let config = try? JSON.parse(text) else {
      throw StepFailure(.denied, .cloudCredentialsFile, ["file": path])
    }
    let name = wanted ?? config["current"].string ?? "default"
    guard let found = config["profiles"].list?.first(where: { $0["name"].string == name }) else {
      throw .noProfile(name, "alibaba", looked: [path])
    }
    return try Self.credentials(found, name: name, path: path)
  }

  private static func fromEnvironment(_ environment: CloudEnvironment) -> Credentials? {
    for prefix in ["ALIBABA_CLOUD", "ALIBABACLOUD"] {
      if let id = environment.variable("\(prefix)_ACCESS_KEY_ID"),
        let secret = environment.variable("\(prefix)_ACCESS_KEY_SECRET")
      {
        return Credentials(
          accessKeyID: id, secret: secret, sessionToken: environment.variable("\(prefix)_SECURITY_TOKEN"),
          source: "environment")
      }
    }
    return nil
  }

  private static func credentials(_ profile: Value, name: String, path: String) throws(StepFailure) -> Credentials {
    let mode = profile["mode"].string ?? "AK"
    guard mode == "AK" || mode == "StsToken" else { throw .credentialsKind(mode, profile: name, file: path) }
    guard let id = profile["access_key_id"].string, let secret = profile["access_key_secret"].string, !id.isEmpty,
      !secret.isEmpty
    else { throw .noProfile(name, "alibaba", looked: [path]) }
    let token = mode == "StsToken" ? profile["sts_token"].string : nil
    let expires = profile["sts_expiration"].integer.flatMap { $0 > 0 ? Date(timeIntervalSince1970: Double($0)) : nil }
    return Credentials(
      accessKeyID: id, secret: secret, sessionToken: token, source: "\(path) [\(name)]",
      expires: mode == "StsToken" ? expires : nil)
  }
}
