/// Which names expressions of a provider file may read, by place (`decisions.md` §2).
enum ProviderRoots {
  /// Look-ups, changes, waits, outputs.
  ///
  /// In the first call of `find` and `match` there is no `self` yet: `ActionCheck` says so.
  static let object: Set<String> = ["inputs", "self", "token", "id", "account"]
  /// Undo and update: `before` is what was there before the first change.
  static let undo: Set<String> = object.union(["before"])
  /// Before anything is known of the object: `serialize`.
  static let key: Set<String> = ["inputs", "token", "id", "account"]
  /// `endpoint`: an account may have a cloud of its own.
  static let endpoint: Set<String> = ["inputs", "account"]
  /// `identity`.
  static let inputs: Set<String> = ["inputs"]
}
