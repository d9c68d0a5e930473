package import Basics

/// Why an expression has no value for the given data.
package struct ExpressionError: Error, Sendable, Hashable {
  /// What to say, with the exact place; the argument `expression` is the source.
  package let diagnostic: Diagnostic

  package init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

  /// The same as the failure of a step: class `invalid`, before any request.
  package var failure: StepFailure { StepFailure(.invalid, diagnostic.code, diagnostic.arguments) }
}
