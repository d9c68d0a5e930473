internal import Basics
internal import Expressions
internal import YAMLText

/// Whether the parts of an action fit together: what is missing for a promise that another part makes.
struct ActionCheck {
  let action: ActionDescription
  let mapping: MappingReader

  func run(_ findings: inout Diagnostics) {
    checkCreate(&findings)
    checkUpdate(&findings)
    if mapping["checks"] != nil, mapping["update"] == nil { add(.actionChecksNeedUpdate, at: "checks", &findings) }
    checkLookUps(&findings)
    for comparison in action.compare { checkInput(comparison.input, at: comparison.present.location, &findings) }
    if let owner = action.goesWith {
      checkInput(owner.input, at: mapping["goes_with"]?.location ?? action.location, &findings)
    }
    checkBilling(&findings)
    for template in action.templates {
      for reference in template.references where reference.root == "inputs" { checkPath(reference, &findings) }
    }
  }

  private func checkCreate(_ findings: inout Diagnostics) {
    guard mapping["create"] != nil else { return }
    if mapping["undo"] == nil { add(.actionNoUndo, at: "create", &findings) }
    if mapping["doubt"] == nil { add(.actionNoDoubt, at: "create", &findings) }
    switch action.doubt.by {
    case .lookup where action.find == nil: add(.actionNoFind, at: "doubt", &findings)
    case .token where !action.create.contains(where: \.sendsToken): add(.actionTokenNotSent, at: "doubt", &findings)
    default: break
    }
    if action.adopt != .never, action.match == nil { add(.actionAdoptNeedsMatch, at: "adopt", &findings) }
    if action.adopt == .identical, action.compare.isEmpty { add(.actionAdoptNeedsCompare, at: "adopt", &findings) }
  }

  private func checkUpdate(_ findings: inout Diagnostics) {
    guard mapping["update"] != nil else { return }
    if mapping["undo"] == nil { add(.actionNoUndo, at: "update", &findings) }
    for key in ["read", "compare"] where mapping[key] == nil {
      add(.actionUpdateNeeds, ["key": key], at: "update", &findings)
    }
  }

  private func checkLookUps(_ findings: inout Diagnostics) {
    if let wait = action.wait, wait.call == nil, action.read == nil, action.find == nil {
      add(.actionWaitNeedsRead, at: "wait", &findings)
    }
    if action.gone != nil, action.read == nil { add(.actionGoneNeedsRead, at: "gone", &findings) }
    checkSelf(action.find, "find", &findings)
    checkSelf(action.match, "match", &findings)
    // With neither a create nor a find, `read` is the first to see the object.
    if action.create.isEmpty, action.find == nil { checkSelf(action.read, "read", &findings) }
  }

  /// The first call of a look-up without an id has no object yet.
  private func checkSelf(_ lookUp: LookUp?, _ key: String, _ findings: inout Diagnostics) {
    guard let call = lookUp?.calls.first else { return }
    for reference in call.templates.flatMap(\.references) where reference.root == "self" {
      findings.add(
        Diagnostic(.actionSelfTooEarly, ["part": mapping.path(key), "call": call.name], at: reference.location))
    }
  }

  private func checkBilling(_ findings: inout Diagnostics) {
    let place = mapping["billing"]?.location ?? action.location
    for input in [action.billing.renews, action.billing.of].compactMap({ $0 }) {
      checkInput(input, at: place, &findings)
    }
    guard let until = action.billing.until, !action.outputs.contains(where: { $0.field.name == until }) else { return }
    findings.add(
      Diagnostic(.actionUnknownOutput, ["name": until, "action": action.fullName], at: place)
        .suggesting(until, among: action.outputs.map(\.field.name)))
  }

  private func add(
    _ code: Diagnostic.Code, _ arguments: [String: String] = [:], at key: String, _ findings: inout Diagnostics
  ) {
    let place = mapping.entry(key)?.keyLocation ?? action.location
    findings.add(Diagnostic(code, arguments.merging(["action": action.fullName]) { given, _ in given }, at: place))
  }
}

// MARK: - Inputs that expressions read

extension ActionCheck {
  private func checkInput(_ name: String, at location: SourceLocation, _ findings: inout Diagnostics) {
    if action.inputs.contains(where: { $0.name == name }) { return }
    findings.add(
      Diagnostic(.actionUnknownInput, ["name": name, "action": action.fullName], at: location)
        .suggesting(name, among: action.inputs.map(\.name)))
  }

  private func checkPath(_ reference: Reference, _ findings: inout Diagnostics) {
    guard case .field(let name)? = reference.path.first else { return }
    checkInput(name, at: reference.location, &findings)
    guard var type = action.inputs.first(where: { $0.name == name })?.type else { return }
    for component in reference.path.dropFirst() {
      switch (type, component) {
      case (.object(let fields), .field(let member)):
        guard let field = fields.first(where: { $0.name == member }) else {
          findings.add(
            Diagnostic(
              .actionUnknownMember, ["path": reference.description, "member": member, "action": action.fullName],
              at: reference.location
            ).suggesting(member, among: fields.map(\.name)))
          return
        }
        type = field.type
      case (.list(let item), .index), (.list(let item), .wildcard), (.list(let item), .item): type = item
      case (.map(let item), .field), (.map(let item), .item): type = item
      default: return
      }
    }
  }
}

extension Call {
  /// Every template of the call.
  var templates: [Template] { [parameters] + [path, pick, when].compactMap { $0 } }

  /// Whether the idempotency token travels in its parameters.
  var sendsToken: Bool { parameters.references.contains { $0.root == "token" } }
}

extension ActionDescription {
  /// Every call of the action, look-ups included.
  var calls: [Call] {
    let undoing: [Call] = if case .calls(let calls) = undo { calls } else { [] }
    return [find, match, read, busy, wait?.call].compactMap { $0 }.flatMap(\.calls) + create + update + undoing
  }

  /// Every template of the action.
  var templates: [Template] {
    calls.flatMap(\.templates) + outputs.compactMap(\.value) + compare.map(\.present) + checks.map(\.that)
      + [wait?.until, wait?.failed, gone, serialize].compactMap { $0 }
  }
}
