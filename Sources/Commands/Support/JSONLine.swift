import Basics
import JSONText

/// JSON as commands print it.
enum JSONLine {
  static func pretty(_ value: Value) -> String { JSON.text(value, pretty: true) }
  static func compact(_ value: Value) -> String { JSON.text(value) }
}
