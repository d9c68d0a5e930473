import Basics
import ProviderModel
import RunEngine

/// The marks and words of a diagram's nodes: the same in every format.
struct DiagramWords: Sendable {
  var phrases: Phrasebook

  /// One character: where the step stands, or what it would do.
  func mark(_ node: Diagram.Node) -> (text: String, ink: Style.Ink) {
    node.state.map(mark) ?? mark(node.deed)
  }

  private func mark(_ state: StepState) -> (text: String, ink: Style.Ink) {
    switch state {
    case .succeeded: ("✓", .green)
    case .adopted: ("✓", .cyan)
    case .failed, .stuck: ("✗", .red)
    case .inDoubt: ("?", .red)
    case .started, .answered, .undoing: ("›", .cyan)
    case .waitingForPerson: ("@", .yellow)
    case .skipped, .abandoned: ("-", .dim)
    case .waiting, .blocked: ("·", .dim)
    case .undone: ("○", .dim)
    case .stays: ("=", .yellow)
    }
  }

  /// As `plan` marks its lines.
  private func mark(_ deed: PlannedStepFacts.Deed?) -> (text: String, ink: Style.Ink) {
    switch deed {
    case .create, .create_or_adopt: ("+", .green)
    case .change: ("~", .yellow)
    case .read: ("?", .blue)
    case .run: (">", .cyan)
    case .probe: ("!", .cyan)
    case .person: ("@", .yellow)
    case .check: ("=", .dim)
    case .skip: ("-", .dim)
    case nil: ("▸", .bold)
    }
  }

  /// `PREPAID`, `probe`; empty for most steps.
  func tags(_ node: Diagram.Node) -> [String] {
    var tags: [String] = []
    if node.billing != .free, node.deed != .skip { tags.append(phrases.label("billing.\(node.billing.rawValue)")) }
    if node.isProbe { tags.append(phrases.label("deed.probe")) }
    return tags
  }

  /// What a drawing's style sheet goes by.
  func classes(_ node: Diagram.Node) -> [String] {
    var classes = [node.state.map { "s-\($0.rawValue)" } ?? "planned"]
    if node.isPurchase { classes.append("paid") }
    if node.isProbe { classes.append("probe") }
    return classes
  }

  func title(_ node: Diagram.Node) -> String { phrases.text(node.title) }

  func state(_ node: Diagram.Node) -> String? { node.state.map { phrases.label("step.\($0.rawValue)") } }
}
