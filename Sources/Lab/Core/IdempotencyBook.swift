/// What was answered to which client token: the same token with the same parameters gets the first answer again.
struct IdempotencyBook<Answer: Sendable>: Sendable {
  enum Finding {
    case new
    case again(Answer)
    case otherParameters
  }

  private struct Key: Hashable {
    var action: String
    var region: String
    var token: String
  }

  private struct Entry: Sendable {
    var parameters: Parameters
    var answer: Answer
  }

  private var entries: [Key: Entry] = [:]

  func find(_ call: APICall) -> Finding {
    guard let key = key(call), let entry = entries[key] else { return .new }
    return entry.parameters == call.parameters ? .again(entry.answer) : .otherParameters
  }

  mutating func keep(_ answer: Answer, of call: APICall) {
    if let key = key(call) { entries[key] = Entry(parameters: call.parameters, answer: answer) }
  }

  private func key(_ call: APICall) -> Key? {
    guard let token = call["ClientToken"], !token.isEmpty, call["DryRun"]?.lowercased() != "true" else { return nil }
    return Key(action: call.action, region: call.region, token: token)
  }
}
