package import Basics

import struct FoundationEssentials.Date

extension RunEvent {
  /// Reads what `value` gave; anything else is a corrupt journal.
  package init(value: Value) throws(JournalCorrupt) {
    let sequence = value["seq"].integer ?? 0
    let reader = EventReader(value, sequence: sequence)
    guard let version = value["v"].integer, (1...Self.formatVersion).contains(version) else {
      throw JournalCorrupt(sequence: sequence, "version \(value["v"].scalarText ?? "?")")
    }
    self.init(
      sequence: try reader.integer("seq"), time: Date(milliseconds: try reader.integer("time")),
      fact: try RunFact(reader),
      sensitive: Set(try reader.texts("sensitive").map { SensitivePart(text: $0) }))
  }
}

extension RunFact {
  fileprivate init(_ reader: EventReader) throws(JournalCorrupt) {
    switch try reader.text("kind") {
    case "run_created": self = .created(try RunHeader(reader))
    case "run_updated": self = .updated(try RunHeader(reader))
    case "opened": self = .opened(try WorkOrder(reader))
    case "approved": self = .approved(try reader.addresses("steps"), by: try reader.text("by"))
    case "reset": self = .reset(try reader.addresses("steps"), sameToken: try reader.addresses("same_token"))
    case "interrupted": self = .interrupted
    case "ended": self = .ended(try reader.word("verdict"), isComplete: reader["complete"].bool ?? false)
    case let kind: self = .step(StepAddress(try reader.text("step")), try StepFact(kind, reader))
    }
  }
}

extension StepFact {
  fileprivate init(_ kind: String, _ reader: EventReader) throws(JournalCorrupt) {
    switch kind {
    case "started":
      self = .started(
        generation: try reader.integer("generation"), attempt: try reader.integer("attempt"),
        inputs: try reader.object("inputs"))
    case "intent": self = .intent(try Intent(reader))
    case "answered": self = .answered(ordinal: try reader.integer("ordinal"), object: reader["object"])
    case "refused": self = .refused(ordinal: try reader.integer("ordinal"), failure: try reader.failure())
    case "succeeded", "adopted":
      self = .succeeded(
        outputs: try reader.object("outputs"), object: reader["object"], effect: try reader.word("effect"))
    case "failed":
      self = .failed(try reader.failure(), retryIn: reader["retry_in"].integer.map { .milliseconds($0) })
    case "waiting": self = .waiting(try reader.request())
    case "person_answered": self = .personAnswered(try PersonAnswer(reader))
    case "skipped": self = .skipped(try reader.word("reason"))
    case "undo_started": self = .undoStarted(attempt: try reader.integer("attempt"))
    case "undo_intent": self = .undoIntent(try Intent(reader))
    case "undo_answered": self = .undoAnswered(ordinal: try reader.integer("ordinal"))
    case "undone": self = .undone
    case "stays": self = .stays(try StayReason(reader))
    case "stuck": self = .stuck(try reader.failure())
    default: throw reader.corrupt("kind \(kind)")
    }
  }
}

extension RunHeader {
  fileprivate init(_ reader: EventReader) throws(JournalCorrupt) {
    self.init(
      id: try reader.text("run"), name: reader["name"].string, workflow: try reader.text("workflow"),
      workflowFile: try reader.text("file"), inputs: try reader.object("inputs"),
      sensitiveInputs: try reader.sensitiveNames("inputs"), sources: try reader.sources(),
      planDigest: try reader.text("plan"), toolVersion: try reader.text("tool"), lab: reader["lab"].string,
      accounts: try reader.object("accounts").compactMapValues(\.string))
  }
}

extension WorkOrder {
  fileprivate init(_ reader: EventReader) throws(JournalCorrupt) {
    self.init(
      try reader.word("order"), from: try reader.addresses("from"), skip: try reader.addresses("skip"),
      only: try reader.addresses("only"), until: try reader.addresses("until"),
      includesAdopted: reader["adopted"].bool ?? false)
  }
}

extension Intent {
  fileprivate init(_ reader: EventReader) throws(JournalCorrupt) {
    self.init(
      call: try reader.text("call"), ordinal: try reader.integer("ordinal"), digest: try reader.text("digest"),
      before: reader["before"])
  }
}

extension PersonAnswer {
  fileprivate init(_ reader: EventReader) throws(JournalCorrupt) {
    switch try reader.text("answer") {
    case "outputs": self = .outputs(try reader.object("outputs"))
    case "adopt": self = .adopt(id: try reader.text("id"))
    case "not-created": self = .notCreated
    case "abandon": self = .abandon
    case let other: throw reader.corrupt("answer \(other)")
    }
  }
}

extension StayReason {
  fileprivate init(_ reader: EventReader) throws(JournalCorrupt) {
    switch try reader.text("reason") {
    case "kept": self = .kept
    case "declared": self = .declared(LocalizedText(value: reader["text"]))
    case "needed": self = .neededBy(try reader.addresses("steps"))
    case "abandoned": self = .abandoned
    case let other: throw reader.corrupt("reason \(other)")
    }
  }
}

/// Takes members out of an encoded event and says which one is wrong.
private struct EventReader {
  let value: Value
  let sequence: Int

  init(_ value: Value, sequence: Int) {
    self.value = value
    self.sequence = sequence
  }

  subscript(name: String) -> Value { value[name] }

  func corrupt(_ detail: String) -> JournalCorrupt { JournalCorrupt(sequence: sequence, detail) }

  func text(_ name: String) throws(JournalCorrupt) -> String {
    guard let text = value[name].string else { throw corrupt("no \(name)") }
    return text
  }

  func integer(_ name: String) throws(JournalCorrupt) -> Int {
    guard let number = value[name].integer else { throw corrupt("no \(name)") }
    return number
  }

  func word<Word: RawRepresentable<String>>(_ name: String) throws(JournalCorrupt) -> Word {
    guard let word = Word(rawValue: try text(name)) else { throw corrupt("\(name) \(value[name].scalarText ?? "")") }
    return word
  }

  func object(_ name: String) throws(JournalCorrupt) -> [String: Value] {
    if value[name].isNull { return [:] }
    guard let members = value[name].object else { throw corrupt("\(name) is no object") }
    return members
  }

  func texts(_ name: String) throws(JournalCorrupt) -> [String] {
    let elements = value[name].list ?? []
    let texts = elements.compactMap(\.string)
    guard texts.count == elements.count else { throw corrupt("\(name) holds no texts") }
    return texts
  }

  func addresses(_ name: String) throws(JournalCorrupt) -> [StepAddress] { try texts(name).map { StepAddress($0) } }

  func sensitiveNames(_ member: String) throws(JournalCorrupt) -> Set<String> {
    Set(try texts("sensitive").map { SensitivePart(text: $0) }.filter { $0.member == member }.compactMap(\.name))
  }

  func sources() throws(JournalCorrupt) -> [RunSource] {
    var sources: [RunSource] = []
    for source in value["sources"].list ?? [] {
      guard let path = source["path"].string, let text = source["text"].string, let digest = source["sha256"].string
      else { throw corrupt("source") }
      sources.append(RunSource(path: path, text: text, digest: digest))
    }
    return sources
  }

  func failure() throws(JournalCorrupt) -> StepFailure {
    guard let failure = StepFailure(value: value["failure"]) else { throw corrupt("failure") }
    return failure
  }

  func request() throws(JournalCorrupt) -> PersonRequest {
    guard let request = PersonRequest(value: value["request"]) else { throw corrupt("request") }
    return request
  }
}
