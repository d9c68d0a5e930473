extension Topology {
  /// A reference to nothing, or a name used twice.
  package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// `interface eni-7`.
    package var place: String
    /// `network vpc-1`.
    package var missing: String

    package var description: String { "\(place): \(missing)" }
  }
}
