import Basics
import RunEngine

/// `probe/ping`: the host's own ping, and what its statistics say.
struct PingProbe {
  let target: String
  private let source: String?
  private let count: Int
  private let interval: Duration
  private let maximumLoss: Double

  init(_ inputs: ProbeInputs) throws(StepFailure) {
    target = try inputs.target("to")
    source = try inputs.address("source")
    count = try inputs.integer("count", default: 4, in: 1...1000)
    interval = try inputs.duration("interval", default: .seconds(1))
    maximumLoss = try inputs.number("max_loss", default: 0)
  }

  /// English numbers and words whatever the host's language; the options are those that iputils and busybox share.
  var argv: [String] {
    let options = ["-n", "-c", String(count), "-i", interval.secondsText, "-W", "2"]
    return ["env", "LC_ALL=C", "LANGUAGE=C", "ping"] + options + (source.map { ["-I", $0] } ?? []) + ["--", target]
  }

  /// The last answer is waited for twice as long as `-W` says before something must be wrong with ping itself.
  var longest: Duration { interval * count + .seconds(10) }

  /// The outputs; throws when more was lost than allowed, or when ping could not run.
  func verdict(_ result: RemoteResult) throws(StepFailure) -> [String: Value] {
    guard let statistics = PingStatistics(result.standardOutput) else { throw failure(result) }
    let loss = statistics.lossPercent
    var outputs: [String: Value] = [
      "sent": .integer(statistics.sent), "received": .integer(statistics.received), "loss_percent": .number(loss),
    ]
    for (name, value) in [
      ("rtt_min_ms", statistics.minimum), ("rtt_avg_ms", statistics.average), ("rtt_max_ms", statistics.maximum),
    ] { outputs[name] = value.map { .number($0) } ?? .null }
    outputs["longest_gap_s"] = longestGap(result.standardOutput, statistics).map { .number($0) } ?? .null
    guard loss > maximumLoss else { return outputs }
    var arguments = outputs.compactMapValues(\.scalarText)
    arguments["to"] = target
    arguments["max_loss"] = Value.number(maximumLoss).scalarText
    arguments["reason"] = ProbeText.of(result.standardError)
    throw StepFailure(.probe, .probeLoss, arguments)
  }

  /// Seconds without an answer, from missing sequence numbers: exact to one interval, `nil` when the output is not whole.
  private func longestGap(_ output: [UInt8], _ statistics: PingStatistics) -> Double? {
    PingSequence(output, statistics).longestLoss.map { Double($0 * interval.inMilliseconds) / 1000 }
  }

  private func failure(_ result: RemoteResult) -> StepFailure {
    // `env` ends with 127 when it does not find the program, with 126 when it may not run it.
    if result.status == 127 || result.status == 126 {
      return StepFailure(.invalid, .probeProgramMissing, ["program": "ping"])
    }
    let reason = ProbeText.of(result.standardError.isEmpty ? result.standardOutput : result.standardError)
    return StepFailure(
      .probe, .probePingFailed, ["to": target, "status": String(result.status), "reason": reason])
  }
}
