/// A file that was read, as it was: kept in the run's snapshot with its digest.
package struct SourceText: Hashable, Sendable {
  /// The path relative to its home: `providers/aws/ec2.yaml`.
  package var path: String
  package var text: String
  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}
