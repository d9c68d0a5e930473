internal import CJansson

/// Why a text is no JSON, and where; the text itself is not repeated, for it may hold secrets.
package struct JSONSyntaxError: Error, Sendable, Hashable {
  package enum Reason: String, Sendable, Hashable, CaseIterable {
    case prematureEnd = "premature-end"
    case endExpected = "end-expected"
    case invalidUTF8 = "invalid-utf8"
    case numberRange = "number-range"
    case tooDeep = "too-deep"
    case syntax
  }

  package let reason: Reason
  /// Counts from 1; 0 when the place is not known (`tooDeep`).
  package let line: Int
  /// Counts from 1, in characters.
  package let column: Int
  /// Bytes from the beginning.
  package let offset: Int

  init(reason: Reason, line: Int, column: Int, offset: Int) {
    self.reason = reason
    self.line = line
    self.column = column
    self.offset = offset
  }

  init(_ error: json_error_t, skipped: Int) {
    self.init(
      reason: Reason(error), line: max(Int(error.line), 1), column: max(Int(error.column), 1),
      offset: max(Int(error.position), 0) + skipped)
  }
}

extension JSONSyntaxError.Reason {
  /// The reason behind jansson's `json_error_code`.
  fileprivate init(_ error: json_error_t) {
    let code = withUnsafePointer(to: error) { json_error_code($0) }
    self =
      switch code {
      case json_error_premature_end_of_input: .prematureEnd
      case json_error_end_of_input_expected: .endExpected
      case json_error_invalid_utf8: .invalidUTF8
      case json_error_numeric_overflow: .numberRange
      case json_error_stack_overflow: .tooDeep
      default: .syntax
      }
  }
}
