import Basics
import CloudClient
import JSONText
import Planning
import ProviderModel
import Reporting

/// `--requests`: the exact calls of each step, with what is not known yet named in place.
struct RequestPreviews {
  var step: StepAddress
  var request: RequestPreview

  static func all(of work: WorkPlan, session: Session) -> [RequestPreviews] {
    work.plan.steps.flatMap { step -> [RequestPreviews] in
      guard step.condition != .never, let provider = work.catalog.providers[step.action.provider] else { return [] }
      var inputs: [String: PreviewInput] = [:]
      for argument in step.arguments {
        switch argument.value {
        case .known(let value):
          inputs[argument.name] = .known(value)
        case .unknown(_, let steps): inputs[argument.name] = .unknown(after: steps)
        }
      }
      return RequestPreview.requests(
        of: step.action, provider: provider, inputs: inputs, adopt: step.adopt,
        endpoints: EndpointOverrides(environment: session.surroundings.environment)
      ).map { RequestPreviews(step: step.address, request: $0) }
    }
  }

  var value: Value {
    [
      "step": .string(step.text), "purpose": .string(request.purpose.rawValue), "call": .string(request.call),
      "method": .string(request.method), "host": .string(request.host), "path": .string(request.path),
      "parameters": request.parameters, "conditional": .bool(request.isConditional),
    ]
  }

  static func lines(_ previews: [RequestPreviews], session: Session) -> [String] {
    var lines = ["", session.resultStyle.paint(session.phrases.label("plan.requests"), .bold)]
    for preview in previews {
      let request = preview.request
      let style: Style.Ink = request.isChange ? .yellow : .blue
      lines.append(
        "\(session.resultStyle.paint(preview.step.text, .bold))  \(session.resultStyle.paint(request.purpose.rawValue, style))  "
          + "\(request.call)  \(request.method) https://\(request.host)\(request.path)")
      // A body that is made of what only the run will read.
      if let text = request.parameters.string { lines.append("    \(SafeText.line(text))") }
      for (name, value) in (request.parameters.object ?? [:]).sorted(by: { $0.key < $1.key }) {
        lines.append("    \(name)=\(SafeText.line(value.string ?? JSON.text(value)))")
      }
    }
    return lines.map { session.masker.mask($0) }
  }
}
