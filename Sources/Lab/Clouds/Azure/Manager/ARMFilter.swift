import Basics

/// The `$filter` of lists: a tag by name or by name and value, or a type of resource.
struct ARMFilter: Sendable {
  private var tag: String?
  private var value: String?
  private var type: String?

  init(_ text: String?) throws(ServiceError) {
    guard let text, !text.isEmpty else { return }
    if let match = text.wholeMatch(of: /\s*tagName eq '([^']*)'(?: and tagValue eq '([^']*)')?\s*/) {
      tag = String(match.output.1)
      value = match.output.2.map(String.init)
    } else if let match = text.wholeMatch(of: /\s*resourceType eq '([^']*)'\s*/) {
      type = String(match.output.1)
    } else {
      throw ServiceError("InvalidFilterInQueryString", "Invalid $filter '\(text)' specified in the query string.")
    }
  }

  /// Names of tags are compared without case, values with it.
  func admits(tags: [String: Value], type own: String?) -> Bool {
    if let type { return own?.lowercased() == type.lowercased() }
    guard let tag else { return true }
    let found = tags.first { $0.key.lowercased() == tag.lowercased() }
    return found != nil && (value == nil || found?.value.string == value)
  }
}
