import Basics
import Glibc

/// What stands on a new host's disk: accounts, names, keys, sshd's configuration and stand-in commands.
struct HostImage {
  var spec: HostSpec
  var key: HostKey
  var deviceAPI: String?

  static let hostKeyFile = "/etc/ssh/ssh_host_ed25519_key"
  static let sshdConfigFile = "/etc/ssh/sshd_config"
  /// Where commands lie that the deploy script "installs".
  static let shelf = "/usr/local/lib/causeway"

  /// User and group number of the account at `index` of `spec.users`.
  static func owner(_ index: Int) -> HostFiles.Owner {
    HostFiles.Owner(user: UInt32(1000 + index), group: UInt32(1000 + index))
  }

  /// Writes the whole disk, once in a host's life.
  func write(to files: HostFiles) throws(FabricError) {
    try writeAccounts(files)
    try writeNames(files)
    try writeSSH(files)
    try writeCommands(files)
    try writeBoot(files)
  }

  /// What a boot finds gone: the folders that are memory only.
  func writeBoot(_ files: HostFiles) throws(FabricError) {
    try files.makeFolder("/run/sshd")
    try files.makeFolder("/run/lock", mode: 0o1777)
  }

  private func writeAccounts(_ files: HostFiles) throws(FabricError) {
    var (passwd, group, shadow) = (Self.passwd, Self.group, Self.shadow)
    group.append("sudo:x:27:\(spec.users.map(\.name).joined(separator: ","))")
    for (index, user) in spec.users.enumerated() {
      let number = Self.owner(index).user
      passwd.append("\(user.name):x:\(number):\(number):\(user.name):/home/\(user.name):/bin/bash")
      group.append("\(user.name):x:\(number):")
      shadow.append("\(user.name):*:19000:0:99999:7:::")
    }
    try files.write(passwd.text, to: "/etc/passwd")
    try files.write(group.text, to: "/etc/group")
    try files.write(shadow.text, to: "/etc/shadow", mode: 0o640, owner: HostFiles.Owner(group: 42))
    try files.write("", to: "/etc/gshadow", mode: 0o640, owner: HostFiles.Owner(group: 42))
    try files.write("passwd: files\ngroup: files\nshadow: files\nhosts: files\n", to: "/etc/nsswitch.conf")
    try writeHome("/root", .root, keys: spec.rootKeys, files)
    for (index, user) in spec.users.enumerated() {
      try writeHome("/home/\(user.name)", Self.owner(index), keys: user.keys, files)
    }
  }

  private static let passwd = [
    "root:x:0:0:root:/root:/bin/bash", "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
    "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin", "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  ]
  private static let group = ["root:x:0:", "daemon:x:1:", "tty:x:5:", "shadow:x:42:", "nogroup:x:65534:"]
  // A star, not `!`: sshd takes the latter for a locked account and refuses its keys, too.
  private static let shadow = ["root", "daemon", "sshd", "nobody"].map { "\($0):*:19000:0:99999:7:::" }

  func writeHome(_ home: String, _ owner: HostFiles.Owner, keys: [String], _ files: HostFiles) throws(FabricError) {
    try files.makeFolder(home, mode: 0o700, owner: owner)
    try files.write("PS1='[\\u@\\h \\W]\\$ '\n", to: "\(home)/.bashrc", owner: owner)
    try files.write(". ~/.bashrc\n", to: "\(home)/.profile", owner: owner)
    try files.makeFolder("\(home)/.ssh", mode: 0o700, owner: owner)
    try files.write(keys.text, to: "\(home)/.ssh/authorized_keys", mode: 0o600, owner: owner)
  }

  private func writeNames(_ files: HostFiles) throws(FabricError) {
    if let system = spec.system { try files.write(system.text, to: "/usr/lib/os-release") }
    let names = spec.names.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    try files.write("\(spec.hostname)\n", to: "/etc/hostname")
    try files.write((["127.0.0.1 localhost", "127.0.1.1 \(spec.hostname)"] + names).text, to: "/etc/hosts")
    try files.write("", to: "/etc/resolv.conf")
    try files.makeFolder("/etc/causeway")
    try files.write("\(spec.id)\n", to: "/etc/causeway/machine")
    if let deviceAPI { try files.write("\(deviceAPI)\n", to: "/etc/causeway/device-api") }
  }

  private func writeSSH(_ files: HostFiles) throws(FabricError) {
    // The machine's own host keys shine through the overlay until they are removed.
    for name in files.names(in: "/etc/ssh") where name.hasPrefix("ssh_host_") { try files.remove("/etc/ssh/\(name)") }
    try files.write(key.privateKey.endingInNewline, to: Self.hostKeyFile, mode: 0o600)
    try files.write(key.publicKey.endingInNewline, to: "\(Self.hostKeyFile).pub")
    try files.write(sshdConfig.text, to: Self.sshdConfigFile)
  }

  private var sshdConfig: [String] {
    let byPassword = spec.rootPassword != nil || spec.users.contains { $0.password != nil }
    return [
      "HostKey \(Self.hostKeyFile)", "UsePAM no",
      "PermitRootLogin \(spec.rootPassword == nil ? "prohibit-password" : "yes")",
      "PasswordAuthentication \(byPassword ? "yes" : "no")", "KbdInteractiveAuthentication no", "UseDNS no",
      "PidFile none",
      "PrintMotd no", "PrintLastLog no", "Subsystem sftp internal-sftp", "AcceptEnv LANG LC_*",
    ]
  }

  private func writeCommands(_ files: HostFiles) throws(FabricError) {
    try files.makeFolder(Self.shelf)
    try files.makeFolder("\(Self.shelf)/packages")
    for (name, text) in StandIns.packages {
      try files.write(text, to: "\(Self.shelf)/packages/\(name)", mode: 0o755)
    }
    if Toolbox.find("wget") == nil { try files.write(StandIns.wget, to: "/usr/local/bin/wget", mode: 0o755) }
    if spec.users.isEmpty { return }
    try files.write(StandIns.sudo, to: "/usr/local/bin/sudo", mode: 0o755)
    guard let setpriv = files.readBytes("/usr/bin/setpriv") else {
      throw .refused(what: "give \(spec.id) a sudo", message: "no /usr/bin/setpriv")
    }
    try files.write(setpriv, to: "\(Self.shelf)/as-root", mode: 0o4750, owner: HostFiles.Owner(group: 27))
  }
}

extension [String] {
  fileprivate var text: String { map { "\($0)\n" }.joined() }
}

extension String {
  fileprivate var endingInNewline: String { hasSuffix("\n") ? self : "\(self)\n" }
}
