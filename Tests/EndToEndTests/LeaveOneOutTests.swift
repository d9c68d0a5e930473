import Basics
import Foundation
import Testing

/// Every step matters: `docs/leave-one-out.md` says for each workflow what breaks without each step, and here it is tried.
///
/// A workflow runs once in a lab. Then each step on the path is taken back, alone or with what depends on it, the probes are asked, and the step
/// is done again, until they pass. Needs root, as the lab does.
@Suite struct LeaveOneOutTests {
  static let matrices = LeaveOneOutMatrix.all()

  @Test("the document speaks of every workflow that is rehearsed with pings")
  func complete() throws {
    let pinged = try ShippedWorkflowTests.workflows.filter { name in
      let root = LeaveOneOutMatrix.root
      let text = try String(contentsOf: root.appending(path: "workflows/\(name).yaml"), encoding: .utf8)
      return text.contains("uses: probe/ping") && !name.hasPrefix("vcpe-")
    }
    let named = Set(Self.matrices.map(\.workflow)).union(LeaveOneOutMatrix.withoutMatrix())
    #expect(named == Set(pinged), "each has a matrix, or the document says that it has none")
    #expect(Self.matrices.count >= 4)
  }

  @Test("without a step the pings fail as the matrix says, and pass again with it", arguments: matrices)
  func leaveOut(matrix: LeaveOneOutMatrix) async throws {
    try await Tool.with { tool in
      let run = try await tool.run(
        ["run", matrix.workflow, "--lab", "--keep-lab", "--name", "r", "--json"] + matrix.arguments)
      try #require(run.status == 0, "\(run.output) \(run.errors)")
      let steps = Set((run.json["steps"].list ?? []).map { LeaveOneOutMatrix.withoutKeys($0["address"].string ?? "") })
      #expect(Set(matrix.named).symmetricDifference(steps) == [], "each step is named once")
      #expect(matrix.named.count == Set(matrix.named).count, "no step is named twice")
      for row in matrix.rows {
        let found = try await seen(without: row, matrix, tool)
        print("\(matrix.workflow)  \(row.step)  \(row.way)  \(found)")
        #expect(found == row.expected, "\(matrix.workflow): \(row.step)")
      }
    }
  }

  /// What the probes say without a step: `fails`, `passes` or, of several, `2 of 6 fail` for each, in the order of the matrix.
  private func seen(without row: LeaveOneOutMatrix.Row, _ matrix: LeaveOneOutMatrix, _ tool: Tool) async throws
    -> [String]
  {
    let option = row.way == "alone" ? "--only" : "--from"
    let taken = try await tool.run(["destroy", "r", option, row.step, "--json"])
    #expect(taken.status == 0, "\(row.step) could not be taken back: \(taken.output) \(taken.errors)")
    let verified = try await tool.run(["verify", "r", "--json"])
    #expect([0, 5].contains(verified.status), "\(verified.output) \(verified.errors)")
    let outcomes = matrix.probes.map { probe -> String in
      let asked = (verified.json["steps"].list ?? []).filter {
        LeaveOneOutMatrix.withoutKeys($0["address"].string ?? "") == probe
      }
      let failed = asked.filter { $0["state"] == "failed" }.count
      return failed == 0 ? "passes" : failed == asked.count ? "fails" : "\(failed) of \(asked.count) fail"
    }
    let resumed = try await tool.run(["resume", "r", "--json"])
    #expect(resumed.status == 0, "\(row.step) did not heal: \(resumed.output) \(resumed.errors)")
    return outcomes
  }
}

/// One workflow's part of `docs/leave-one-out.md`: the documentation is what is tried.
struct LeaveOneOutMatrix: Sendable, CustomTestStringConvertible {
  struct Row: Sendable {
    var step: String
    /// `alone`, or `with dependants`.
    var way: String
    var expected: [String]
  }

  var workflow: String
  /// Further arguments of `run`.
  var arguments: [String] = []
  /// The probes, by the heads of the columns.
  var probes: [String] = []
  var rows: [Row] = []
  /// Steps that are not on the path, or cannot be taken back.
  var others: [String] = []

  var named: [String] { rows.map(\.step) + others + probes }
  var testDescription: String { workflow }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Reads the tables: `| without | taken back | PROBE | ... |`, and `| not on the path | why |`, whose first cells may name several steps.
  static func all() -> [LeaveOneOutMatrix] {
    guard let text = try? String(contentsOf: root.appending(path: "docs/leave-one-out.md"), encoding: .utf8) else {
      return []
    }
    var matrices: [LeaveOneOutMatrix] = []
    var isPath = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") { matrices.append(LeaveOneOutMatrix(workflow: String(line.dropFirst(3)))) }
      guard !matrices.isEmpty else { continue }
      let last = matrices.count - 1
      if line.hasPrefix("Run with: ") {
        matrices[last].arguments = codes(line).flatMap { $0.split(separator: " ").map(String.init) }
      }
      let cells = line.hasPrefix("|") ? line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } : []
      guard let first = cells.first, !first.hasPrefix("---") else { continue }
      switch first {
      case "without":
        isPath = true
        matrices[last].probes = cells.dropFirst(2).flatMap { codes($0) }
      case "not on the path": isPath = false
      default:
        if isPath {
          matrices[last].rows += codes(first).map { Row(step: $0, way: cells[1], expected: Array(cells.dropFirst(2))) }
        } else {
          matrices[last].others += codes(first)
        }
      }
    }
    return matrices
  }

  /// The workflows of which the document says that they have no matrix.
  static func withoutMatrix() -> Set<String> {
    let text = (try? String(contentsOf: root.appending(path: "docs/leave-one-out.md"), encoding: .utf8)) ?? ""
    guard let start = text.range(of: "Without a matrix here: ") else { return [] }
    return Set(codes(text[start.upperBound...]).filter { $0.contains(#/^(sag|qingcloud)-[a-z]+(-drill)?$/#) })
  }

  /// What stands between backticks.
  private static func codes(_ text: some StringProtocol) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  static func withoutKeys(_ address: String) -> String {
    address.replacing(#/\[[^\]]*\]/#, with: "")
  }
}
