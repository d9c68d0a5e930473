package import Basics
package import Expressions

/// One action of a provider with its whole life cycle: what the engine, the preview, resume, drift and destroy go by.
///
/// The fields and their meaning are the contract of `decisions.md` §4.
package struct ActionDescription: Sendable {
  package var provider: String
  /// The name inside the provider: `cbn.cen`, `script`.
  package var name: String
  package var product: String
  package var title: LocalizedText
  package var help: LocalizedText?
  package var inputs: [Field]
  package var outputs: [OutputField]
  package var billing: Billing
  package var doubt: DoubtPolicy
  package var find: LookUp?
  package var match: LookUp?
  package var read: LookUp?
  /// Asked when a change was denied: what it finds is still being changed, and the same request is good a little later.
  package var busy: LookUp?
  package var create: [Call]
  package var update: [Call]
  package var compare: [Comparison]
  /// What must hold of the freshly read object before an update writes to it.
  package var checks: [ActionRule]
  package var wait: Wait?
  package var undo: Undo
  package var gone: Template?
  /// The thing of which this is a setting: where the run takes that away, this goes with it.
  package var goesWith: GoesWith?
  package var serialize: Template?
  package var adopt: AdoptPolicy
  package var errors: ErrorTable
  package var location: SourceLocation

  /// The name that a workflow writes after `uses`: `alibaba/cbn.cen`.
  package var fullName: String { "\(provider)/\(name)" }

  /// Whether the action changes nothing: it only looks something up.
  package var isReadOnly: Bool { create.isEmpty && update.isEmpty && find != nil }

  package init(provider: String, name: String, product: String, title: LocalizedText, location: SourceLocation) {
    self.provider = provider
    self.name = name
    self.product = product
    self.title = title
    self.location = location
    inputs = []
    outputs = []
    billing = Billing(kind: .free)
    doubt = DoubtPolicy(by: .none)
    create = []
    update = []
    compare = []
    checks = []
    undo = .calls([])
    adopt = .never
    errors = ErrorTable()
  }
}

/// An output of an action: its type and the expression over `inputs`, `self`, `token`, `id`, `account` that gives it.
package struct OutputField: Sendable {
  package var field: Field
  /// `nil` means `self.<name>`.
  package var value: Template?

  package init(field: Field, value: Template? = nil) {
    self.field = field
    self.value = value
  }
}

/// How a thing is paid for.
package struct Billing: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable { case free, hourly, traffic, prepaid }
  package var kind: Kind
  /// A sentence on what is paid and what is refunded, for the plan.
  package var note: LocalizedText?
  /// The output that tells when the paid term ends.
  package var until: String?
  /// The input that, when true, has each term renewed and paid by itself.
  package var renews: String?
  /// The input that names the subscription of which this is a setting: nothing is bought by the action itself.
  package var of: String?

  package init(kind: Kind, note: LocalizedText? = nil, until: String? = nil, renews: String? = nil, of: String? = nil) {
    self.kind = kind
    self.note = note
    self.until = until
    self.renews = renews
    self.of = of
  }
}

/// How a create that may or may not have happened is settled.
package struct DoubtPolicy: Hashable, Sendable {
  package enum Means: String, Hashable, Sendable, CaseIterable { case token, lookup, none }
  /// What follows when a look-up has found nothing for the whole patience.
  package enum Fallback: String, Hashable, Sendable, CaseIterable { case create, ask }
  /// What the other side does with a second create of the same name.
  package enum Duplicates: String, Hashable, Sendable, CaseIterable { case possible, refused }
  package var by: Means
  /// How long a look-up that finds nothing is repeated before the thing counts as not created.
  package var patience: Duration
  /// A thing that is paid for in advance is never created again, whatever this says.
  package var notFound: Fallback
  /// Refused for certain, with class `already-exists`: the first create needs no look before it.
  package var duplicates: Duplicates

  package init(
    by: Means, patience: Duration = .seconds(120), notFound: Fallback = .create, duplicates: Duplicates = .possible
  ) {
    self.by = by
    self.patience = patience
    self.notFound = notFound
    self.duplicates = duplicates
  }
}

