import Glibc

/// The machine's own tools that the fabric starts, found once.
struct Toolbox: Sendable {
  let shell: String
  let cat: String
  let sleep: String
  let sshd: String
  let sshKeygen: String

  private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"]

  /// What must be there, and the Debian package that brings it.
  private static let needed = [
    ("sh", "dash"), ("cat", "coreutils"), ("sleep", "coreutils"), ("nsenter", "util-linux"), ("ip", "iproute2"),
    ("tc", "iproute2"), ("nft", "nftables"), ("sshd", "openssh-server"), ("ssh-keygen", "openssh-client"),
    ("ping", "iputils-ping"), ("bash", "bash"),
  ]

  static func find(_ name: String) -> String? {
    folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  static var missing: [LabUnavailable.Missing] {
    needed.filter { find($0.0) == nil }.map { .tool($0.0, package: $0.1) }
  }

  init() throws(LabUnavailable) {
    guard let shell = Self.find("sh"), let cat = Self.find("cat"), let sleep = Self.find("sleep"),
      let sshd = Self.find("sshd"), let sshKeygen = Self.find("ssh-keygen"), Self.missing.isEmpty
    else { throw LabUnavailable(Self.missing) }
    (self.shell, self.cat, self.sleep, self.sshd, self.sshKeygen) = (shell, cat, sleep, sshd, sshKeygen)
  }
}
