package import Basics

import struct FoundationEssentials.Date

extension RunEvent {
  /// The event as plain data: what a journal stores and `logs --json-lines` prints (masked).
  ///
  /// Times are milliseconds since 1970. Members that are empty are left out.
  package var value: Value {
    var members: [String: Value] = [
      "v": .integer(Self.formatVersion), "seq": .integer(sequence), "time": .integer(time.inMilliseconds),
      "kind": .string(kind),
    ]
    if let address { members["step"] = .string(address.text) }
    if !sensitive.isEmpty { members["sensitive"] = .list(sensitive.sorted().map { .string($0.text) }) }
    fact.encode(into: &members)
    return .object(members)
  }

  /// The stable name of what happened: `intent`, `succeeded`, ...
  package var kind: String { fact.kind }

  /// The step that the event is about.
  package var address: StepAddress? {
    if case .step(let address, _) = fact { address } else { nil }
  }
}

extension Date {
  package var inMilliseconds: Int { Int((timeIntervalSince1970 * 1000).rounded()) }

  package init(milliseconds: Int) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension RunFact {
  var kind: String {
    switch self {
    case .created: "run_created"
    case .updated: "run_updated"
    case .opened: "opened"
    case .approved: "approved"
    case .step(_, let fact): fact.kind
    case .reset: "reset"
    case .interrupted: "interrupted"
    case .ended: "ended"
    }
  }

  fileprivate func encode(into members: inout [String: Value]) {
    switch self {
    case .created(let header), .updated(let header): header.encode(into: &members)
    case .opened(let order): order.encode(into: &members)
    case .approved(let steps, let by):
      members["steps"] = .addresses(steps)
      members["by"] = .string(by)
    case .step(_, let fact): fact.encode(into: &members)
    case .reset(let steps, let sameToken):
      members["steps"] = .addresses(steps)
      if !sameToken.isEmpty { members["same_token"] = .addresses(sameToken) }
    case .interrupted: break
    case .ended(let verdict, let isComplete):
      members["verdict"] = .string(verdict.rawValue)
      members["complete"] = .bool(isComplete)
    }
  }
}

extension StepFact {
  var kind: String {
    switch self {
    case .started: "started"
    case .intent: "intent"
    case .answered: "answered"
    case .refused: "refused"
    case .succeeded(_, _, let effect): effect == .adopted ? "adopted" : "succeeded"
    case .failed: "failed"
    case .waiting: "waiting"
    case .personAnswered: "person_answered"
    case .skipped: "skipped"
    case .undoStarted: "undo_started"
    case .undoIntent: "undo_intent"
    case .undoAnswered: "undo_answered"
    case .undone: "undone"
    case .stays: "stays"
    case .stuck: "stuck"
    }
  }

  fileprivate func encode(into members: inout [String: Value]) {
    switch self {
    case .started(let generation, let attempt, let inputs):
      members["generation"] = .integer(generation)
      members["attempt"] = .integer(attempt)
      members.set("inputs", object: inputs)
    case .intent(let intent), .undoIntent(let intent): intent.encode(into: &members)
    case .answered(let ordinal, let object):
      members["ordinal"] = .integer(ordinal)
      members.set("object", object)
    case .refused(let ordinal, let failure):
      members["ordinal"] = .integer(ordinal)
      members["failure"] = failure.value
    case .succeeded(let outputs, let object, let effect):
      members.set("outputs", object: outputs)
      members.set("object", object)
      members["effect"] = .string(effect.rawValue)
    case .failed(let failure, let retryIn):
      members["failure"] = failure.value
      if let retryIn { members["retry_in"] = .integer(retryIn.inMilliseconds) }
    case .waiting(let request): members["request"] = request.value
    case .personAnswered(let answer): answer.encode(into: &members)
    case .skipped(let reason): members["reason"] = .string(reason.rawValue)
    case .undoStarted(let attempt): members["attempt"] = .integer(attempt)
    case .undoAnswered(let ordinal): members["ordinal"] = .integer(ordinal)
    case .undone: break
    case .stays(let reason): reason.encode(into: &members)
    case .stuck(let failure): members["failure"] = failure.value
    }
  }
}

extension RunHeader {
  fileprivate func encode(into members: inout [String: Value]) {
    members["run"] = .string(id)
    members.set("name", text: name)
    members["workflow"] = .string(workflow)
    members["file"] = .string(workflowFile)
    members.set("inputs", object: inputs)
    members["sources"] = .list(
      sources.map { ["path": .string($0.path), "text": .string($0.text), "sha256": .string($0.digest)] })
    members["plan"] = .string(planDigest)
    members["tool"] = .string(toolVersion)
    members.set("lab", text: lab)
    members.set("accounts", object: accounts.mapValues { .string($0) })
  }
}

extension WorkOrder {
  fileprivate func encode(into members: inout [String: Value]) {
    members["order"] = .string(kind.rawValue)
    for (name, steps) in [("from", from), ("skip", skip), ("only", only), ("until", until)] where !steps.isEmpty {
      members[name] = .addresses(steps)
    }
    if includesAdopted { members["adopted"] = true }
  }
}

extension Intent {
  fileprivate func encode(into members: inout [String: Value]) {
    members["call"] = .string(call)
    members["ordinal"] = .integer(ordinal)
    members["digest"] = .string(digest)
    members.set("before", before)
  }
}

extension PersonAnswer {
  fileprivate func encode(into members: inout [String: Value]) {
    switch self {
    case .outputs(let outputs):
      members["answer"] = "outputs"
      members.set("outputs", object: outputs)
    case .adopt(let id):
      members["answer"] = "adopt"
      members["id"] = .string(id)
    case .notCreated: members["answer"] = "not-created"
    case .abandon: members["answer"] = "abandon"
    }
  }
}

extension StayReason {
  fileprivate func encode(into members: inout [String: Value]) {
    switch self {
    case .kept: members["reason"] = "kept"
    case .declared(let text):
      members["reason"] = "declared"
      members["text"] = text.value
    case .neededBy(let steps):
      members["reason"] = "needed"
      members["steps"] = .addresses(steps)
    case .abandoned: members["reason"] = "abandoned"
    }
  }
}

extension Value {
  fileprivate static func addresses(_ addresses: [StepAddress]) -> Value { .list(addresses.map { .string($0.text) }) }
}

extension [String: Value] {
  fileprivate mutating func set(_ name: String, _ value: Value) {
    if !value.isNull { self[name] = value }
  }

  fileprivate mutating func set(_ name: String, text: String?) {
    if let text { self[name] = .string(text) }
  }

  fileprivate mutating func set(_ name: String, object: [String: Value]) {
    if !object.isEmpty { self[name] = .object(object) }
  }
}
