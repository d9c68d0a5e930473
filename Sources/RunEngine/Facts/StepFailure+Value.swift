package import Basics

extension StepFailure {
  /// The failure as plain data, for journal and machine output.
  package var value: Value {
    var members: [String: Value] = ["class": .string(kind.rawValue), "code": .string(code.rawValue)]
    if !arguments.isEmpty { members["arguments"] = .object(arguments.mapValues { .string($0) }) }
    if let vendorCode { members["vendor_code"] = .string(vendorCode) }
    if let vendorMessage { members["vendor_message"] = .string(vendorMessage) }
    if let requestID { members["request_id"] = .string(requestID) }
    if let call { members["call"] = .string(call) }
    if let retryAfter { members["retry_after"] = .integer(retryAfter.inMilliseconds) }
    return .object(members)
  }

  /// Reads what `value` gave; a class that this build does not know counts as `unknown`.
  package init?(value: Value) {
    guard let kind = value["class"].string, let code = value["code"].string else { return nil }
    self.init(
      FailureClass(rawValue: kind) ?? .unknown, Diagnostic.Code(code),
      (value["arguments"].object ?? [:]).compactMapValues(\.string), vendorCode: value["vendor_code"].string,
      vendorMessage: value["vendor_message"].string, requestID: value["request_id"].string, call: value["call"].string,
      retryAfter: value["retry_after"].integer.map { .milliseconds($0) })
  }

  /// The same failure with every known secret masked: what the other side said may repeat what it was sent.
  package func masked(by masker: Masker) -> StepFailure {
    var copy = self
    copy.arguments = arguments.mapValues { masker.mask($0) }
    copy.vendorMessage = vendorMessage.map { masker.mask($0) }
    return copy
  }
}
