internal import Basics
internal import Expressions
internal import YAMLText

/// Reads the files of one provider folder and collects everything that is wrong with them.
struct ProviderReader {
  let name: String
  var findings = Diagnostics()
  private var productPlaces: [String: SourceLocation] = [:]

  init(name: String) { self.name = name }

  /// - Parameter files: `provider.yaml` and the product files, in any order.
  mutating func read(_ files: [SourceText]) -> ProviderDescription? {
    let sorted = files.sorted { $0.path < $1.path }
    guard let own = sorted.first(where: { $0.isProviderFile }) else {
      let place = sorted.first.map { SourceLocation(file: $0.path) }
      findings.add(Diagnostic(.providerNoFile, ["provider": name], at: place))
      return nil
    }
    guard var provider = provider(own) else { return nil }
    provider.sources = sorted
    for file in sorted where !file.isProviderFile { readProduct(file, &provider) }
    checkCalls(of: provider)
    return provider
  }

  private mutating func mapping(_ file: SourceText, keys: [String], required: [String]) -> MappingReader? {
    do throws(Diagnostics) {
      let node = try YAMLReader.read(file.text, file: file.path)
      return MappingReader(node, part: "", keys: keys, required: required, &findings)
    } catch {
      findings.add(contentsOf: error)
      return nil
    }
  }
}

// MARK: - provider.yaml

extension ProviderReader {
  private mutating func provider(_ file: SourceText) -> ProviderDescription? {
    guard let mapping = mapping(file, keys: ProviderKeys.provider, required: ["title", "protocol"]),
      let form: WireProtocolName = mapping.word("protocol", &findings)
    else { return nil }
    var provider = ProviderDescription(
      name: name, title: mapping.localized("title", &findings) ?? LocalizedText(plain: name), wireProtocol: form)
    provider.credentials = credentials(mapping)
    provider.throttle = throttle(mapping)
    provider.errors = ErrorTableReader.table(mapping, &findings)
    provider.identity = CallReader(product: name, roots: ProviderRoots.inputs)
      .lookUp("identity", of: mapping, &findings)
    if let entry = mapping.entry("actions") {
      if form == .builtin {
        add(ProductReader(provider: name).actions(mapping, product: name, &findings), to: &provider)
      } else {
        findings.add(Diagnostic(.providerActionsHere, ["provider": name], at: entry.keyLocation))
      }
    }
    return provider
  }

  private mutating func credentials(_ mapping: MappingReader) -> CredentialSources {
    guard let node = mapping["credentials"],
      let inner = MappingReader(node, part: mapping.path("credentials"), keys: ProviderKeys.credentials, &findings)
    else { return CredentialSources() }
    return CredentialSources(
      environment: inner.texts("environment", &findings).map(\.text), files: inner.texts("files", &findings).map(\.text)
    )
  }

  private mutating func throttle(_ mapping: MappingReader) -> Throttle {
    guard let node = mapping["throttle"],
      let inner = MappingReader(node, part: mapping.path("throttle"), keys: ProviderKeys.throttle, &findings)
    else { return Throttle() }
    var throttle = Throttle()
    if let text = inner.text("rate", &findings), let rate = inner["rate"] {
      if let perSecond = Self.perSecond(text) {
        throttle.perSecond = perSecond
      } else {
        findings.add(Diagnostic(.providerBadRate, ["text": text], at: rate.location))
      }
    }
    throttle.concurrent = inner.integer("concurrent", in: 1...1000, &findings) ?? throttle.concurrent
    return throttle
  }

  /// `20/s` or `30/m`.
  private static func perSecond(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Double(parts[0]), number > 0, number.isFinite else { return nil }
    switch parts[1] {
    case "s": return number
    case "m": return number / 60
    default: return nil
    }
  }
}

// MARK: - Product files

