import Basics

/// `--account NAME=PROFILE`.
enum Accounts {
  static func parse(_ assignments: [String], workflowAccounts: [String]) throws -> [String: String] {
    var accounts: [String: String] = [:]
    for assignment in assignments {
      let sides = assignment.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, workflowAccounts.contains(sides[0]) else {
        throw Diagnostics(
          Diagnostic(
            .commandBadAccount, ["text": assignment, "known": workflowAccounts.joined(separator: ", ")]))
      }
      accounts[sides[0]] = sides[1]
    }
    return accounts
  }
}
