/// Why a step, a call or a remote command failed, in a form that is journaled, shown and decided on by its class alone.
package struct StepFailure: Error, Hashable, Sendable {
  package var kind: FailureClass
  /// What to say: a stable code of ours; `Reporting` words it.
  package var code: Diagnostic.Code
  package var arguments: [String: String]
  /// The other side's own code, sentence and request id, as data to show.
  package var vendorCode: String?
  package var vendorMessage: String?
  package var requestID: String?
  /// The call that failed, `ec2:RunInstances`.
  package var call: String?
  /// How long the other side asked to wait.
  package var retryAfter: Duration?

  package init(
    _ kind: FailureClass, _ code: Diagnostic.Code, _ arguments: [String: String] = [:], vendorCode: String? = nil,
    vendorMessage: String? = nil, requestID: String? = nil, call: String? = nil, retryAfter: Duration? = nil
  ) {
    self.kind = kind
    self.code = code
    self.arguments = arguments
    self.vendorCode = vendorCode
    self.vendorMessage = vendorMessage
    self.requestID = requestID
    self.call = call
    self.retryAfter = retryAfter
  }
}
