package import Basics
internal import Synchronization

/// The workflows that can be included by name, each read once when it is first asked for.
package final class WorkflowLibrary: Sendable {
  private let find: @Sendable (String) -> SourceText?
  private let known: @Sendable () -> [String]
  private let read = Mutex<[String: Result<Workflow, Diagnostics>]>([:])

  /// - Parameters:
  ///   - find: The text of the workflow of a name; `nil` when there is none.
  ///   - names: The names that there are, for "did you mean".
  package init(
    find: @escaping @Sendable (String) -> SourceText?, names: @escaping @Sendable () -> [String] = { [] }
  ) {
    self.find = find
    known = names
  }

  /// A library of texts at hand, such as a run's snapshot: each goes by the stem of its path.
  package convenience init(_ sources: [SourceText] = []) {
    let byName = Dictionary(sources.map { ($0.stem, $0) }) { first, _ in first }
    self.init(find: { byName[$0] }, names: { byName.keys.sorted() })
  }

  package var names: [String] { known() }

  /// The workflow of a name; `nil` when there is none, and everything that is wrong with it when it cannot be used.
  package func workflow(_ name: String) throws(Diagnostics) -> Workflow? {
    if let result = read.withLock({ $0[name] }) { return try result.get() }
    guard let source = find(name) else { return nil }
    let result: Result<Workflow, Diagnostics>
    do throws(Diagnostics) { result = .success(try Workflow.read(source)) } catch { result = .failure(error) }
    read.withLock { $0[name] = result }
    return try result.get()
  }
}
