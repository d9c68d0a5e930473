package import Basics
package import ProviderModel

/// A change that Azure Resource Manager goes on with after its answer: what to ask next, as a value.
///
/// The rules are those of the vendor's SDK (azure-core, "ARM polling"): `Azure-AsyncOperation` before `Location`
/// before the resource's own `provisioningState`. A call and its first answer give the same operation again, so a
/// journaled answer is enough to go on after a restart. A failed operation comes out of
/// ``AzureARMProtocol/decode(_:to:errors:)`` as the error of its poll.
package struct AzureOperation: OngoingOperation {
  /// `done` has the resource, or the result of a `POST`; `failed` comes from a resource that does not say why.
  package typealias Step = OperationStep

  private enum Source: Sendable {
    case status(link: String)
    case result(link: String)
    case resource
  }

  private typealias Member = AzureARMProtocol.Member

  package private(set) var step: Step
  package let record: Value
  private let call: WireCall
  private let errors: [ErrorTable]
  /// Where a `POST` leaves its result.
  private let location: String?
  private var source = Source.resource

  private var method: String { AzureAddress.split(call.operation).method }
  private var isWrite: Bool { method == "PUT" || method == "PATCH" }

  /// The operation that `answer` began; `nil` for a call that only reads.
  package init?(of call: WireCall, answered answer: Value, errors: [ErrorTable] = []) {
    guard ["PUT", "PATCH", "POST", "DELETE"].contains(AzureAddress.split(call.operation).method) else { return nil }
    self.call = call
    self.errors = errors
    record = Self.excerpt(of: answer)
    let headers = answer[Member.headers]
    location = headers["location"].string
    step = .done(answer)
    if let link = headers["azure-asyncoperation"].string {
      source = .status(link: link)
    } else if let location {
      source = .result(link: location)
    }
    step = firstStep(answer)
  }

  private func firstStep(_ answer: Value) -> Step {
    guard case .resource = source else { return ask(after: answer) }
    guard isWrite else { return .done(answer) }
    let isAccepted = answer[Member.status] == 201 || answer[Member.status] == 202
    return isAccepted && Self.state(of: answer) == nil ? ask(after: answer) : resourceStep(answer)
  }

  /// What `init` reads of an answer.
  private static func excerpt(of answer: Value) -> Value {
    let members: [String: Value] = [
      Member.status: answer[Member.status], Member.headers: answer[Member.headers],
      "properties": ["provisioningState": answer["properties"]["provisioningState"]],
    ]
    return Value.object(members).withoutNulls
  }

  // MARK: Answers

  /// Goes on with the answer to the call of `step`.
  package mutating func take(_ answer: Value) {
    switch source {
    case .status: takeStatus(answer)
    case .result: takeResult(answer)
    case .resource: step = resourceStep(answer)
    }
  }

  private mutating func takeStatus(_ answer: Value) {
    guard answer["status"].string?.lowercased() == "succeeded" else {
      if let link = answer[Member.headers]["azure-asyncoperation"].string { source = .status(link: link) }
      return step = ask(after: answer)
    }
    if isWrite {
      source = .resource
      step = .ask(answer["resourceLocation"].string.map(call.following) ?? resourceCall, after: nil)
    } else if method == "POST", let location {
      source = .result(link: location)
      step = .ask(call.following(location), after: nil)
    } else {
      step = .done(answer)
    }
  }

  private mutating func takeResult(_ answer: Value) {
    guard answer[Member.status] == 202 else { return step = .done(answer) }
    if let link = answer[Member.headers]["location"].string { source = .result(link: link) }
    step = ask(after: answer)
  }

  private func resourceStep(_ answer: Value) -> Step {
    guard let state = Self.state(of: answer) else { return method == "DELETE" ? ask(after: answer) : .done(answer) }
    if Self.isFailure(state) {
      let kind = AnswerReading.classify(code: state, status: 200, tables: errors)
      return .failed(ProviderError(kind: kind, code: state, message: "", status: 200))
    }
    return isWrite && state.lowercased() == "succeeded" ? .done(answer) : ask(after: answer)
  }

  // MARK: Refusals

  /// Goes on with a refusal of the call of `step`; false when it is the operation's own, or not to be helped.
  ///
  /// An operation that is forgotten (404) or may not be seen (403) still shows on its resource.
  package mutating func take(refusal error: ProviderError) -> Bool {
    if case .resource = source {
      guard method == "DELETE", error.status == 404 else { return false }
      step = .done(.object([:]))
      return true
    }
    guard method != "POST", error.status == 404 || error.status == 403 else { return false }
    source = .resource
    step = .ask(resourceCall, after: error.retryAfter)
    return true
  }

  /// A failed operation is reported by a poll that itself went well; a page of some gateway reports nothing.
  ///
  /// The operation of a `POST` that is forgotten has no resource that would still tell of it.
  package func isEnd(_ refusal: ProviderError) -> Bool {
    if method == "POST", refusal.status == 404 { return true }
    return (200..<300).contains(refusal.status) && refusal.code != "http:\(refusal.status)"
  }

  // MARK: Calls

  private func ask(after answer: Value) -> Step {
    let pause = answer[Member.headers]["retry-after"].integer.map { Duration.seconds($0) }
    switch source {
    case .status(let link), .result(let link): return .ask(call.following(link), after: pause)
    case .resource: return .ask(resourceCall, after: pause)
    }
  }

  private var resourceCall: WireCall {
    var read = call
    read.operation = "GET \(AzureAddress.split(call.operation).path)"
    let version = call.parameters[Member.query]["api-version"]
    read.parameters = version.isNull ? .object([:]) : .object([Member.query: ["api-version": version]])
    return read
  }

  private static func state(of resource: Value) -> String? { resource["properties"]["provisioningState"].string }

  /// Whether a status or provisioning state is an end without success; any other word but `Succeeded` means "under
  /// way".
  static func isFailure(_ state: String) -> Bool { ["failed", "canceled", "cancelled"].contains(state.lowercased()) }
}
