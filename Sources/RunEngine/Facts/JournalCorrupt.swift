/// What a journal holds cannot have been written by this tool: nothing is guessed, nothing is repaired.
package struct JournalCorrupt: Error, Hashable, Sendable {
  /// The number of the event, or 0 where none can be named.
  package var sequence: Int
  /// A short technical note for the report: `succeeded while waiting`.
  package var detail: String

  package init(sequence: Int, _ detail: String) {
    self.sequence = sequence
    self.detail = detail
  }
}