extension ProviderReader {
  private mutating func readProduct(_ file: SourceText, _ provider: inout ProviderDescription) {
    guard let mapping = mapping(file, keys: ProviderKeys.product, required: ["product", "version", "endpoint"]) else {
      return
    }
    if provider.wireProtocol == .builtin {
      let place = SourceLocation(file: file.path)
      findings.add(Diagnostic(.providerBuiltinProduct, ["provider": name], at: place))
      return
    }
    let reader = ProductReader(provider: name)
    guard let product = reader.product(mapping, &findings), let node = mapping["product"] else { return }
    if let first = productPlaces[product.name] {
      let related = Diagnostic(.providerProductTwice, ["product": product.name], at: first, severity: .note)
      findings.add(
        Diagnostic(.providerProductTwice, ["product": product.name], at: node.location, related: [related]))
    }
    productPlaces[product.name] = node.location
    provider.products[product.name] = product
    add(reader.actions(mapping, product: product.name, &findings), to: &provider)
  }

  private mutating func add(_ actions: [ActionDescription], to provider: inout ProviderDescription) {
    for action in actions {
      if let first = provider.actions[action.name] {
        let related = Diagnostic(.providerActionTwice, ["action": action.name], at: first.location, severity: .note)
        findings.add(
          Diagnostic(.providerActionTwice, ["action": action.name], at: action.location, related: [related]))
      }
      provider.actions[action.name] = action
    }
  }
}

// MARK: - Calls across products

extension ProviderReader {
  private mutating func checkCalls(of provider: ProviderDescription) {
    for call in provider.identity?.calls ?? [] { checkProduct(of: call, provider) }
    for action in provider.actions.values.sorted(by: { $0.name < $1.name }) {
      if provider.wireProtocol == .builtin {
        checkBuiltin(action)
      } else {
        checkCloud(action, provider)
      }
    }
  }

  private mutating func checkBuiltin(_ action: ActionDescription) {
    guard let call = action.calls.first else { return }
    findings.add(Diagnostic(.providerBuiltinCall, ["action": action.fullName], at: call.location))
  }

  private mutating func checkCloud(_ action: ActionDescription, _ provider: ProviderDescription) {
    if action.calls.isEmpty {
      findings.add(Diagnostic(.actionNothing, ["action": action.fullName], at: action.location))
    }
    var seen: Set<String> = []
    for call in action.calls {
      checkProduct(of: call, provider)
      guard seen.insert(call.product).inserted, let product = provider.products[call.product] else { continue }
      checkEndpoint(of: product, action, call)
    }
  }

  private mutating func checkProduct(of call: Call, _ provider: ProviderDescription) {
    guard provider.products[call.product] == nil else { return }
    findings.add(
      Diagnostic(.providerUnknownProduct, ["product": call.product, "provider": name], at: call.location)
        .suggesting(call.product, among: provider.products.keys))
  }

  /// A host that reads `inputs.region` needs the action to have it, unless the endpoint has a value without it.
  private mutating func checkEndpoint(of product: ProductDescription, _ action: ActionDescription, _ call: Call) {
    for reference in product.endpoint.references where reference.root == "inputs" {
      guard case .field(let input)? = reference.path.first, !product.hasDefault(for: input) else { continue }
      guard !action.inputs.contains(where: { $0.name == input }) else { continue }
      findings.add(
        Diagnostic(
          .actionEndpointInput, ["action": action.fullName, "product": product.name, "input": input],
          at: call.location))
    }
  }
}

extension ProductDescription {
  /// Whether the endpoint has a value when `input` is not given.
  fileprivate func hasDefault(for input: String) -> Bool {
    guard let host = try? endpoint.evaluate(Scope(["inputs": .object([:]), "account": .null])).string else {
      return false
    }
    return !host.isEmpty && !host.hasPrefix(".") && !host.contains("..")
  }
}

extension SourceText {
  var isProviderFile: Bool { path == "provider.yaml" || path.hasSuffix("/provider.yaml") }
}
