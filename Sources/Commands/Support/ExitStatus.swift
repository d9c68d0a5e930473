/// The exit statuses, frozen (`cli.md`).
enum ExitStatus {
  static let done: Int32 = 0
  static let stepFailed: Int32 = 1
  static let wrongUse: Int32 = 2
  static let changesPlanned: Int32 = 3
  static let refused: Int32 = 4
  static let probeFailed: Int32 = 5
  static let waitsForPerson: Int32 = 6
  static let leftBehind: Int32 = 7
  static let interrupted: Int32 = 130
}
