import Basics
import Foundation
import JSONText
import Reporting
import RunEngine
import Synchronization

/// Shows a run while it goes on: live lines on a terminal, one line per transition off it, or one JSON object per event.
final class ConsoleObserver: RunObserver {
  private struct State {
    var board: LiveBoard
    var drawn = 0
    var isOver = false
  }

  private let session: Session
  private let text: EventText
  private let isLive: Bool
  private let state: Mutex<State>

  init(session: Session) {
    self.session = session
    text = EventText(phrases: session.phrases, style: session.talkStyle, masker: session.masker)
    isLive =
      session.surroundings.errors.isTerminal && session.surroundings.environment["TERM"] != "dumb"
      && !session.options.jsonLines && !session.options.json && !session.isQuiet
    state = Mutex(State(board: LiveBoard(now: session.surroundings.time.elapsed)))
  }

  func observe(_ event: RunEvent, tally: RunTally) {
    if session.isQuiet { return }
    if session.options.jsonLines {
      session.surroundings.output.line(JSONLine.compact(EventJSON.value(event, masker: session.masker)))
      return
    }
    if session.options.json { return }
    let sentence = text.sentence(event)
    state.withLock { state in
      state.board.observe(event, tally: tally, now: session.surroundings.time.elapsed)
      if isLive {
        redraw(&state, above: Self.isBeginning(event) ? nil : sentence)
      } else if let sentence {
        session.surroundings.errors.line("\(RunEngine.Timestamp.text(event.time)) \(sentence)")
      }
    }
  }

  /// A step that begins shows in the moving part; a line of its own would say it twice.
  private static func isBeginning(_ event: RunEvent) -> Bool {
    switch event.fact {
    case .step(_, .started), .step(_, .undoStarted): true
    default: false
    }
  }

  func progress(_ progress: StepProgress, of address: StepAddress) {
    state.withLock { $0.board.progress(progress, of: address) }
  }

  /// Redraws the moving part until `finish`; does nothing off a terminal.
  func keepDrawing() async {
    guard isLive else { return }
    while !Task.isCancelled {
      let goesOn = state.withLock { state in
        if !state.isOver { redraw(&state, above: nil) }
        return !state.isOver
      }
      guard goesOn, (try? await session.surroundings.time.sleep(for: .milliseconds(100))) != nil else { return }
    }
  }

  /// Takes the moving part off the screen.
  func finish() {
    state.withLock { state in
      state.isOver = true
      if state.drawn > 0 { session.surroundings.errors.write(erase(state.drawn)) }
      state.drawn = 0
    }
  }

  private func redraw(_ state: inout State, above sentence: String?) {
    guard !state.isOver else { return }
    let terminal = session.surroundings.errors
    let lines = state.board.lines(
      now: session.surroundings.time.elapsed, width: terminal.width, limit: 8, phrases: session.phrases,
      style: session.talkStyle, masker: session.masker)
    let finished = sentence.map { $0 + "\n" } ?? ""
    terminal.write(erase(state.drawn) + finished + lines.joined(separator: "\n") + "\n")
    state.drawn = lines.count
  }

  /// Up to the first drawn line, and everything below away (ECMA-48 CPL, ED).
  private func erase(_ lines: Int) -> String { lines == 0 ? "" : "\u{1B}[\(lines)F\u{1B}[0J" }
}
