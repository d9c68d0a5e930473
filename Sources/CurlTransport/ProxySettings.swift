/// Which proxy a request goes through, by the environment's customary variables.
///
/// The rules are libcurl's: the scheme's own variable in lower case, then in upper case (never `HTTP_PROXY`, which a
/// CGI client could set), then `all_proxy`; `no_proxy` lists what goes straight. On top, loopback is never sent to a
/// proxy: another machine's proxy cannot reach it, and nothing that is meant for this machine may leave it.
package struct ProxySettings: Hashable, Sendable {
  package var http: String?
  package var https: String?
  /// Hosts that are reached without a proxy, as in `no_proxy`; libcurl matches them.
  package var exceptions: String

  package init(http: String? = nil, https: String? = nil, exceptions: String = "") {
    self.http = http
    self.https = https
    self.exceptions = exceptions
  }

  package init(environment: [String: String]) {
    func first(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    http = first("http_proxy", "all_proxy", "ALL_PROXY")
    https = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    exceptions = first("no_proxy", "NO_PROXY") ?? ""
  }

  /// The proxy for an origin such as `https://cbn.aliyuncs.com`; `nil` goes straight.
  func proxy(for origin: String) -> String? {
    Self.isLoopback(origin) ? nil : origin.lowercased().hasPrefix("https:") ? https : http
  }

  static func isLoopback(_ origin: String) -> Bool {
    guard let scheme = origin.firstRange(of: "://") else { return false }
    let authority = origin[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    if authority.hasPrefix("[") { return authority.hasPrefix("[::1]") }
    let host = authority.prefix { $0 != ":" }.lowercased()
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host == "localhost" || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
  }
}
