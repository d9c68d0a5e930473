package import Basics
package import CloudWire

/// One try of a call as it went over the wire, for logs and `--requests`; every known secret is masked.
package struct CloudExchange: Sendable {
  package enum Outcome: Sendable {
    case answered(status: Int)
    case refused(ProviderError)
    case failed(HTTPFailure)
  }

  /// `cbn:CreateCen`.
  package var call: String
  package var step: StepAddress?
  /// Which try of the call, from 1.
  package var attempt: Int
  package var method: String
  package var url: String
  package var headers: [HTTPHeader]
  package var body: String
  package var outcome: Outcome
  package var duration: Duration
}

/// Gets each exchange as it ends; called from the step's own task.
package typealias CloudObserver = @Sendable (CloudExchange) -> Void

extension CloudExchange {
  init(
    _ call: String, step: StepAddress?, attempt: Int, request: HTTPRequest, outcome: Outcome, duration: Duration,
    masker: Masker
  ) {
    self.call = call
    self.step = step
    self.attempt = attempt
    method = request.method
    let (address, query) = Self.split(request.url)
    url = masker.mask(query.map { "\(address)?\(Self.withoutSecrets($0))" } ?? address)
    headers = request.headers.map { header in
      let isSecret = header.isNamed("authorization") || header.name.lowercased().hasSuffix("security-token")
      return HTTPHeader(header.name, isSecret ? Masker.mask : masker.mask(header.value))
    }
    let text = String(decoding: request.body, as: UTF8.self)
    let isForm = request.header("Content-Type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    body = masker.mask(isForm ? Self.withoutSecrets(text) : text)
    self.outcome = outcome
    self.duration = duration
  }

  /// Names whose values nobody may read: a signature is good for some minutes, as a key would be; a password may be
  /// too short to be masked by its value.
  private static let secretNames: Set = ["signature", "token", "login_passwd", "client_secret"]

  /// A query or form without the values of such names, whatever their case.
  private static func withoutSecrets(_ pairs: String) -> String {
    pairs.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      let name = pair.prefix { $0 != "=" }
      return secretNames.contains(name.lowercased()) ? "\(name)=\(Masker.mask)" : String(pair)
    }.joined(separator: "&")
  }

  private static func split(_ url: String) -> (address: String, query: String?) {
    let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return (parts[0], parts.count == 2 ? parts[1] : nil)
  }
}
