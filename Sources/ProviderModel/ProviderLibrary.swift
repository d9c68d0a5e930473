package import Basics
internal import Synchronization

/// Providers, read when they are first asked for: a command never reads those that it does not use.
package final class ProviderLibrary: Sendable {
  /// Gives the files of a provider's folder; `nil` when there is no such provider.
  package typealias Loader = @Sendable (_ name: String) throws(Diagnostics) -> [SourceText]?

  /// The names of all providers that there are, for "did you mean" and for listings.
  package let names: [String]
  private let load: Loader
  private let providers = Mutex<[String: ProviderDescription]>([:])

  package init(names: [String], load: @escaping Loader) {
    self.names = names.sorted()
    self.load = load
  }

  /// The provider of this name, read at most once; `nil` when there is none.
  package func provider(_ name: String) throws(Diagnostics) -> ProviderDescription? {
    if let known = providers.withLock({ $0[name] }) { return known }
    guard let files = try load(name) else { return nil }
    guard let provider = try ProviderCatalog.load(files: files).providers[name] else {
      throw Diagnostics(Diagnostic(.providerNoFile, ["provider": name]))
    }
    providers.withLock { $0[name] = provider }
    return provider
  }

  /// The catalog of some providers; names that stand for nothing are left out, the planner reports them where they are used.
  package func catalog(of names: some Sequence<String>) throws(Diagnostics) -> ProviderCatalog {
    var catalog = ProviderCatalog()
    var findings = Diagnostics()
    for name in Set(names).sorted() {
      do throws(Diagnostics) { catalog.providers[name] = try provider(name) } catch { findings.add(contentsOf: error) }
    }
    try findings.throwIfErrors()
    return catalog
  }

  /// The catalog of every provider: for listings and `validate`.
  package func everything() throws(Diagnostics) -> ProviderCatalog { try catalog(of: names) }
}
