import Foundation
import Testing

/// The ten-minute tour of the README, typed in as it stands.
@Suite(.serialized) struct ReadmeTests {
  struct Line: Sendable {
    var command: String
    var status: Int32
  }

  /// Every `$ causeway ...` of the `console` blocks; `<!-- status: N -->` above a block is the status that its commands end with.
  private static func tour(_ text: String) -> [Line] {
    var lines: [Line] = []
    var status: Int32 = 0
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if isInside { status = 0 }
        isInside = line == "```console"
      } else if let match = line.firstMatch(of: /^<!-- status: (\d+) -->$/) {
        status = Int32(match.output.1) ?? 0
      } else if isInside, line.hasPrefix("$ causeway ") {
        lines.append(Line(command: String(line.dropFirst("$ causeway ".count)), status: status))
      }
    }
    return lines
  }

  @Test("every command of the README's tour does what the README says", arguments: ["README.md", "README.zh.md"])
  func tour(file: String) async throws {
    try await Tool.with { tool in
      let text = try String(contentsOf: tool.root.appending(path: file), encoding: .utf8)
      let lines = Self.tour(text)
      try #require(lines.count > 10, "the tour was not found")
      for line in lines {
        let outcome = try await tool.run(line.command.split(separator: " ").map(String.init))
        #expect(outcome.status == line.status, "\(line.command): \(outcome.output) \(outcome.errors)")
      }
      #expect(!text.contains("OUTPUT-TO-PASTE"))
    }
  }

  /// A block of output, with the command that it is said to come from.
  private static func blocks(_ text: String) -> [(command: String, lines: [String])] {
    let output = /<!-- output: (causeway [^\n]*?)(?: ?[(（][^\n]*)? -->\n```text\n([^`]*)```/
    return text.matches(of: output).map { match in
      (String(match.output.1), match.output.2.split(separator: "\n").map(String.init))
    }
  }

  @Test(
    "what the README shows of commands that need no lab is what they print", arguments: ["README.md", "README.zh.md"])
  func outputs(file: String) async throws {
    try await Tool.with { tool in
      let text = try String(contentsOf: tool.root.appending(path: file), encoding: .utf8)
      let offline = Self.blocks(text).filter { block in
        ["list", "show", "plan", "graph"].contains(block.command.split(separator: " ").dropFirst().first)
      }
      try #require(offline.count >= 4, "the blocks were not found")
      for block in offline {
        let outcome = try await tool.run(block.command.split(separator: " ").dropFirst().map(String.init))
        let printed = Set(outcome.output.split(separator: "\n").map(String.init))
        for line in block.lines where line != "…" {
          #expect(printed.contains(line), "\(block.command): \(line)")
        }
      }
    }
  }
}
