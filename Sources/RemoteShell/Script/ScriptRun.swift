import Basics

/// Drives one `ScriptJob` over connections that may break: the marker on the host makes every repeat safe.
@SSHLoop final class ScriptRun {
  struct Result: Sendable {
    /// `nil`: not run, since the path given as `creates` is there.
    var end: ScriptEnd?
    /// The last 64 KiB.
    var output: [UInt8]
    /// The marker's folder on the host.
    var folder: String
  }

  /// What the keeper told in one connection.
  private enum Outcome {
    case finished(Result)
    case absent
    /// The connection ended without an answer.
    case lost(StepFailure)
  }

  private let client: SSHClient
  private let host: SSHHost
  private let job: ScriptJob
  private let patience: Patience
  /// A chunk of output; called in order, off the loop.
  private let output: @Sendable ([UInt8]) -> Void
  private var tail = BoundedOutput(head: 0, tail: 64 << 10)
  /// What came over a connection that was lost before the host confirmed the start: it comes again, and is not passed on twice.
  private var shown: ArraySlice<UInt8> = []
  /// The host has confirmed that the marker is there.
  private(set) var isConfirmed = false
  private var folder = ""
  /// A request to start went out and was not answered: it may have been heard.
  private var isDoubtful = false

  init(
    client: SSHClient, host: SSHHost, job: ScriptJob, patience: Patience, output: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.client = client
    self.host = host
    self.job = job
    self.patience = patience
    self.output = output
  }

  /// Starts the script, or attaches to it when its marker is there, and waits for its end.
  ///
  /// A lost connection is opened again as long as patience lasts. When `timeout` is up the process group is killed.
  /// - Parameters:
  ///   - isStarted: the host has confirmed the start before; the script is never started then, only attached to.
  ///   - confirmed: called once, as soon as the host has confirmed the start.
  func start(
    timeout: Duration?, isStarted: Bool = false,
    confirmed: @escaping @Sendable () async throws(StepFailure) -> Void
  ) async throws(StepFailure) -> Result {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    isConfirmed = isStarted
    while true {
      switch try await converse(isConfirmed ? .attach : .start, until: deadline, confirmed) {
      case .finished(let result): return result
      case .absent:
        // Was there and is gone: a reboot of a host whose disk does not last, another host in its place, or somebody's hand.
        return Result(end: .died, output: tail.bytes, folder: folder)
      case .lost(let failure): patience.report(failure)
      }
    }
  }

  /// Looks at the marker without changing anything: `nil` when there is none.
  func look() async throws(StepFailure) -> Resolution? {
    var reader = ReportReader(nonce: client.random.hex(8))
    var found: ScriptReport?
    let options = RunOptions(input: job.input(.look, nonce: reader.nonce), patience: patience, timeout: .seconds(60))
    _ = try await client.execute(job.command, on: host, options: options) { stream, bytes in
      if stream == .output { return self.tail.append(bytes) }
      for report in reader.read(bytes) {
        if case .marker(let folder) = report { self.folder = folder } else { found = report }
      }
    }
    switch found {
    case .absent: return nil
    case .found: return .running
    case .ended(let end): return .ended(Result(end: end, output: tail.bytes, folder: folder))
    default: throw unsettled(reader)
    }
  }

  enum Resolution: Sendable {
    case running
    case ended(Result)
  }

  private func unsettled(_ reader: ReportReader) -> StepFailure {
    let noise = String(decoding: reader.noise.bytes, as: UTF8.self)
    return StepFailure(.transient, .sshScriptUnsettled, host.arguments.merging(["reason": noise]) { $1 })
  }
}

// One connection.
extension ScriptRun {
  private func converse(
    _ mode: ScriptJob.Mode, until deadline: ContinuousClock.Instant?,
    _ confirmed: @Sendable () async throws(StepFailure) -> Void
  ) async throws(StepFailure) -> Outcome {
    var reader = ReportReader(nonce: client.random.hex(8))
    var last: ScriptReport?
    var status = 0
    if mode == .start {
      shown = tail.bytes[...]
      tail = BoundedOutput(head: 0, tail: 64 << 10)
    }
    let line = try await reach(until: deadline)
    defer { client.hangUp(line) }
    do throws(StepFailure) {
      status = try await line.channel.run(
        job.command, input: job.input(mode, nonce: reader.nonce, from: tail.total), until: deadline
      ) { stream, bytes async throws(StepFailure) in
        if stream == .output { return await self.pass(bytes) }
        for report in reader.read(bytes) {
          if case .marker(let folder) = report {
            self.folder = folder
            continue
          }
          last = report
          if report == .started || report == .found { try await self.confirm(confirmed) }
        }
      }
    } catch {
      // The end may have been told before the connection went.
      if case .ended? = last {} else { return try await settle(error) }
    }
    return try outcome(last, reader, status)
  }

