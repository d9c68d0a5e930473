/// The name of one step instance, the same text in journal, command line, logs and ledger: `route`, `spokes[bj]`, `site[bj]/deploy`.
package struct StepAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// The address of instance `key` of a `for_each` step.
  package func instance(_ key: String) -> StepAddress { StepAddress("\(text)[\(key)]") }

  /// The address of a step inside an include.
  package func inside(_ step: String) -> StepAddress { StepAddress("\(text)/\(step)") }

  package var description: String { text }

  package static func < (left: StepAddress, right: StepAddress) -> Bool { left.text < right.text }

  /// `site[bj]/announce[0]` as `site/announce`: every instance.
  package var withoutKeys: StepAddress {
    StepAddress(components.map { $0.prefix { $0 != "[" } }.joined(separator: "/"))
  }

  /// Whether this address is `group` itself, one of its instances, or a step inside it.
  ///
  /// A name without a key means every instance, wherever it stands: `routes/route` means `routes[a]/route` and `routes[b]/route`.
  package func isWithin(_ group: StepAddress) -> Bool {
    guard text.utf8.first == group.text.utf8.first else { return false }
    let (own, wanted) = (components, group.components)
    return own.count >= wanted.count
      && zip(own, wanted).allSatisfy { $0 == $1 || ($0.hasPrefix($1) && $0.dropFirst($1.count).first == "[") }
  }

  /// The names with their keys, the includes first and the step last; a slash inside a key is part of it.
  package var components: [Substring] {
    var depth = 0
    return text.split(omittingEmptySubsequences: false) { character in
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      return character == "/" && depth == 0
    }
  }
}
