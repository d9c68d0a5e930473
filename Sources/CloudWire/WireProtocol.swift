package import Basics
package import ProviderModel

package import struct FoundationEssentials.Date

/// One API call with every parameter known, before it has bytes.
package struct WireCall: Sendable {
  package var product: ProductDescription
  package var operation: String
  /// The tree of parameters by their wire names; the protocol flattens it.
  ///
  /// Null members are left out.
  package var parameters: Value
  /// Azure: values of the path's placeholders.
  package var path: Value
  package var region: String?
  /// `https://host[:port]`, from the product or from an override.
  package var origin: String

  package init(
    product: ProductDescription, operation: String, parameters: Value, path: Value = .null, region: String?,
    origin: String
  ) {
    self.product = product
    self.operation = operation
    self.parameters = parameters
    self.path = path
    self.region = region
    self.origin = origin
  }
}

/// A family of APIs that share request and answer forms; a pure function in both directions.
package protocol WireProtocol: Sendable {
  /// The unsigned request: method, path, query, content headers and body; no date, no authorization.
  func encode(_ call: WireCall) -> HTTPRequest

  /// The answer as a tree of wire names, or the vendor's error. A body that cannot be read is a `ProviderError` of class `transient`.
  func decode(_ response: HTTPResponse, to call: WireCall, errors: [ErrorTable]) -> Result<Value, ProviderError>

  /// The call for the next page, and the earlier pages' lists joined with the new one; `nil` when this was the last.
  func nextPage(after answer: Value, of call: WireCall) -> WireCall?

  /// Joins a later page's answer to the earlier pages'.
  func join(_ earlier: Value, with later: Value) -> Value
}

/// Turns an unsigned request into the one that goes out; pure: date and nonce are handed in.
package protocol Signer: Sendable {
  func sign(
    _ request: HTTPRequest, for call: WireCall, with credentials: Credentials, at date: Date, nonce: String
  ) -> SignedRequest
}

/// A request ready to go, with the text that was signed (for `--requests -v`; holds no secret).
package struct SignedRequest: Sendable {
  package var request: HTTPRequest
  package var canonical: String
  package var stringToSign: String
  package init(request: HTTPRequest, canonical: String, stringToSign: String) {
    self.request = request
    self.canonical = canonical
    self.stringToSign = stringToSign
  }
}

/// Keys of an account; a value type that never prints its secrets.
package struct Credentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  package var accessKeyID: String
  package var secret: String
  package var sessionToken: String?
  /// Where they came from: `environment`, `~/.aws/credentials [partner]`.
  package var source: String
  package var expires: Date?
  /// Azure: `accessKeyID` and `secret` are those of a service principal, which signs in here for a token.
  package var azure: AzureAccess?

  package init(
    accessKeyID: String, secret: String, sessionToken: String? = nil, source: String = "", expires: Date? = nil,
    azure: AzureAccess? = nil
  ) {
    self.accessKeyID = accessKeyID
    self.secret = secret
    self.sessionToken = sessionToken
    self.source = source
    self.expires = expires
    self.azure = azure
  }

  package var description: String { "Credentials(\(accessKeyID), from \(source))" }
  package var debugDescription: String { description }
}

/// What another system said when it refused, classified at the edge.
package struct ProviderError: Error, Hashable, Sendable {
  package var kind: FailureClass
  package var code: String
  package var message: String
  package var requestID: String?
  package var status: Int
  package var retryAfter: Duration?
  /// The server's own clock, from the `Date` header.
  package var serverDate: Date?

  package init(
    kind: FailureClass, code: String, message: String, requestID: String? = nil, status: Int,
    retryAfter: Duration? = nil, serverDate: Date? = nil
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.requestID = requestID
    self.status = status
    self.retryAfter = retryAfter
    self.serverDate = serverDate
  }
}
