import Basics

/// The operating system's profile of a new virtual machine: its account, how that logs in, what cloud-init gets.
enum AzureProfile {
  private static let forbiddenNames: Set = [
    "administrator", "admin", "user", "user1", "test", "user2", "test1", "user3", "admin1", "1", "123", "a", "actuser",
    "adm", "admin2", "aspnet", "backup", "console", "david", "guest", "john", "owner", "root", "server", "sql",
    "support", "support_388945a0", "sys", "test2", "test3", "user4", "user5",
  ]

  /// Checks the profile and fills in what the answer shows.
  static func check(_ new: inout ARMResource) throws(ServiceError) {
    let profile = new["osProfile"]
    let name = profile["computerName"].string ?? new.id.name
    guard (1...64).contains(name.count), name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9.-]*/) != nil else {
      throw ARMErrors.parameter(
        "computerName",
        "Linux host name cannot exceed 64 characters in length or contain the "
          + "following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : ' \" , < > / ?.")
    }
    let user = try account(profile)
    try checkLogin(profile, user)
    if let data = profile["customData"].string {
      guard data.utf8.count <= 87380, Base64.decode(data) != nil else {
        throw ARMErrors.parameter(
          "customData",
          "Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.")
      }
    }
    let shown: [String: Value] = [
      "computerName": .string(name), "secrets": [], "allowExtensionOperations": true,
      "requireGuestProvisionSignal": true,
    ]
    var members = shown.merging(profile.members) { _, given in given }
    var linux = profile["linuxConfiguration"].members
    if linux["provisionVMAgent"] == nil { linux["provisionVMAgent"] = true }
    if linux["disablePasswordAuthentication"] == nil { linux["disablePasswordAuthentication"] = false }
    members["linuxConfiguration"] = .object(linux)
    new.properties["osProfile"] = .object(members)
  }

  private static func account(_ profile: Value) throws(ServiceError) -> String {
    let user = profile["adminUsername"].string ?? ""
    guard !user.isEmpty else {
      throw ARMErrors.parameter("adminUsername", "Required parameter 'adminUsername' is missing (null).")
    }
    guard !forbiddenNames.contains(user.lowercased()), user.count <= 64,
      user.wholeMatch(of: /[a-z_][a-z0-9_-]*/) != nil
    else { throw ARMErrors.parameter("adminUsername", "The Admin Username specified is not allowed.") }
    return user
  }

  private static func checkLogin(_ profile: Value, _ user: String) throws(ServiceError) {
    let linux = profile["linuxConfiguration"]
    let keys = linux["ssh"]["publicKeys"].list ?? []
    let password = profile["adminPassword"].string
    guard !keys.isEmpty || (password != nil && linux["disablePasswordAuthentication"].bool != true) else {
      throw ARMErrors.parameter(
        "linuxConfiguration",
        "Authentication using either SSH or by user name and password must be enabled in Linux profile.")
    }
    for key in keys {
      let path = "/home/\(user)/.ssh/authorized_keys"
      guard key["path"].string == path else {
        throw ARMErrors.parameter(
          "linuxConfiguration.ssh.publicKeys.path",
          "Destination path for SSH public keys is currently limited to its default value \(path) due to a known issue "
            + "in Linux provisioning agent.")
      }
      guard isKey(key["keyData"].string ?? "") else {
        throw ARMErrors.parameter(
          "linuxConfiguration.ssh.publicKeys.keyData",
          "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.")
      }
    }
    if let password, !isStrong(password) {
      throw ARMErrors.parameter(
        "adminPassword",
        "The supplied password must be between 6-72 characters long and must satisfy at least 3 of password complexity "
          + "requirements.")
    }
  }

  /// `ssh-rsa AAAA... comment`, with the type again inside the blob.
  private static func isKey(_ line: String) -> Bool {
    let parts = line.split(separator: " ")
    guard parts.count >= 2, ["ssh-rsa", "ssh-ed25519"].contains(parts[0]), let blob = Base64.decode(parts[1]) else {
      return false
    }
    let name = Array(parts[0].utf8)
    return blob.count > 4 + name.count && blob[0..<4] == [0, 0, 0, UInt8(name.count)]
      && Array(blob[4...].prefix(name.count)) == name
  }

  private static func isStrong(_ password: String) -> Bool {
    let classes = [
      password.contains(where: \.isLowercase), password.contains(where: \.isUppercase),
      password.contains(where: \.isNumber), password.contains { !$0.isLetter && !$0.isNumber },
    ]
    return (6...72).contains(password.count) && classes.count { $0 } >= 3
  }

  /// What a reader may see: no password and no user data.
  static func shown(_ profile: Value) -> Value {
    .object(profile.members.filter { $0.key != "customData" && $0.key != "adminPassword" })
  }
}
