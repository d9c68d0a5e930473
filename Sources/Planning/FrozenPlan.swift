package import Basics
internal import Digests

/// A plan to be carried out later exactly as it was looked at: inputs, accounts, and the marks of every text and secret.
///
/// It holds no secret: of an input that is one, or holds one, only a mark is kept, made with a key that stays beside the journal, so that
/// nobody can try values against the file. Whoever runs it gives those inputs again.
package struct FrozenPlan: Hashable, Sendable {
  package static let format = "causeway-plan"
  package static let version = 1

  /// What the command line named: a workflow's name, or a path.
  package var workflow: String
  package var toolVersion: String
  /// The inputs that hold no secret, after defaults and conversion.
  package var inputs: [String: Value]
  /// By name: the marks of the others.
  package var secrets: [String: String]
  /// Account name in the workflow -> profile.
  package var accounts: [String: String]
  /// By path: SHA-256 (hex) of each text that the plan was made of.
  package var texts: [String: String]
  /// The mark of the whole plan.
  package var mark: String

  /// Turns a text into a mark that only the holder of a key can make: HMAC-SHA256, hex.
  package typealias Marker = (_ text: String) -> String

  /// Freezes a plan.
  ///
  /// - Parameter fields: The declarations of the inputs, which say what is secret.
  package init(
    _ plan: Plan, workflow: String, fields: [Field], accounts: [String: String], toolVersion: String, marker: Marker
  ) {
    self.workflow = workflow
    self.toolVersion = toolVersion
    self.accounts = accounts
    inputs = plan.inputs
    secrets = [:]
    for field in fields {
      guard let value = inputs[field.name], Self.isSecret(field, value, plan) else { continue }
      inputs[field.name] = nil
      secrets[field.name] = Self.mark(of: value, field.name, marker)
    }
    texts = Self.texts(of: plan)
    mark = Self.mark(of: plan, marker)
  }

  private static func isSecret(_ field: Field, _ value: Value, _ plan: Plan) -> Bool {
    plan.sensitiveInputs.contains(field.name) || !field.secrets(in: value).isEmpty
  }

  private static func mark(of value: Value, _ name: String, _ marker: Marker) -> String {
    marker("input \(name) \(value.jsonText)")
  }

  private static func mark(of plan: Plan, _ marker: Marker) -> String { marker("plan \(plan.digest)") }

  private static func texts(of plan: Plan) -> [String: String] {
    Dictionary(plan.sources.map { ($0.path, Hash.sha256Hex($0.text)) }) { first, _ in first }
  }

  // MARK: Comparing

  /// The inputs that have to be given again, sorted.
  package func missing(in given: [String: Value]) -> [String] {
    secrets.keys.filter { given[$0] == nil }.sorted()
  }

  /// Everything in which a plan made today differs: each difference once, by name.
  package func differences(from plan: Plan, accounts: [String: String], toolVersion: String, marker: Marker)
    -> Diagnostics
  {
    var found = Diagnostics()
    if toolVersion != self.toolVersion {
      found.add(Diagnostic(.frozenOtherTool, ["frozen": self.toolVersion, "tool": toolVersion]))
    }
    let today = Self.texts(of: plan)
    for path in Set(texts.keys).union(today.keys).sorted() where texts[path] != today[path] {
      found.add(Diagnostic(.frozenOtherText, ["path": path]))
    }
    for name in Set(plan.inputs.keys).union(inputs.keys).union(secrets.keys).sorted() {
      let value = plan.inputs[name] ?? .null
      let isSame =
        secrets[name].map { $0 == Self.mark(of: value, name, marker) }
        ?? (value.jsonText == (inputs[name] ?? .null).jsonText)
      if !isSame {
        found.add(Diagnostic(secrets[name] == nil ? .frozenOtherInput : .frozenOtherSecret, ["name": name]))
      }
    }
    for name in Set(accounts.keys).union(self.accounts.keys).sorted() where accounts[name] != self.accounts[name] {
      found.add(Diagnostic(.frozenOtherAccount, ["name": name]))
    }
    if found.all.isEmpty, mark != Self.mark(of: plan, marker) { found.add(Diagnostic(.frozenOtherKey)) }
    return found
  }

  // MARK: On file

  /// As JSON; the same plan gives the same text.
  package var value: Value {
    [
      "format": .string(Self.format), "version": .integer(Self.version), "tool": .string(toolVersion),
      "workflow": .string(workflow), "inputs": .object(inputs),
      "secrets": .object(secrets.mapValues { .string($0) }), "accounts": .object(accounts.mapValues { .string($0) }),
      "texts": .object(texts.mapValues { .string($0) }), "mark": .string(mark),
    ]
  }

  /// Whether a value is a frozen plan, of this or another version.
  package static func isFrozenPlan(_ value: Value) -> Bool { value["format"] == .string(format) }

  /// `nil` when the value is no frozen plan of this version.
  package init?(_ value: Value) {
    guard Self.isFrozenPlan(value), value["version"] == .integer(Self.version),
      let workflow = value["workflow"].string, let tool = value["tool"].string, let mark = value["mark"].string,
      let inputs = value["inputs"].object, let secrets = Self.texts(value["secrets"]),
      let accounts = Self.texts(value["accounts"]), let texts = Self.texts(value["texts"])
    else { return nil }
    self.workflow = workflow
    toolVersion = tool
    self.mark = mark
    self.inputs = inputs
    self.secrets = secrets
    self.accounts = accounts
    self.texts = texts
  }

  private static func texts(_ value: Value) -> [String: String]? {
    guard let members = value.object else { return nil }
    let texts = members.compactMapValues(\.string)
    return texts.count == members.count ? texts : nil
  }
}
