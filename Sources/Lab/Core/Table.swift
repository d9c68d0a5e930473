/// Rows by id, listed in the order in which they came.
struct Table<Row: Sendable>: Sendable {
  private var rows: [String: Row] = [:]
  private var order: [String] = []

  var all: [Row] { order.compactMap { rows[$0] } }
  var ids: [String] { order }
  var isEmpty: Bool { rows.isEmpty }
  var count: Int { rows.count }

  subscript(id: String) -> Row? {
    get { rows[id] }
    set {
      if let newValue {
        if rows.updateValue(newValue, forKey: id) == nil { order.append(id) }
      } else if rows.removeValue(forKey: id) != nil {
        order.removeAll { $0 == id }
      }
    }
  }

  /// Changes a row in place; does nothing when it is missing.
  mutating func change<E>(_ id: String, _ body: (inout Row) throws(E) -> Void) throws(E) {
    guard var row = rows[id] else { return }
    try body(&row)
    rows[id] = row
  }

  mutating func changeAll(_ body: (inout Row) -> Void) {
    for id in order { change(id, body) }
  }
}
