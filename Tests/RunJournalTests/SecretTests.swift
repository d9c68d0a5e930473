import Basics
import FoundationEssentials
import RunEngine
import RunJournal
import TestSupport
import Testing

@Suite("Secrets at rest")
struct SecretTests {
  @Test("No secret stands in any file of the journal; ids, tokens and states do")
  func nothingInClear() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    for bytes in [bench.folder.allBytes(), try closed(journal, bench)] {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("the-plans-own-secret"))
      #expect(!text.contains("secret-of-"))
      #expect(!text.contains(Base64.encode(Array("the-plans-own-secret".utf8)).dropLast(4)))
      #expect(text.contains("id-s0-"))
      #expect(text.contains("succeeded"))
      #expect(text.contains("pek3"))
    }
  }

  private func closed(_ journal: SQLiteJournal, _ bench: JournalBench) throws -> [UInt8] {
    journal.close()
    return bench.folder.allBytes()
  }

  @Test("With the key, every secret is read again")
  func opened() async throws {
    let bench = try JournalBench()
    let events = try await bench.withFinishedRun().read(JournalBench.runID)
    let machine = try RunMachine(StepGraph(bench.plan), events: events)
    #expect(machine.header?.inputs["token"] == "the-plans-own-secret")
    #expect(machine.slot(StepAddress("s1"))?.record.outputs["secret"] == "secret-of-s1")
    #expect(machine.slot(StepAddress("s1"))?.record.object["password"] == "secret-of-s1")
  }

  @Test("Equal secrets look different each time")
  func nonces() async throws {
    let bench = try JournalBench()
    let journal = try await bench.withFinishedRun()
    journal.close()
    let text = String(decoding: bench.folder.allBytes(), as: UTF8.self)
    let sealed = text.split(separator: "\"sealed\":\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(sealed.count >= 7)
    #expect(Set(sealed).count == sealed.count)
  }

  @Test("Without the key, status sees masks and resume refuses")
  func withoutKey() async throws {
    var bench = try JournalBench()
    try await bench.withFinishedRun().close()
    bench.key = .file(bench.folder.file("no-such-key"))
    let events = try await bench.open(.readOnly).read(JournalBench.runID)
    let machine = try RunMachine(StepGraph(bench.plan), events: events)
    #expect(machine.header?.inputs == ["token": "******", "region": "pek3"])
    #expect(machine.slot(StepAddress("s0"))?.record.outputs["secret"] == "******")
    #expect(machine.isComplete)
    let journal = try bench.open()
    let failure = await #expect(throws: JournalFailure.self) { try await journal.read(JournalBench.runID) }
    #expect(failure == .noKey(path: bench.folder.file("no-such-key")))
    #expect(failure?.exitStatus == 4)
    #expect(!FileManager.default.fileExists(atPath: bench.folder.file("no-such-key")))
  }

  @Test("Another key is told apart from damage", arguments: [String(repeating: "00", count: 32), "too short"])
  func wrongKey(key: String) async throws {
    var bench = try JournalBench()
    try await bench.withFinishedRun().close()
    bench.key = .text(key)
    let journal = try bench.open()
    let failure = await #expect(throws: JournalFailure.self) { try await journal.read(JournalBench.runID) }
    #expect(failure == .wrongKey(path: "CAUSEWAY_STATE_KEY"))
  }

  @Test("The key file is made once, beside the journal, readable by its owner alone")
  func keyFile() async throws {
    var bench = try JournalBench()
    bench.key = .beside(bench.path)
    let journal = try await bench.withFinishedRun()
    let key = try #require(FileManager.default.contents(atPath: bench.folder.file("key")))
    #expect(key.count == 65)
    #expect(try bench.folder.mode("key") == 0o600)
    #expect(try bench.folder.mode("journal.db") == 0o600)
    #expect(try bench.folder.mode("journal.db-wal") == 0o600)
    #expect(try await bench.open().read(JournalBench.runID) == journal.read(JournalBench.runID))
    #expect(FileManager.default.contents(atPath: bench.folder.file("key")) == key)
  }

  @Test("Folders that are made for the journal are closed to others")
  func folders() async throws {
    let folder = try TemporaryFolder()
    _ = try SQLiteJournal(path: folder.file("a/b/journal.db"))
    #expect(try folder.mode("a") == 0o700)
    #expect(try folder.mode("a/b") == 0o700)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")).allSatisfy { $0.hasPrefix("journal.db") })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")).allSatisfy { !$0.contains("new") })
  }
}
