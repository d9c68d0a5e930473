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
    url = masker.mask(Self.withoutSignature(request.url))
    headers = request.headers.map { header in
      let isSecret = header.isNamed("authorization") || header.name.lowercased().hasSuffix("security-token")
      return HTTPHeader(header.name, isSecret ? Masker.mask : masker.mask(header.value))
    }
    body = masker.mask(String(decoding: request.body, as: UTF8.self))
    self.outcome = outcome
    self.duration = duration
  }

  /// A signature in the query is good for some minutes, as a key would be.
  private static func withoutSignature(_ url: String) -> String {
    guard url.contains("Signature=") else { return url }
    return url.split(separator: "&", omittingEmptySubsequences: false).map { part in
      guard let name = part.split(separator: "?").last?.prefix(while: { $0 != "=" }), name == "Signature" else {
        return String(part)
      }
      return "\(part.prefix { $0 != "=" })=\(Masker.mask)"
    }.joined(separator: "&")
  }
}
