package import Basics

/// The port to whoever may say yes to a purchase.
package protocol Approver: Sendable {
  /// Asked once per session, before anything is touched, with every step that still needs a yes.
  func approve(_ steps: [StepAddress]) async -> Approval
}

package enum Approval: Hashable, Sendable {
  /// `by` names what said yes: `terminal`, `auto-approve`, `lab`.
  case approved(by: String)
  case refused
  /// Nobody can be asked.
  case noTerminal
}
