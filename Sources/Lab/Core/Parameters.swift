/// The flat parameters of one call, read as the vendors nest them: `Filter.1.Value.2`.
struct Parameters: Hashable, Sendable {
  private(set) var flat: [String: String]

  init(_ flat: [String: String] = [:]) { self.flat = flat }

  subscript(name: String) -> String? { flat[name] }

  var names: [String] { flat.keys.sorted() }

  var isEmpty: Bool { flat.isEmpty }

  /// The values of a numbered list, `name.1` and on, in the order of their numbers.
  func list(_ name: String) -> [String] {
    members(of: name).compactMap { number, rest, value in rest.isEmpty ? (number, value) : nil }
      .sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The members of a numbered list of objects, `name.1.x` and on, in the order of their numbers.
  func objects(_ name: String) -> [Parameters] {
    var objects: [Int: [String: String]] = [:]
    for (number, rest, value) in members(of: name) where !rest.isEmpty { objects[number, default: [:]][rest] = value }
    return objects.sorted { $0.key < $1.key }.map { Parameters($0.value) }
  }

  func without(_ names: Set<String>) -> Parameters { Parameters(flat.filter { !names.contains($0.key) }) }

  private func members(of name: String) -> [(number: Int, rest: String, value: String)] {
    let prefix = "\(name)."
    return flat.compactMap { key, value in
      guard key.hasPrefix(prefix) else { return nil }
      let tail = key.dropFirst(prefix.count)
      let digits = tail.prefix { $0 != "." }
      guard let number = Int(digits) else { return nil }
      return (number, String(tail.dropFirst(digits.count + 1)), value)
    }
  }
}
