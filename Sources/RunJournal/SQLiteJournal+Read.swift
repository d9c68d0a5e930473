import Basics
import Digests
import GRDB
import JSONText
package import RunEngine

import struct Foundation.Data

extension SQLiteJournal {
  package func read(_ run: String) async throws(JournalFailure) -> [RunEvent] {
    let path = path
    let bodies = try await onConnection { database -> [String] in
      guard let tail = try RunRow.tail(database, of: run, path: path) else { return [] }
      return try Self.bodies(database, tail, path: path)
    }
    var events: [RunEvent] = []
    events.reserveCapacity(bodies.count)
    for (offset, body) in bodies.enumerated() { events.append(try event(body, offset + 1, run)) }
    return events
  }

  /// The bodies of a run's events, held to the chain of digests.
  private static func bodies(_ database: Database, _ tail: Tail, path: String) throws -> [String] {
    var digest = EventChain.start(of: tail.head.id)
    var bodies: [String] = []
    bodies.reserveCapacity(tail.sequence)
    let rows = try Row.fetchCursor(
      database, sql: "SELECT sequence, body, digest FROM events WHERE run = ? ORDER BY sequence",
      arguments: [tail.number])
    while let row = try rows.next() {
      guard let sequence: Int = row[0], let body: String = row[1], let recorded: Data = row[2] else {
        throw JournalFailure.corrupt(path: path, detail: "a row of events")
      }
      digest = EventChain.digest(after: digest, sequence, body)
      guard sequence == bodies.count + 1, digest == Array(recorded) else {
        throw JournalFailure.corrupt(path: path, detail: "event \(sequence) of run \(tail.head.id)")
      }
      bodies.append(body)
    }
    guard bodies.count == tail.sequence, digest == tail.digest else {
      throw JournalFailure.corrupt(
        path: path, detail: "run \(tail.head.id) has \(bodies.count) of \(tail.sequence) events")
    }
    return bodies
  }

  private func event(_ body: String, _ sequence: Int, _ run: String) throws(JournalFailure) -> RunEvent {
    guard let value = try? JSON.parse(body) else { throw .corrupt(path: path, detail: "event \(sequence): no JSON") }
    let opened = value.sensitiveParts.isEmpty ? value : try open(value, run)
    do throws(JournalCorrupt) {
      return try RunEvent(value: opened)
    } catch {
      throw .corrupt(path: path, detail: "event \(sequence): \(error.detail)")
    }
  }

  private func open(_ body: Value, _ run: String) throws(JournalFailure) -> Value {
    guard let sealer = try sealerForReading() else { return body.withMaskedSecrets }
    guard let opened = sealer.open(body, of: run) else {
      throw .corrupt(path: path, detail: "a secret of run \(run) is damaged")
    }
    return opened
  }

  package func runs() async throws(JournalFailure) -> [RunHead] {
    let (path, isAlive) = (path, isAlive)
    return try await onConnection { database in
      try RunRow.all(database, path: path).map { tail in
        var head = tail.head
        if let owner = try LockRow(database, head.id)?.owner, isAlive(owner) { head.state = .running }
        return head
      }
    }
  }
}
