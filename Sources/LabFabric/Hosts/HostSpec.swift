package import Basics

/// What a machine of the lab is made of: a Linux host with its own processes, file system, name and sshd.
package struct HostSpec: Hashable, Sendable {
  /// Equals `Machine.id`: the host runs in that machine's network.
  package var id: String
  package var hostname: String
  /// Accounts besides `root`, each with passwordless `sudo`: `ubuntu`, `ec2-user`, `azureuser`.
  package var users: [HostUser]
  package var rootKeys: [String]
  /// `nil`: root cannot log in by password.
  package var rootPassword: String?
  /// OpenSSH private key text of the ed25519 host key; `nil`: the user data's, else a new one.
  package var hostKey: HostKey?
  /// As the cloud's user data, decoded: `#cloud-config` (subset, see `CloudConfig`) or `#!` script; runs once, at the first boot.
  package var userData: String?
  /// Lines of `/etc/hosts` besides the host's own: the object store's name and address in the fabric.
  package var names: [String: IPAddress]
  /// What `/etc/os-release` says; `nil`: what this machine's own says.
  package var system: HostSystem?
  package var login: LoginBehaviour
  /// Where the host's sshd is reached; `nil`: chosen by the fabric.
  package var loginAddress: IPAddress?

  package init(
    id: String, hostname: String, users: [HostUser] = [], rootKeys: [String] = [], rootPassword: String? = nil,
    hostKey: HostKey? = nil, userData: String? = nil, names: [String: IPAddress] = [:],
    system: HostSystem? = nil, login: LoginBehaviour = LoginBehaviour(),
    loginAddress: IPAddress? = nil
  ) {
    self.id = id
    self.hostname = hostname
    self.users = users
    self.rootKeys = rootKeys
    self.rootPassword = rootPassword
    self.hostKey = hostKey
    self.userData = userData
    self.names = names
    self.system = system
    self.login = login
    self.loginAddress = loginAddress
  }
}

/// The operating system that a host says it is (os-release(5)).
package struct HostSystem: Hashable, Sendable {
  /// `ID`, such as `ubuntu`.
  package var id: String
  /// `VERSION_ID`, such as `22.04`.
  package var version: String
  /// `NAME`, such as `Ubuntu`.
  package var name: String

  package init(id: String, version: String, name: String) {
    self.id = id
    self.version = version
    self.name = name
  }

  var text: String {
    "NAME=\"\(name)\"\nID=\(id)\nVERSION_ID=\"\(version)\"\nPRETTY_NAME=\"\(name) \(version)\"\n"
  }
}

/// An account of a host besides root.
package struct HostUser: Hashable, Sendable {
  package var name: String
  package var keys: [String]
  package var password: String?

  package init(_ name: String, keys: [String] = [], password: String? = nil) {
    self.name = name
    self.keys = keys
    self.password = password
  }
}

/// An ed25519 host key: `privateKey` in OpenSSH's PEM form, `publicKey` as `ssh-ed25519 AAAA...`.
package struct HostKey: Hashable, Sendable {
  package var privateKey: String
  package var publicKey: String

  package init(privateKey: String, publicKey: String) {
    self.privateKey = privateKey
    self.publicKey = publicKey
  }
}

/// How the SSH door of a host behaves: what the security group says, and faults to rehearse.
package struct LoginBehaviour: Hashable, Sendable {
  package enum Door: Hashable, Sendable {
    case open
    /// Connections are refused at once.
    case refused
    /// Connections hang, as behind a security group without the rule.
    case silent
  }

  package var door: Door
  /// How long after the start (or reboot) the door stays refused.
  package var bootDelay: Duration
  /// How long a connection waits for sshd's banner.
  package var bannerDelay: Duration

  package init(door: Door = .open, bootDelay: Duration = .zero, bannerDelay: Duration = .zero) {
    self.door = door
    self.bootDelay = bootDelay
    self.bannerDelay = bannerDelay
  }
}

/// A running host as others see it.
package struct HostInfo: Hashable, Sendable {
  package var id: String
  package var hostname: String
  /// `127.x.y.z`; SSH is at `loginPort`, 22 where that is free on loopback, else one high port for the whole lab.
  package var loginAddress: IPAddress
  package var loginPort: UInt16
  /// `ssh-ed25519 AAAA...` of the host key in use.
  package var publicKey: String
  /// The process (in the machine's numbering) that is process 1 of the host.
  package var processID: Int32

  package init(
    id: String, hostname: String, loginAddress: IPAddress, loginPort: UInt16, publicKey: String, processID: Int32
  ) {
    self.id = id
    self.hostname = hostname
    self.loginAddress = loginAddress
    self.loginPort = loginPort
    self.publicKey = publicKey
    self.processID = processID
  }

  /// The line for a known_hosts file.
  package var knownHostsLine: String {
    loginPort == 22 ? "\(loginAddress) \(publicKey)" : "[\(loginAddress)]:\(loginPort) \(publicKey)"
  }
}

/// What a command on a host came to.
package struct CommandOutcome: Hashable, Sendable {
  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// Killed, with everything that it had started in its session.
    case timedOut
  }

  package var ending: Ending
  package var stdout: [UInt8]
  package var stderr: [UInt8]
  /// Whether output beyond the limit was read and thrown away.
  package var isTruncated: Bool

  package init(ending: Ending, stdout: [UInt8] = [], stderr: [UInt8] = [], isTruncated: Bool = false) {
    self.ending = ending
    self.stdout = stdout
    self.stderr = stderr
    self.isTruncated = isTruncated
  }

  package var isSuccess: Bool { ending == .exited(0) }
  package var stdoutText: String { String(decoding: stdout, as: UTF8.self) }
  package var stderrText: String { String(decoding: stderr, as: UTF8.self) }
}
