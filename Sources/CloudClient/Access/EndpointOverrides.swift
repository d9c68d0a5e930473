package import Basics
import CloudWire
package import Expressions
package import ProviderModel

/// Where requests go instead of the vendors' own hosts: a lab, a mock server.
package struct EndpointOverrides: Sendable {
  /// A lab's origins by provider (`http://127.0.0.1:4566`); `nil` outside a lab.
  package var lab: [String: String]?
  /// The environment's variables: `AWS_ENDPOINT_URL_EC2`, `CAUSEWAY_ENDPOINT_<PROVIDER>`, `AWS_ENDPOINT_URL`.
  package var environment: [String: String]
  /// Whether an endpoint off this machine is refused; always so in a lab.
  package var loopbackOnly: Bool

  /// With a lab, nothing of the environment counts.
  package init(environment: [String: String] = [:], lab: [String: String]? = nil, loopbackOnly: Bool = false) {
    self.lab = lab
    self.environment = lab == nil ? environment : [:]
    self.loopbackOnly = loopbackOnly || lab != nil
  }

  /// The origin for a product's calls.
  ///
  /// - Parameters:
  ///   - scope: Has the caller's inputs.
  ///   - home: Where the keys are good, when that is not at the vendor's own hosts; an override wins.
  package func origin(
    of product: ProductDescription, provider: ProviderDescription, scope: Scope, home: String? = nil
  ) throws(StepFailure) -> String {
    let origin: String
    if let given = given(for: product.name, provider) ?? home {
      origin = try Self.checked(given)
    } else {
      origin = try Self.checked(Self.host(of: product, scope))
    }
    try checkPlace(of: origin, product.name)
    return origin
  }

  /// The origin where keys are exchanged for a token; a secret goes out in clear only inside this machine.
  func signInOrigin(_ text: String, _ provider: String) throws(StepFailure) -> String {
    let origin = try Self.checked(text)
    try checkPlace(of: origin, provider)
    guard origin.hasPrefix("https://") || Self.isLoopback(origin) else {
      throw StepFailure(.denied, .cloudEndpointInvalid, ["endpoint": origin])
    }
    return origin
  }

  private func checkPlace(of origin: String, _ product: String) throws(StepFailure) {
    if loopbackOnly, !Self.isLoopback(origin) {
      throw StepFailure(.denied, .cloudEndpointNotLoopback, ["endpoint": origin, "product": product])
    }
  }

  /// The most specific override: the lab's, the service's, the provider's.
  private func given(for product: String, _ provider: ProviderDescription) -> String? {
    if let origin = lab?[provider.name] { return origin }
    let isAWS = provider.wireProtocol == .awsQuery
    let names = [
      isAWS ? "AWS_ENDPOINT_URL_\(Self.variableName(product))" : nil,
      "CAUSEWAY_ENDPOINT_\(Self.variableName(provider.name))", isAWS ? "AWS_ENDPOINT_URL" : nil,
    ]
    return names.compactMap { $0 }.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
  }

  private static func variableName(_ name: String) -> String {
    String(name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  private static func host(of product: ProductDescription, _ scope: Scope) throws(StepFailure) -> String {
    if let region = scope["inputs"]["region"].string, let host = product.endpointExceptions[region] { return host }
    do throws(ExpressionError) {
      return try product.endpoint.evaluate(scope).scalarText ?? ""
    } catch { throw error.failure }
  }

  /// `scheme://host[:port]` without anything behind it; a host alone means HTTPS.
  static func checked(_ text: String) throws(StepFailure) -> String {
    var origin = text.contains("://") ? text : "https://\(text)"
    while origin.hasSuffix("/") { origin.removeLast() }
    let parts = origin.split(separator: "://", maxSplits: 1).map(String.init)
    guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()), !parts[1].isEmpty,
      !parts[1].hasPrefix("."), !parts[1].contains(".."),
      parts[1].utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"/?#@\\\"<>".utf8.contains($0) })
    else { throw StepFailure(.invalid, .cloudEndpointInvalid, ["endpoint": text]) }
    return origin
  }

  static func isLoopback(_ origin: String) -> Bool {
    guard let scheme = origin.firstRange(of: "://") else { return false }
    let authority = origin[scheme.upperBound...]
    if authority.hasPrefix("[") { return authority == "[::1]" || authority.hasPrefix("[::1]:") }
    let host = authority.prefix { $0 != ":" }.lowercased()
    return host == "localhost" || (host.hasPrefix("127.") && IPAddress(host) != nil)
  }
}
