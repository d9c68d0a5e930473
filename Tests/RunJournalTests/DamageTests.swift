import Basics
import FoundationEssentials
import RunEngine
import RunJournal
import TestSupport
import Testing

@Suite("A damaged or foreign file is refused and left as it is")
struct DamageTests {
  /// The bytes of a closed journal with one finished run, and its events.
  private func journal(_ bench: JournalBench) async throws -> (bytes: [UInt8], events: [RunEvent]) {
    let journal = try await bench.withFinishedRun()
    let events = try await journal.read(JournalBench.runID)
    journal.close()
    return (Array(try #require(FileManager.default.contents(atPath: bench.path))), events)
  }

  private func write(_ bytes: some Sequence<UInt8>, _ bench: JournalBench) throws {
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.path + suffix) }
    try Data(bytes).write(to: URL(filePath: bench.path))
  }

  /// Opens the file as it is now and reads everything; gives the failure, or the events.
  private func read(_ bench: JournalBench, _ access: SQLiteJournal.Access) async -> Result<[RunEvent], JournalFailure> {
    do throws(JournalFailure) {
      let journal = try bench.open(access)
      defer { journal.close() }
      _ = try await journal.runs()
      return .success(try await journal.read(JournalBench.runID))
    } catch {
      return .failure(error)
    }
  }

  static let strangers: [[UInt8]] = [
    [], Array("hello".utf8), Array(repeating: 0, count: 4096), Array("SQLite format 3\0".utf8),
    Array("SQLite format 3\0".utf8) + Array(repeating: 7, count: 4096),
  ]

  @Test("What is no journal is refused as foreign, and not one byte of it changes", arguments: strangers)
  func foreign(bytes: [UInt8]) async throws {
    let bench = try JournalBench()
    try write(bytes, bench)
    for access in [SQLiteJournal.Access.readOnly, .readWrite] {
      #expect(await read(bench, access) == .failure(.foreign(path: bench.path)))
      #expect(bench.folder.allBytes() == bytes)
    }
    #expect(JournalFailure.foreign(path: "").exitStatus == 2)
  }

  @Test("A journal of a newer version is refused and not migrated")
  func newer() async throws {
    let bench = try JournalBench()
    var (bytes, _) = try await journal(bench)
    bytes[63] = 99
    try write(bytes, bench)
    #expect(await read(bench, .readWrite) == .failure(.newer(path: bench.path, version: 99)))
    #expect(bench.folder.allBytes() == bytes)
  }

  @Test("Cut short anywhere, it is refused")
  func truncated() async throws {
    let bench = try JournalBench()
    let (bytes, _) = try await journal(bench)
    for length in stride(from: 0, to: bytes.count, by: 997) {
      try write(bytes.prefix(length), bench)
      guard case .failure(let failure) = await read(bench, .readWrite) else {
        Issue.record("\(length) bytes pass")
        return
      }
      #expect(failure.exitStatus == 2)
      #expect(bench.folder.allBytes() == Array(bytes.prefix(length)))
    }
  }

  @Test("Folding the log into the file may be cut off anywhere: nothing is lost, and without the log it is refused")
  func foldedInPart() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    let events = try await journal.read(JournalBench.runID)
    // Enough to make the file longer.
    let epoch = try await journal.lock("more", takeOver: false)
    try await journal.append((1...300).map { RunEvent.sample($0, run: "more") }, to: "more", epoch: epoch)
    await journal.unlock("more", epoch: epoch)
    let log = try #require(FileManager.default.contents(atPath: bench.path + "-wal"))
    let before = Array(try #require(FileManager.default.contents(atPath: bench.path)))
    journal.close()
    let whole = Array(try #require(FileManager.default.contents(atPath: bench.path)))
    try #require(whole.count > before.count && log.count > 32, "the log held pages that the file had not")
    for length in stride(from: 4096, to: whole.count, by: 4096) {
      // The pages are written in order, the first with the new length of the file.
      try write(whole.prefix(max(length, before.count)), bench)
      guard case .failure(.corrupt) = await read(bench, .readWrite) else {
        Issue.record("\(length) bytes pass without the log")
        return
      }
      for access in [SQLiteJournal.Access.readWrite, .readOnly] {
        try write(whole.prefix(length) + before.dropFirst(length), bench)
        try log.write(to: URL(filePath: bench.path + "-wal"))
        #expect(await read(bench, access) == .success(events), "\(length) bytes")
      }
      try write(whole.prefix(length), bench)
      try Data(log.map { $0 ^ 0x5A }).write(to: URL(filePath: bench.path + "-wal"))
      guard case .failure(let failure) = await read(bench, .readWrite) else {
        Issue.record("\(length) bytes pass with a log that says nothing")
        return
      }
      #expect(failure.exitStatus == 2)
    }
  }

  @Test("A changed byte is noticed or harmless, wherever it is: never another history", arguments: [1, 0x20, 0x80])
  func flipped(mask: UInt8) async throws {
    let bench = try JournalBench()
    let (bytes, events) = try await journal(bench)
    var noticed = 0
    for position in stride(from: Int(mask) % 7, to: bytes.count, by: 31) {
      var changed = bytes
      changed[position] ^= mask
      try write(changed, bench)
      switch await read(bench, .readOnly) {
      case .success(let read): #expect(read == events, "byte \(position)")
      case .failure(let failure):
        noticed += 1
        #expect(failure.exitStatus == 2, "byte \(position): \(failure)")
      }
    }
    #expect(noticed > 100)
  }

  @Test("An event that was taken away, exchanged or changed breaks the chain", arguments: 0..<4)
  func edited(kind: Int) async throws {
    let bench = try JournalBench()
    let (bytes, _) = try await journal(bench)
    var text = bytes
    let edits: [(String, String)] = [
      ("\"effect\":\"created\"", "\"effect\":\"adopted\""), ("id-s0-", "id-s9-"), ("\"seq\":3", "\"seq\":4"),
      ("s1", "s2"),
    ]
    let (old, new) = (Array(edits[kind].0.utf8), Array(edits[kind].1.utf8))
    let place = try #require(text.indices.first { text[$0...].starts(with: old) })
    text.replaceSubrange(place..<place + old.count, with: new)
    try write(text, bench)
    guard case .failure(.corrupt) = await read(bench, .readWrite) else {
      Issue.record("the edit passes")
      return
    }
  }
}
