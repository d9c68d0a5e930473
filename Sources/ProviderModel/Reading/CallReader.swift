internal import Basics
internal import Expressions
internal import JMESPath
internal import YAMLText

/// Reads calls: one mapping, or a list of them.
struct CallReader {
  /// The product of calls that name none.
  let product: String
  let roots: Set<String>

  func lookUp(_ key: String, of mapping: MappingReader, _ findings: inout Diagnostics) -> LookUp? {
    guard let node = mapping[key] else { return nil }
    let calls = calls(node, part: mapping.path(key), &findings)
    for call in calls where call.pick == nil {
      findings.add(Diagnostic(.actionNoPick, ["part": mapping.path(key), "call": call.name], at: call.location))
    }
    return LookUp(calls: calls)
  }

  func calls(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> [Call] {
    guard let elements = node.elements else { return call(node, part: part, &findings).map { [$0] } ?? [] }
    return elements.enumerated().compactMap { call($0.element, part: "\(part)[\($0.offset)]", &findings) }
  }

  func call(_ node: YAMLNode, part: String, _ findings: inout Diagnostics) -> Call? {
    guard let mapping = MappingReader(node, part: part, keys: ProviderKeys.call, required: ["call"], &findings) else {
      return nil
    }
    return call(mapping, &findings)
  }

  /// The call that stands in a mapping, beside other keys that its reader knows.
  func call(_ mapping: MappingReader, _ findings: inout Diagnostics) -> Call? {
    guard let node = mapping["call"], let text = mapping.text("call", &findings) else { return nil }
    guard let (product, operation) = names(in: text) else {
      findings.add(Diagnostic(.actionBadOperation, ["text": text, "part": mapping.path("call")], at: node.location))
      return nil
    }
    let empty = Template(.literal(.object([:])), at: node.location)
    return Call(
      product: product, operation: operation,
      parameters: mapping["with"].map { Template.read($0, roots: roots, into: &findings) } ?? empty,
      path: mapping["path"].map { Template.read($0, roots: roots, into: &findings) },
      pick: mapping["pick"].map { Template.expression(from: $0, roots: roots, current: .data, into: &findings) },
      when: mapping["when"].map { ConditionReader.condition($0, part: mapping.path("when"), roots: roots, &findings) },
      ignore: mapping.texts("ignore", &findings).map(\.text), location: node.location)
  }

  /// `CreateCen`, `cbn:CreateCen`, `PUT /subscriptions/...`.
  private func names(in text: String) -> (product: String, operation: String)? {
    if text.contains(" /") { return (product, text) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }), let last = parts.last else {
      return nil
    }
    return (parts.count == 2 ? parts[0] : product, last)
  }
}

/// Reads fields that are always an expression and give true or false.
enum ConditionReader {
  static func condition(
    _ node: YAMLNode, part: String, roots: Set<String>, _ findings: inout Diagnostics
  ) -> Template {
    let template = Template.expression(from: node, roots: roots, into: &findings)
    for expression in template.expressions where expression.staticType.isDisjoint(with: .boolean) {
      findings.add(
        Diagnostic(.actionNeverBoolean, ["part": part, "expression": expression.source], at: expression.location))
    }
    return template
  }
}