  /// A channel to the host.
  ///
  /// Without one, a start that may have been heard stays in doubt.
  private func reach(until deadline: ContinuousClock.Instant?) async throws(StepFailure) -> SSHClient.Line {
    do throws(StepFailure) {
      if let deadline, deadline <= .now { throw StepFailure(.timeout, .sshTimedOut, host.arguments) }
      var patience = patience
      if let deadline { patience.limit = min(patience.limit, ContinuousClock.now.duration(to: deadline)) }
      return try await client.openLine(host, patience)
    } catch {
      guard isDoubtful, !isConfirmed, error.kind != .interrupted else { throw error }
      throw StepFailure(.doubt, error.code, error.arguments)
    }
  }

  private func confirm(_ confirmed: @Sendable () async throws(StepFailure) -> Void) async throws(StepFailure) {
    if isConfirmed { return }
    isConfirmed = true
    isDoubtful = false
    try await confirmed()
  }

  private func pass(_ bytes: [UInt8]) async {
    tail.append(bytes)
    var fresh = bytes[...]
    while let old = shown.first, let new = fresh.first {
      guard old == new else {
        shown = []
        break
      }
      shown.removeFirst()
      fresh.removeFirst()
    }
    if !fresh.isEmpty { await Self.offLoop(output, Array(fresh)) }
  }

  /// The receiver masks and writes, which is not the loop's work.
  @concurrent private nonisolated static func offLoop(_ output: @Sendable ([UInt8]) -> Void, _ bytes: [UInt8]) async {
    output(bytes)
  }

  /// What a failure of the connection means for the script.
  private func settle(_ failure: StepFailure) async throws(StepFailure) -> Outcome {
    switch failure.code {
    case .sshConnectionLost, .sshProtocol:
      isDoubtful = true
      return .lost(failure)
    case .sshTimedOut:
      await stop()
      throw StepFailure(.timeout, .sshScriptTimedOut, host.arguments)
    default: throw failure
    }
  }

  /// Kills the script's process group and says so in the marker.
  func stop() async {
    let client = client
    let host = host
    let input = job.input(.kill, nonce: "-")
    let command = job.command
    let patience = patience
    await Task { @SSHLoop in
      let options = RunOptions(input: input, patience: patience, timeout: .seconds(30))
      _ = try? await client.execute(command, on: host, options: options)
    }.value
  }

  private func outcome(
    _ report: ScriptReport?, _ reader: ReportReader, _ status: Int
  ) throws(StepFailure) -> Outcome {
    var arguments = host.arguments
    arguments["path"] = job.path
    switch report {
    case .ended(let end): return .finished(Result(end: end, output: tail.bytes, folder: folder))
    case .exists: return .finished(Result(end: nil, output: [], folder: ""))
    case .absent: return .absent
    case .differs: throw StepFailure(.conflict, .sshMarkerDiffers, arguments)
    case .missing: throw StepFailure(.notFound, .sshScriptMissing, arguments)
    case .lacks(let program):
      arguments["program"] = program
      throw StepFailure(.invalid, .sshProgramMissing, arguments)
    case .unwritable(let reason):
      arguments["reason"] = reason
      throw StepFailure(.quota, .sshMarkerUnwritable, arguments)
    case .notFetched(let reason):
      arguments["reason"] = reason
      throw StepFailure(.transient, .sshFetchFailed, arguments)
    case .notUploaded(let reason):
      arguments["reason"] = reason
      throw StepFailure(.transient, .sshUploadFailed, arguments)
    case .started, .found, .marker, nil:
      if report == nil, job.asRoot { try HostPrograms.checkSudo(status, host) }
      // The keeper was killed, or the host went down: the marker knows more.
      if isConfirmed { return .lost(unsettled(reader)) }
      throw unsettled(reader)
    }
  }
}
