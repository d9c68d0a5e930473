internal import Basics
internal import Expressions
internal import YAMLText

/// Reads a product file: one API product with its actions.
struct ProductReader {
  let provider: String

  func product(_ mapping: MappingReader, _ findings: inout Diagnostics) -> ProductDescription? {
    guard let name = mapping.text("product", &findings), let endpoint = mapping["endpoint"] else { return nil }
    var product = ProductDescription(
      name: name, version: mapping.text("version", &findings) ?? "",
      endpoint: Template.read(endpoint, roots: ProviderRoots.endpoint, into: &findings))
    product.endpointExceptions = texts("endpoints", mapping, &findings)
    product.signingName = mapping.text("signing_name", &findings) ?? name
    product.signingRegion = mapping.text("signing_region", &findings)
    product.usesOldSignature = mapping.bool("old_signature", &findings) ?? false
    product.jsonTarget = mapping.text("json_target", &findings)
    product.method = mapping.text("method", &findings) ?? product.method
    product.methods = texts("methods", mapping, &findings)
    product.formParameters = formParameters(mapping, &findings)
    product.errors = ErrorTableReader.table(mapping, &findings)
    return product
  }

  /// The actions of a file; an empty list for a product that others call only.
  func actions(
    _ mapping: MappingReader, product: String, _ findings: inout Diagnostics
  ) -> [ActionDescription] {
    let reader = ActionReader(provider: provider, product: product)
    return mapping.members("actions", &findings).compactMap { entry in
      checkName(entry, &findings)
      return reader.action(entry, &findings)
    }
  }

  private func checkName(_ entry: YAMLNode.Entry, _ findings: inout Diagnostics) {
    let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count <= 2, parts.allSatisfy(Name.isFile) { return }
    findings.add(Diagnostic(.providerBadActionName, ["name": entry.key], at: entry.keyLocation))
  }

  private func texts(_ key: String, _ mapping: MappingReader, _ findings: inout Diagnostics) -> [String: String] {
    var result: [String: String] = [:]
    for entry in mapping.members(key, &findings) {
      let part = "\(mapping.path(key)).\(entry.key)"
      result[entry.key] = ScalarReader.text(entry.value, part: part, &findings)
    }
    return result
  }

  private func formParameters(_ mapping: MappingReader, _ findings: inout Diagnostics) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for entry in mapping.members("form_parameters", &findings) {
      let part = "\(mapping.path("form_parameters")).\(entry.key)"
      guard let elements = entry.value.elements else {
        findings.add(.wrongKind(entry.value, part: part, expected: "list"))
        continue
      }
      result[entry.key] = elements.compactMap { ScalarReader.text($0, part: part, &findings) }
    }
    return result
  }
}
