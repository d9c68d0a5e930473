/// The part of a `#cloud-config` user data that lab hosts understand.
///
/// `hostname`, `ssh_keys` (`ed25519_private`, `ed25519_public`), `ssh_authorized_keys`, `password`, `ssh_pwauth`,
/// `chpasswd` (`list` as text or list of `user:password`), `write_files` (`path`, `content`, `permissions`), `runcmd` (texts, or lists
/// of words). Everything else is read over, as cloud-init does with modules that an image lacks.
package struct CloudConfig: Hashable, Sendable {
  package struct File: Hashable, Sendable {
    package var path: String
    package var content: String
    /// Octal text; `nil`: 0644.
    package var permissions: String?

    package init(path: String, content: String, permissions: String? = nil) {
      (self.path, self.content, self.permissions) = (path, content, permissions)
    }
  }

  package var hostname: String?
  package var hostKey: HostKey?
  /// For the image's default account.
  package var authorizedKeys: [String] = []
  /// The default account's password.
  package var password: String?
  /// By account name.
  package var passwords: [String: String] = [:]
  package var files: [File] = []
  /// Shell commands, in order.
  package var commands: [String] = []

  /// `nil` when `text` is no cloud-config.
  package init?(_ text: String) {
    guard text.split(separator: "\n", maxSplits: 1).first?.hasPrefix("#cloud-config") == true else { return nil }
    let document = PlainYAML.parse(text)
    hostname = document["hostname"]?.text
    authorizedKeys = document["ssh_authorized_keys"]?.items.compactMap(\.text) ?? []
    password = document["password"]?.text
    if let keys = document["ssh_keys"], let secret = keys["ed25519_private"]?.text,
      let open = keys["ed25519_public"]?.text
    {
      hostKey = HostKey(privateKey: secret, publicKey: open.trimmed)
    }
    for line in document["chpasswd"]?["list"]?.lines ?? [] {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { passwords[String(parts[0]).trimmed] = String(parts[1]).trimmed }
    }
    files = (document["write_files"]?.items ?? []).compactMap { item in
      item["path"]?.text.map {
        File(path: $0, content: item["content"]?.text ?? "", permissions: item["permissions"]?.text)
      }
    }
    commands = (document["runcmd"]?.items ?? []).compactMap { item in
      item.text ?? (item.items.isEmpty ? nil : item.items.compactMap(\.text).map(Self.quoted).joined(separator: " "))
    }
  }

  private static func quoted(_ word: String) -> String { "'\(word.replacing("'", with: "'\\''"))'" }
}

extension String {
  var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
