internal import Basics
internal import JMESPath

/// A path of a root during analysis, before its places are known.
struct FoundPath {
  enum Component: Hashable {
    case field(String)
    case index(Int)
    case wildcard
    case item(JMESNode)
  }

  let root: String
  let offset: Int
  private var components: [Component] = []
  /// How many lists of projections stand around the value: `steps.x[*].y` is a list of what its path denotes.
  private var lists = 0

  init(root: String, offset: Int) {
    self.root = root
    self.offset = offset
  }

  func appending(_ component: Component) -> FoundPath {
    var path = self
    path.components.append(component)
    return path
  }

  /// One element of the value: a step out of a projection's list, else a step into the path.
  func element(_ component: Component) -> FoundPath {
    guard lists > 0 else { return appending(component) }
    var path = self
    path.lists -= 1
    return path
  }

  /// A list of such values, as a projection gives it.
  func listed() -> FoundPath {
    var path = self
    path.lists += 1
    return path
  }

  func begins(with other: FoundPath) -> Bool {
    root == other.root && offset == other.offset && components.starts(with: other.components)
  }

  func reference(_ source: String, _ place: ExpressionPlace) -> Reference {
    let path = components.map { component -> Reference.Component in
      switch component {
      case .field(let name): .field(name)
      case .index(let index): .index(index)
      case .wildcard: .wildcard
      case .item(let key): .item(Reference.ItemKey(key, of: source, location: place.location(at: offset)))
      }
    }
    return Reference(root: root, path: path, location: place.location(at: offset))
  }
}
