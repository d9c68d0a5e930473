import Basics
import Digests
import GRDB
import JSONText
package import RunEngine
import Synchronization

extension SQLiteJournal {
  package func append(_ events: [RunEvent], to run: String, epoch: Int) async throws(JournalFailure) {
    guard !events.isEmpty else { return }
    let bodies = try encode(events, run)
    let known = state.withLock { $0.tails[run] }
    let tail = try await inTransaction { database in
      try self.checkEpoch(database, run, epoch)
      return try self.insert(database, events, bodies, known, run)
    }
    state.withLock { $0.tails[run] = tail }
  }

  /// Forgets what was remembered of a run: its next append looks again.
  func forget(_ run: String) { state.withLock { $0.tails[run] = nil } }

  private func encode(_ events: [RunEvent], _ run: String) throws(JournalFailure) -> [String] {
    var bodies: [String] = []
    bodies.reserveCapacity(events.count)
    for event in events {
      guard !event.sensitive.isEmpty else {
        bodies.append(JSON.text(event.value))
        continue
      }
      let sealer = try sealerForWriting()
      do throws(SealingError) {
        bodies.append(JSON.text(try sealer.seal(event, of: run)))
      } catch {
        throw .wrongKey(path: keySource.path)
      }
    }
    return bodies
  }

  private func checkEpoch(_ database: Database, _ run: String, _ epoch: Int) throws {
    let statement = try database.cachedStatement(sql: "SELECT epoch FROM locks WHERE run = ?")
    guard try Int.fetchOne(statement, arguments: [run]) == epoch else { throw JournalFailure.lostLock(run: run) }
  }

  private func insert(
    _ database: Database, _ events: [RunEvent], _ bodies: [String], _ known: Tail?, _ run: String
  ) throws -> Tail {
    guard var tail = try known ?? RunRow.tail(database, of: run, path: path) ?? newTail(database, events.first, run)
    else {
      throw JournalFailure.corrupt(path: path, detail: "run \(run) does not begin with its creation")
    }
    let statement = try database.cachedStatement(
      sql: "INSERT INTO events (run, sequence, body, digest) VALUES (?, ?, ?, ?)")
    for (event, body) in zip(events, bodies) {
      guard event.sequence == tail.sequence + 1 else {
        throw JournalFailure.corrupt(path: path, detail: "event \(event.sequence) after \(tail.sequence)")
      }
      tail.digest = EventChain.digest(after: tail.digest, event.sequence, body)
      tail.sequence = event.sequence
      tail.head.apply(event)
      try statement.execute(arguments: [tail.number, event.sequence, body, Blob.data(tail.digest)])
    }
    try RunRow.save(database, tail)
    return tail
  }

  private func newTail(_ database: Database, _ first: RunEvent?, _ run: String) throws -> Tail? {
    guard let first, let head = RunHead(first: first), head.id == run else { return nil }
    let number = (try Int64.fetchOne(database, sql: "SELECT max(number) FROM runs") ?? 0) + 1
    return Tail(number: number, head: head, sequence: 0, digest: EventChain.start(of: run))
  }
}

/// The chain of digests over the bodies of a run's events: a changed, missing or exchanged event breaks it.
enum EventChain {
  static func start(of run: String) -> [UInt8] { Hash.sha256("causeway journal 1\n\(run)") }

  static func digest(after previous: [UInt8], _ sequence: Int, _ body: String) -> [UInt8] {
    var bytes = previous
    bytes.reserveCapacity(previous.count + body.utf8.count + 24)
    bytes.append(contentsOf: "\n\(sequence)\n".utf8)
    bytes.append(contentsOf: body.utf8)
    return Hash.sha256(bytes)
  }
}
