/// A host that SSH reaches: where it is, who logs in and how, whose key is trusted, and through which host the way leads.
///
/// Two equal values share one connection.
package struct SSHHost: Hashable, Sendable {
  /// How the user proves who they are; the method is used at once, nothing is probed.
  package enum Login: Hashable, Sendable {
    /// The agent's keys if there is an agent, then `~/.ssh/id_ed25519` and `~/.ssh/id_ecdsa`.
    case automatic
    case key(KeySource, passphrase: String?)
    case agent
    /// Also given to every hidden question of `keyboard-interactive`.
    case password(String)
  }

  /// Where a private key's text stands.
  package enum KeySource: Hashable, Sendable {
    case text(String)
    case file(String)
  }

  /// Which host key is accepted.
  package enum Trust: Hashable, Sendable {
    /// One of these keys, and no other.
    case pinned([HostKey])
    /// What the run's or the user's known_hosts says; an unknown key is refused.
    case recorded
    /// The first key seen is recorded in the run's known_hosts and holds from then on.
    case firstUse
  }

  package indirect enum Route: Hashable, Sendable {
    case direct
    case through(SSHHost)
  }

  package var address: String
  package var port: UInt16
  package var user: String
  package var login: Login
  package var trust: Trust
  package var route: Route

  package init(
    address: String, port: UInt16 = 22, user: String = "root", login: Login = .automatic, trust: Trust = .recorded,
    route: Route = .direct
  ) {
    self.address = address
    self.port = port
    self.user = user
    self.login = login
    self.trust = trust
    self.route = route
  }

  /// The name under which known_hosts lists the host: `address`, or `[address]:port` when the port is not 22.
  package var knownHostsName: String { port == 22 ? address.lowercased() : "[\(address.lowercased())]:\(port)" }

  /// What a message says of the host.
  var arguments: [String: String] { ["address": address, "port": String(port), "user": user] }
}
