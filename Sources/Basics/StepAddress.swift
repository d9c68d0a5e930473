/// The name of one step instance, the same text in journal, command line, logs and ledger: `route`, `spokes[bj]`, `site[bj]/deploy`.
package struct StepAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// The address of instance `key` of a `for_each` step.
  package func instance(_ key: String) -> StepAddress { StepAddress("\(text)[\(key)]") }

  /// The address of a step inside an include.
  package func inside(_ step: String) -> StepAddress { StepAddress("\(text)/\(step)") }

  /// `site[bj]/announce[0]` as `site/announce`.
  package var withoutKeys: StepAddress {
    var depth = 0
    let plain = text.filter { character in
      if character == "[" { depth += 1 }
      defer { if character == "]" { depth -= 1 } }
      return depth == 0
    }
    return StepAddress(plain)
  }

  package var description: String { text }

  package static func < (left: StepAddress, right: StepAddress) -> Bool { left.text < right.text }

  /// Whether this address is `group` itself, one of its instances, or a step inside it.
  package func isWithin(_ group: StepAddress) -> Bool {
    guard text.hasPrefix(group.text) else { return false }
    let next = text.dropFirst(group.text.count).first
    return next == nil || next == "[" || next == "/"
  }
}
