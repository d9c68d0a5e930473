/// What was answered to which client token: the same token with the same parameters gets the first answer again.
struct IdempotencyBook: Sendable {
  private struct Key: Hashable {
    var action: String
    var region: String
    var token: String
  }

  private struct Entry: Sendable {
    var parameters: Parameters
    var answer: any Sendable
  }

  private var entries: [Key: Entry] = [:]

  /// Whether the call's token came before, with other parameters.
  func contradicts(_ call: APICall) -> Bool {
    key(call).flatMap { entries[$0] }.map { $0.parameters != call.parameters } ?? false
  }

  /// The first answer to the call's token; `nil` for a new one.
  func answer<Answer>(to call: APICall) -> Answer? {
    key(call).flatMap { entries[$0] }?.answer as? Answer
  }

  mutating func keep(_ answer: some Sendable, of call: APICall) {
    if let key = key(call) { entries[key] = Entry(parameters: call.parameters, answer: answer) }
  }

  private func key(_ call: APICall) -> Key? {
    guard let token = call["ClientToken"], !token.isEmpty, call["DryRun"]?.lowercased() != "true" else { return nil }
    return Key(action: call.action, region: call.region, token: token)
  }
}
