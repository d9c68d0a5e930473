import Basics
import Foundation
import Reporting
import RunEngine
import Testing

@Suite struct LiveBoardTests {
  private func event(_ address: String, _ fact: StepFact) -> RunEvent {
    RunEvent(sequence: 1, time: Date(timeIntervalSince1970: 0), fact: .step(StepAddress(address), fact))
  }

  private func draw(_ board: inout LiveBoard, at seconds: Int, limit: Int = 8) -> [String] {
    board.lines(
      now: .seconds(seconds), width: 60, limit: limit, phrases: Phrasebook(.english), style: Style(isColoured: false),
      masker: Masker())
  }

  @Test("each running step has a line with its time and what it waits for; finished ones leave; the count stays")
  func board() {
    var board = LiveBoard(now: .zero)
    let tally = { RunTally(done: $0, running: 1, total: 3) }
    board.observe(event("host", .started(generation: 0, attempt: 1, inputs: [:])), tally: tally(0), now: .zero)
    board.observe(event("ccn", .started(generation: 0, attempt: 1, inputs: [:])), tally: tally(0), now: .seconds(5))
    board.progress(StepProgress(Diagnostic.Code("x.waits"), ["for": "running"]), of: StepAddress("host"))
    let lines = draw(&board, at: 65)
    #expect(lines.count == 3)
    #expect(lines[0].contains("host  1m05s  x.waits (for=running)"))
    #expect(lines[1].contains("ccn  1m00s  running"))
    #expect(lines[2] == "0 of 3 steps, 1m05s")
    board.observe(event("host", .skipped(.condition)), tally: tally(1), now: .seconds(66))
    #expect(draw(&board, at: 66).count == 2)
  }

  @Test("more running steps than fit are counted, and no line is wider than the terminal")
  func bounded() {
    var board = LiveBoard(now: .zero)
    for number in 0..<20 {
      board.observe(
        event("step\(number)-\(String(repeating: "x", count: 100))", .started(generation: 0, attempt: 1, inputs: [:])),
        tally: RunTally(done: 0, running: 20, total: 20), now: .zero)
    }
    let lines = draw(&board, at: 1, limit: 4)
    #expect(lines.count == 6)
    #expect(lines[4] == "… and 16 more")
    #expect(lines.allSatisfy { ColumnWidth.of($0) <= 60 })
  }

  @Test("columns stand in line whatever is painted and however wide its characters are")
  func columns() {
    let style = Style(isColoured: true)
    var table = TextTable()
    table.add(["RUN", "STATE"].map { style.paint($0, .bold) } + ["END"])
    table.add(["e81619f5", style.paint("成功", .green), "x"])
    let plain = table.lines().map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
    #expect(plain == ["RUN       STATE  END", "e81619f5  成功   x"])
  }
}
