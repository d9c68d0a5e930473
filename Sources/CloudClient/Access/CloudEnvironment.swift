/// What the client may know of the machine: environment variables, the home folder, the text of a file; handed in.
struct CloudEnvironment: Sendable {
  var variables: [String: String]
  /// The home folder, absolute, without a slash at the end.
  var home: String
  /// The text of a file; `nil` when there is none or it cannot be read.
  var readFile: @Sendable (_ path: String) -> String?

  /// The value of a variable; an empty one counts as not set.
  func variable(_ name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  /// The path that a variable gives, or one under the home folder; `~/` is expanded.
  func path(_ variable: String, under home: String) -> String {
    guard let given = self.variable(variable) else { return "\(self.home)/\(home)" }
    return given.hasPrefix("~/") ? "\(self.home)/\(given.dropFirst(2))" : given
  }
}
