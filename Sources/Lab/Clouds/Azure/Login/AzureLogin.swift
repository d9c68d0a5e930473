import Basics
import CloudWire
import Digests

import struct FoundationEssentials.Date

/// Microsoft's sign-in for service principals (OAuth 2.0 client credentials): the OpenID document and the token endpoint.
enum AzureLogin {
  static let token = "Token"
  static let openID = "OpenIDConfiguration"
  static let instances = "InstanceDiscovery"
  /// No endpoint: lets a token end before its time.
  static let end = "EndOfToken"

  /// Which of them a request asks for; `nil`: it is not for the sign-in.
  static func action(_ method: String, _ path: String) -> String? {
    let parts = path.split(separator: "/").map { $0.lowercased() }
    if parts == ["common", "discovery", "instance"] { return method == "GET" ? instances : nil }
    guard let first = parts.first, first != "subscriptions" else { return nil }
    return switch (method, parts.dropFirst().joined(separator: "/")) {
    case ("POST", "oauth2/v2.0/token"): token
    case ("GET", "v2.0/.well-known/openid-configuration"): openID
    default: nil
    }
  }

  /// The form of an OAuth error; the number in `AADSTS...` says what it is.
  static func body(_ error: ServiceError, requestID: String, at now: Date) -> Value {
    let stamp = Timestamp.extended(now).replacing("T", with: " ")
    let number = error.message.firstMatch(of: /^AADSTS(\d+):/).flatMap { Int($0.output.1) }
    return [
      "error": .string(error.code),
      "error_description": .string(
        "\(error.message) Trace ID: \(requestID) Correlation ID: \(requestID) Timestamp: \(stamp)"),
      "error_codes": .list([number].compactMap { $0 }.map(Value.integer)), "timestamp": .string(stamp),
      "trace_id": .string(requestID), "correlation_id": .string(requestID),
      "error_uri": .string("https://login.microsoftonline.com/error?code=\(number ?? 0)"),
    ]
  }

  /// The resources for which tokens are given out: the API of each of Azure's clouds, and the lab's own.
  static func isAudience(_ text: String, of origin: String) -> Bool {
    let own = AzureCloud.allCases.flatMap { [$0.managementOrigin, String($0.scope.dropLast("/.default".count))] }
    let more = ["https://management.core.windows.net", "https://management.core.chinacloudapi.cn", origin]
    var name = text.lowercased()
    while name.hasSuffix("/") { name.removeLast() }
    return (own + more).contains(name)
  }
}

extension AzureState {
  mutating func answerLogin(_ call: APICall) throws(ServiceError) -> ARMReply {
    let origin = call[ARMCall.Name.origin] ?? ""
    let tenant = (call[ARMCall.Name.path] ?? "").split(separator: "/").first.map(String.init) ?? ""
    switch call.action {
    case AzureLogin.end:
      tokens.end(call["token"] ?? "", at: core.now)
      return ARMReply(200)
    case AzureLogin.instances: return ARMReply(200, instances(origin))
    case AzureLogin.openID: return ARMReply(200, try openID(origin, tenant))
    default: return try token(call, tenant, origin)
    }
  }

  private func openID(_ origin: String, _ tenant: String) throws(ServiceError) -> Value {
    guard tenant.lowercased() == credential.tenant.lowercased() else {
      throw ServiceError("invalid_tenant", Self.noTenant(tenant))
    }
    let base = "\(origin)/\(tenant)"
    return [
      "token_endpoint": .string("\(base)/oauth2/v2.0/token"),
      "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      "jwks_uri": .string("\(base)/discovery/v2.0/keys"), "issuer": .string("\(base)/v2.0"),
      "authorization_endpoint": .string("\(base)/oauth2/v2.0/authorize"),
      "device_authorization_endpoint": .string("\(base)/oauth2/v2.0/devicecode"), "tenant_region_scope": "EU",
    ]
  }

  private func instances(_ origin: String) -> Value {
    let host = origin.split(separator: "/").last.map(String.init) ?? ""
    return [
      "tenant_discovery_endpoint": .string("\(origin)/\(credential.tenant)/v2.0/.well-known/openid-configuration"),
      "api-version": "1.1",
      "metadata": [
        ["preferred_network": .string(host), "preferred_cache": .string(host), "aliases": [.string(host)]]
      ],
    ]
  }

  private static func noTenant(_ tenant: String) -> String { "AADSTS90002: Tenant '\(tenant)' not found." }

  private mutating func token(_ call: APICall, _ tenant: String, _ origin: String) throws(ServiceError) -> ARMReply {
    guard tenant.lowercased() == credential.tenant.lowercased() else {
      throw ServiceError("invalid_request", Self.noTenant(tenant))
    }
    for name in ["grant_type", "client_id", "scope"] where (call[name] ?? "").isEmpty {
      throw ServiceError(
        "invalid_request", "AADSTS900144: The request body must contain the following parameter: '\(name)'.")
    }
    guard call["grant_type"] == "client_credentials" else {
      throw ServiceError(
        "unsupported_grant_type",
        "AADSTS70003: The app requested an unsupported grant type '\(call["grant_type"] ?? "")'.")
    }
    try checkClient(call)
    try checkScope(call["scope"] ?? "", origin)
    var reply = ARMReply(
      200,
      [
        "token_type": "Bearer", "expires_in": .integer(AzureTokens.lifetime),
        "ext_expires_in": .integer(AzureTokens.lifetime),
        "access_token": .string(tokens.issue(core.random, at: core.now)),
      ])
    reply.headers = [("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache")]
    return reply
  }

  private func checkClient(_ call: APICall) throws(ServiceError) {
    let client = call["client_id"] ?? ""
    guard client.lowercased() == credential.client.lowercased() else {
      throw ServiceError(
        "unauthorized_client",
        "AADSTS700016: Application with identifier '\(client)' was not found in the directory 'lab'.")
    }
    guard let secret = call["client_secret"], !secret.isEmpty else {
      throw ServiceError(
        "invalid_client",
        "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' "
          + "grant type.", status: 401)
    }
    guard ConstantTime.areEqual(secret, credential.secret) else {
      throw ServiceError(
        "invalid_client",
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client "
          + "secret value, not the client secret ID.", status: 401)
    }
  }

  private func checkScope(_ scope: String, _ origin: String) throws(ServiceError) {
    guard scope.hasSuffix("/.default") else {
      throw ServiceError(
        "invalid_scope",
        "AADSTS1002012: The provided value for scope \(scope) is not valid. Client credential flows must have a scope "
          + "value with /.default suffixed to the resource identifier (application ID URI).")
    }
    let audience = String(scope.dropLast("/.default".count))
    guard AzureLogin.isAudience(audience, of: origin) else {
      throw ServiceError(
        "invalid_resource",
        "AADSTS500011: The resource principal named \(audience) was not found in the tenant named lab.")
    }
  }
}
