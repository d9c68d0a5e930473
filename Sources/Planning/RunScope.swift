internal import Basics

/// The root `run`: what tells one run from another.
package struct RunScope: Hashable, Sendable {
  package var id: String
  package var name: String?

  package init(id: String, name: String? = nil) {
    self.id = id
    self.name = name
  }

  var root: Value { ["id": .string(id), "name": name.map { .string($0) } ?? .null] }
}
