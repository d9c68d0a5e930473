import ArgumentParser
import Basics

/// What a shell offers for an argument.
enum Completions {
  /// The workflows of every home, without those that are parts of others, as `causeway list` has them.
  static let workflows = CompletionKind.custom { _, _, beginning in
    let homes = Homes(option: nil, surroundings: .ofThisProcess())
    let texts = homes.workflowNames.compactMap { name in homes.workflow(name).map { (name: name, text: $0.text) } }
    return texts.filter { one in
      one.name.hasPrefix(beginning)
        && (one.text.contains("\ntutorial:") || !texts.contains { $0.text.contains("uses: workflow/\(one.name)") })
    }.map(\.name)
  }
}