/// One API call: which operation of which product, and the tree of its parameters before the protocol flattens it.
package struct Call: Sendable {
  /// The product that the call belongs to, `cbn` in `cbn:CreateCen`; the action's own product when none is written.
  package var product: String
  /// The operation (`CreateCen`), or for Azure method and path (`PUT /subscriptions/{subscription}/...`).
  package var operation: String
  package var parameters: Template
  /// Azure: the values of the path's placeholders.
  package var path: Template?
  /// The part of the answer that is the object; the current node is the whole answer.
  package var pick: Template?
  /// A condition over the roots: the call is left out when it gives false or null.
  ///
  /// Always an expression.
  package var when: Template?
  /// Codes (patterns as in an `ErrorTable`) whose refusal counts as an empty answer: the pick then sees `{}`, and the look-up goes on.
  package var ignore: [String]
  package var location: SourceLocation

  /// The name in journal, messages and faults: `cbn:CreateCen`.
  package var name: String { "\(product):\(operation)" }

  package init(
    product: String, operation: String, parameters: Template, path: Template? = nil, pick: Template? = nil,
    when: Template? = nil, ignore: [String] = [], location: SourceLocation
  ) {
    self.product = product
    self.operation = operation
    self.parameters = parameters
    self.path = path
    self.pick = pick
    self.when = when
    self.ignore = ignore
    self.location = location
  }
}

/// A read-only call whose `pick` gives the object, or null when it is not there.
package struct LookUp: Sendable {
  /// Usually one call; with several, each pick is merged into the object, and the first null ends the look-up as "not there".
  ///
  /// Later calls see the object so far as `self`.
  package var calls: [Call]
  package init(calls: [Call]) { self.calls = calls }
}

/// A condition on the object as it is now; where it does not hold, nothing is written, and the message says why.
package struct ActionRule: Sendable {
  /// Always an expression.
  package var that: Template
  package var message: LocalizedText

  package init(that: Template, message: LocalizedText) {
    self.that = that
    self.message = message
  }
}

/// How a given input is compared with what is there.
package struct Comparison: Sendable {
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case equal
    case set
    case contains
    case ignoreCase = "ignore_case"
  }
  package var input: String
  /// Always an expression: the present value, over `self` and the other provider roots.
  package var present: Template
  package var mode: Mode

  package init(input: String, present: Template, mode: Mode = .equal) {
    self.input = input
    self.present = present
    self.mode = mode
  }
}

/// What "done" means after a change: repeats `read`, or its own call, until a condition on `self` holds.
///
/// In a read-only action it repeats `find`; nothing found, and a failure of class `not-yet`, go on waiting.
package struct Wait: Sendable {
  package var until: Template
  package var failed: Template?
  package var timeout: Duration
  package var call: LookUp?

  package init(until: Template, failed: Template? = nil, timeout: Duration, call: LookUp? = nil) {
    self.until = until
    self.failed = failed
    self.timeout = timeout
    self.call = call
  }
}

/// How a step is taken back.
package enum Undo: Sendable {
  case calls([Call])
  /// It cannot be: the reason, shown in the plan and by `destroy`.
  case none(LocalizedText)
}

/// A setting that ends with the thing that it belongs to: an action of the same provider whose `output` is this one's `input`.
package struct GoesWith: Hashable, Sendable {
  /// The name inside the provider: `ec2.security-group`.
  package var action: String
  package var input: String
  package var output: String

  package init(action: String, input: String, output: String) {
    self.action = action
    self.input = input
    self.output = output
  }
}

/// Maps the codes of a vendor to failure classes; an action's table is asked before its product's, that before its provider's.
package struct ErrorTable: Hashable, Sendable {
  /// Patterns by class: a code, a code with `*`, or `http:429`.
  package var patterns: [FailureClass: [String]]

  package init(_ patterns: [FailureClass: [String]] = [:]) { self.patterns = patterns }

  /// The class of a vendor code or HTTP status: an exact code wins over a pattern, a longer pattern over a shorter one; `nil` when nothing fits.
  package func classify(code: String, status: Int) -> FailureClass? {
    var best: (kind: FailureClass, weight: Int)?
    for (kind, patterns) in patterns {
      for pattern in patterns {
        guard let weight = Self.weight(of: pattern, code: code, status: status) else { continue }
        if weight > best?.weight ?? -1 || (weight == best?.weight && kind.rawValue < best?.kind.rawValue ?? "") {
          best = (kind, weight)
        }
      }
    }
    return best?.kind
  }

  private static func weight(of pattern: String, code: String, status: Int) -> Int? {
    if pattern == "http:\(status)" { return 0 }
    if pattern == code { return .max }
    guard pattern.contains("*") else { return nil }
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, code.hasPrefix(first), code.hasSuffix(last),
      code.count >= pattern.count - parts.count + 1
    else { return nil }
    var rest = code.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return nil }
      rest = rest[range.upperBound...]
    }
    return pattern.count
  }
}
