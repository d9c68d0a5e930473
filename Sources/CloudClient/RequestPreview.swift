package import Basics
package import CloudWire
import Expressions
package import ProviderModel

/// An argument of a planned step: a value, or the steps that must end first.
package enum PreviewInput: Sendable {
  case known(Value)
  case unknown(after: [StepAddress])
}

/// A request that a step would send, as far as it is known before the run; it has no signature.
package struct RequestPreview: Sendable {
  package enum Purpose: String, Sendable { case find, match, read, create, update, undo }

  package var purpose: Purpose
  /// `cbn:CreateCen`.
  package var call: String
  package var method: String
  /// Host and port.
  package var host: String
  package var path: String
  /// The tree of parameters by their wire names; what is not known is a text such as `<known after STEP>`.
  package var parameters: Value
  /// The call is left out when its `when` turns out false; unknown now.
  package var isConditional: Bool
  /// The unsigned message, for whoever wants every byte.
  package var message: HTTPRequest

  /// Whether it changes something.
  package var isChange: Bool {
    switch purpose {
    case .create, .update, .undo: true
    case .find, .match, .read: false
    }
  }

  /// The requests of one planned step, in the order in which they would go out; pure, offline, without credentials.
  ///
  /// - Parameters:
  ///   - inputs: The step's arguments; defaults of the action are filled in here.
  ///   - adopt: The step's policy: `match` is asked only where it may lead to something.
  ///   - includesUndo: Whether the requests of `destroy` follow.
  package static func requests(
    of action: ActionDescription, provider: ProviderDescription, inputs: [String: PreviewInput],
    adopt: AdoptPolicy = .never, endpoints: EndpointOverrides = EndpointOverrides(), includesUndo: Bool = false
  ) -> [RequestPreview] {
    guard let wire = WireForms.wireProtocol(of: provider.wireProtocol) else { return [] }
    let maker = PreviewMaker(
      action: action, provider: provider, wire: wire, endpoints: endpoints, values: PreviewValues(action, inputs))
    return maker.requests(adopt: adopt, includesUndo: includesUndo)
  }
}

/// Walks through an action's calls and makes each as far as it is known.
private struct PreviewMaker {
  let action: ActionDescription
  let provider: ProviderDescription
  let wire: any WireProtocol
  let endpoints: EndpointOverrides
  let values: PreviewValues

  func requests(adopt: AdoptPolicy, includesUndo: Bool) -> [RequestPreview] {
    var parts: [(RequestPreview.Purpose, [Call])] = []
    let changes = !action.create.isEmpty || !action.update.isEmpty
    if let find = action.find, !changes || (!action.create.isEmpty && action.looksBeforeCreate(adopt)) {
      parts.append((.find, find.calls))
    }
    if let match = action.match, adopt != .never, !action.create.isEmpty { parts.append((.match, match.calls)) }
    if action.create.isEmpty, changes, let read = action.read { parts.append((.read, read.calls)) }
    parts.append((.create, action.create))
    if action.create.isEmpty { parts.append((.update, action.update)) }
    if changes, let read = action.wait?.call ?? action.read { parts.append((.read, read.calls)) }
    if includesUndo, case .calls(let calls) = action.undo { parts.append((.undo, calls)) }
    return parts.flatMap { purpose, calls in calls.compactMap { preview($0, purpose) } }
  }

  private func preview(_ call: Call, _ purpose: RequestPreview.Purpose) -> RequestPreview? {
    guard let product = provider.products[call.product] else { return nil }
    let condition = call.when.map { values.value(of: $0) }
    if let condition, !values.isPlaceholder(condition), condition.bool != true { return nil }
    let origin = origin(of: product)
    let wireCall = WireCall(
      product: product, operation: call.operation, parameters: values.value(of: call.parameters).withoutNulls,
      path: call.path.map { values.value(of: $0) } ?? .null, region: values.region, origin: origin)
    let message = wire.encode(wireCall)
    return RequestPreview(
      purpose: purpose, call: call.name, method: message.method,
      host: String(origin.split(separator: "/").last ?? ""), path: shown(message.path), parameters: wireCall.parameters,
      isConditional: condition.map(values.isPlaceholder) ?? false, message: message)
  }

  /// A path in which what is not known yet can be read.
  private func shown(_ path: String) -> String {
    guard path.contains("%3C"), let text = PercentEncoding.decode(path) else { return path }
    return text
  }

  private func origin(of product: ProductDescription) -> String {
    if let origin = try? endpoints.origin(of: product, provider: provider, scope: values.scope) { return origin }
    let host = values.region.flatMap { product.endpointExceptions[$0] }
    return "https://\(host ?? values.value(of: product.endpoint).scalarText ?? "")"
  }
}

/// Evaluates templates where some of what they read is not known yet: no partial evaluation, a placeholder stands for
/// the whole expression.
private struct PreviewValues {
  let scope: Scope
  /// What to show for an input that is not known.
  private let unknown: [String: String]

  init(_ action: ActionDescription, _ given: [String: PreviewInput]) {
    var known: [String: Value] = [:]
    var unknown: [String: String] = [:]
    for field in action.inputs {
      switch given[field.name] {
      case .known(let value) where !value.isNull: known[field.name] = field.type.converted(value) ?? value
      case .unknown(let steps):
        unknown[field.name] = "<known after \(steps.map(\.text).joined(separator: ", "))>"
      default: if let value = field.defaultValue { known[field.name] = value }
      }
    }
    self.unknown = unknown
    scope = Scope([
      "inputs": .object(known), "self": .null, "before": .null, "account": .null, "token": .null, "id": .null,
    ])
  }

  var region: String? { scope["inputs"]["region"].string }

  func isPlaceholder(_ value: Value) -> Bool {
    guard let text = value.string else { return false }
    return text.hasPrefix("<") && text.hasSuffix(">")
  }

  func value(of template: Template) -> Value {
    switch template.kind {
    case .literal(let value): return value
    case .expression(let expression): return value(of: expression)
    case .text(let segments):
      return .string(
        segments.map { segment in
          switch segment {
          case .text(let text): return text
          case .expression(let expression): return value(of: expression).scalarText ?? "<\(expression.source)>"
          }
        }.joined())
    case .list(let elements): return .list(elements.map { value(of: $0) })
    case .object(let members):
      return .object(Dictionary(members.map { ($0.key, value(of: $0.value)) }) { first, _ in first })
    }
  }

  private func value(of expression: TemplateExpression) -> Value {
    if let placeholder = placeholder(for: expression) { return .string(placeholder) }
    return (try? expression.evaluate(scope)) ?? .string("<\(expression.source)>")
  }

  /// Inputs that other steps give are named by these; everything that only the run knows is shown as the expression
  /// itself.
  private func placeholder(for expression: TemplateExpression) -> String? {
    for reference in expression.references {
      if reference.root != "inputs" { return "<\(expression.source)>" }
      guard case .field(let name)? = reference.path.first else { continue }
      if let text = unknown[name] { return text }
    }
    return nil
  }
}
