package import Basics

/// The idempotency token of a step within a generation (`decisions.md` §6).
///
/// It depends on nothing but the run, the address and the generation, so a resume on another machine sends the same one.
package enum StepToken {
  /// `cw-` and the first 32 hex digits of SHA-256 over the three parts, each ended by a line feed.
  package static func text(runID: String, address: StepAddress, generation: Int) -> String {
    "cw-" + EngineDigest.hex(of: "\(runID)\n\(address.text)\n\(generation)\n").prefix(32)
  }
}
