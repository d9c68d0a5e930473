package import Basics
package import RunEngine

/// Runs as machines read them; the same in every language, secrets masked.
package enum RunJSON {
  package static func value(_ summary: RunSummary, phrases: Phrasebook, masker: Masker) -> Value {
    masker.mask(
      [
        "run": .string(summary.runID), "verdict": .string(summary.verdict.rawValue),
        "exit_status": .integer(Int(summary.exitStatus)), "state": .string(summary.state.rawValue),
        "steps": .list(summary.steps.map { step($0, phrases: phrases) }), "outputs": .object(summary.outputs),
        "leftovers": .list(summary.leftovers.map { leftover($0, phrases: phrases) }),
        "diagnostics": .list(
          summary.diagnostics.all.map { DiagnosticText(phrases: phrases, style: Style(isColoured: false)).value($0) }),
      ])
  }

  static func step(_ step: StepSummary, phrases: Phrasebook) -> Value {
    var members: [String: Value] = [
      "address": .string(step.address.text), "state": .string(step.state.rawValue),
      "attempts": .integer(step.attempts), "outputs": .object(step.outputs),
    ]
    if let effect = step.effect { members["effect"] = .string(effect.rawValue) }
    if let duration = step.duration { members["seconds"] = .number(duration.inSeconds) }
    if let failure = step.failure { members["failure"] = self.failure(failure, phrases: phrases) }
    if let request = step.request {
      members["waits_for"] = [
        "reason": .string(request.reason.rawValue), "text": PlanJSON.texts(request.text),
        "outputs": .list(request.outputs.map { .string($0.name) }), "values": .object(request.values),
      ]
    }
    return .object(members)
  }

  package static func failure(_ failure: StepFailure, phrases: Phrasebook) -> Value {
    var members: [String: Value] = [
      "class": .string(failure.kind.rawValue), "code": .string(failure.code.rawValue),
      "arguments": .object(failure.arguments.mapValues { .string($0) }),
      "message": .string(phrases.text(failure.code, failure.arguments)),
    ]
    members["vendor_code"] = failure.vendorCode.map { .string($0) }
    members["vendor_message"] = failure.vendorMessage.map { .string($0) }
    members["request_id"] = failure.requestID.map { .string($0) }
    members["call"] = failure.call.map { .string($0) }
    return .object(members)
  }

  private static func leftover(_ leftover: Leftover, phrases: Phrasebook) -> Value {
    var members: [String: Value] = [
      "address": .string(leftover.address.text), "declared": .bool(leftover.reason != nil),
      "in_doubt": .bool(leftover.isInDoubt), "prepaid": .bool(leftover.isPrepaid),
    ]
    members["object"] = SummaryText.identity(leftover.outputs).map { .string($0) }
    members["expires"] = leftover.expires.map { .string($0) }
    members["failure"] = leftover.failure.map { failure($0, phrases: phrases) }
    return .object(members)
  }
}
