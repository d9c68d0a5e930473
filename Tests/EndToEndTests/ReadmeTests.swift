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
}
