import Basics
import CloudWire
import LabFabric

import struct FoundationEssentials.Date

/// The one writer of the lab: holds the states of all clouds, lets calls at them in turn, and makes the data plane equal to them before
/// it answers.
actor LabPlane {
  private(set) var clouds: LabClouds
  private var faults = FaultBook()
  /// Seconds by which a cloud's clock is ahead.
  private var clockShifts: [CloudName: Double] = [:]
  private var calls: [LedgerCall] = []
  private var nonces: Set<String> = []
  private var requestIDs: IDMaker
  private var commands: [Int: (job: CommandJob, task: Task<Void, Never>)] = [:]
  private var started = 0
  private var alarm: Task<Void, Never>?
  private var stirring: Task<Void, Never>?
  private(set) var problems: [String] = []

  /// After the end, when a command that was cancelled still reports.
  private var isClosed = false

  private let reconciler: Reconciler
  private let time: any TimeSource
  private let turn = Turnstile()

  init(
    clouds: LabClouds, dataPlane: any DataPlane, names: [String: IPAddress], seed: UInt64, time: any TimeSource
  ) {
    self.clouds = clouds
    self.time = time
    requestIDs = IDMaker(seed: seed)
    reconciler = Reconciler(dataPlane: dataPlane, names: names)
  }

  // MARK: Calls

  /// Lets one cloud answer; what the call makes stays out of lists for `lag`.
  func answer<State: CloudState>(
    _ call: APICall, of cloud: any WritableKeyPath<LabClouds, State> & Sendable, lag: Duration?
  ) async throws(ServiceError) -> State.Answer {
    try await perform { plane throws(ServiceError) in
      let answer = try plane.clouds[keyPath: cloud].answer(call)
      if let lag {
        plane.clouds[keyPath: cloud].core.hideCreated(until: plane.time.now.addingTimeInterval(lag.inSeconds))
      }
      return answer
    }
  }

  /// What no API can make: a fixture's, or a person's at a console.
  func act(_ act: LabAct) async throws(ServiceError) -> Value {
    try await perform { plane throws(ServiceError) in
      var draft = plane.clouds
      let outputs = try draft.act(act)
      plane.clouds = draft
      return outputs
    }
  }

  /// What a device on a host says, by the path of the device API.
  func answerDevice(_ path: String, _ form: [String: String]) async throws(ServiceError) -> DeviceAnswer? {
    switch path {
    case DeviceAPI.alivePath: return hear(clouds.alibaba.hear(form, at: time.now))
    case DeviceAPI.announcePath: return hear(clouds.alibaba.hearAnnouncement(form, at: time.now))
    default: break
    }
    return try await perform { plane throws(ServiceError) in
      switch path {
      case DeviceAPI.joinPath: plane.clouds.alibaba.join(form)
      case DeviceAPI.leavePath: plane.clouds.alibaba.leave(form)
      case DeviceAPI.statePath: plane.clouds.alibaba.state(of: form)
      default: nil
      }
    }
  }

  /// A keepalive is heard at once, whatever else is being done: else a busy lab would take its devices for dead.
  ///
  /// What it changes reaches the data plane in its turn.
  private func hear(_ heard: (answer: DeviceAnswer, isNews: Bool)) -> DeviceAnswer {
    if heard.isNews, stirring == nil {
      stirring = Task { [weak self] in await self?.stir() }
    }
    return heard.answer
  }

  private func stir() async {
    stirring = nil
    await wake()
  }

  /// What a person does in the order centre; whether there was such an order.
  func pay(_ order: String) async throws(ServiceError) -> Bool {
    try await perform { plane throws(ServiceError) in plane.clouds.alibaba.pay(order) }
  }

  /// The end of a prepaid term; whether there was such a thing.
  func expire(_ id: String) async throws(ServiceError) -> Bool {
    try await perform { plane throws(ServiceError) in plane.clouds.alibaba.expire(id) }
  }

  private func perform<Answer: Sendable>(
    _ body: (isolated LabPlane) throws(ServiceError) -> Answer
  ) async throws(ServiceError) -> Answer {
    await turn.enter()
    settle()
    let result: Result<Answer, ServiceError>
    do throws(ServiceError) { result = .success(try body(self)) } catch { result = .failure(error) }
    settle()
    let failure = await reconcile()
    startCommands()
    await turn.leave()
    if let failure, case .success = result { throw failure }
    return try result.get()
  }

  // MARK: Time

  private func settle() { clouds.settle(at: time.now) }

  /// Wakes at the next change that comes by itself, so that the kernel follows without anybody asking.
  private func setAlarm() {
    alarm?.cancel()
    let now = time.now
    guard let next = clouds.nextChange(after: now) else { return }
    let delay = Duration.milliseconds(Int(next.timeIntervalSince(now) * 1000) + 1)
    alarm = Task { [time, weak self] in
      do { try await time.sleep(for: delay) } catch { return }
      await self?.wake()
    }
  }

  private func wake() async {
    do throws(ServiceError) { try await perform { _ throws(ServiceError) in () } } catch {
      problems.append(error.message)
    }
  }

  // MARK: Data plane

  /// Makes the data plane equal to the states; hosts that came or went may change the states' meaning, hence once more.
  private func reconcile() async -> ServiceError? {
    var failure: FabricError?
    for _ in 0..<3 {
      do throws(FabricError) { try await reconciler.reconcile(clouds.world()) } catch { failure = error }
      let hosts = await reconciler.running
      let isSteady = clouds.hosts == hosts
      clouds.hosts = hosts
      if isSteady || failure != nil { break }
    }
    setAlarm()
    guard let failure else { return nil }
    problems.append("\(failure)")
    return ServiceError("InternalError", "The lab's data plane refused: \(failure)", status: 500)
  }

  private func startCommands() {
    for effect in clouds.takeEffects() {
      switch effect {
      case .run(let job): start(job)
      case .stop(let invocation, let host):
        for entry in commands.values where entry.job.invocation == invocation && entry.job.host == host {
          entry.task.cancel()
        }
      }
    }
  }

  private func start(_ job: CommandJob) {
    let number = started
    started += 1
    let dataPlane = reconciler.dataPlane
    let task = Task { [weak self] in
      let outcome = try? await dataPlane.run(job.host, job.arguments, user: job.user, timeout: job.timeout)
      await self?.finish(job, outcome, number)
    }
    commands[number] = (job, task)
  }

  private func finish(_ job: CommandJob, _ outcome: CommandOutcome?, _ number: Int) async {
    await turn.enter()
    settle()
    clouds.finish(job, outcome)
    commands[number] = nil
    if !isClosed {
      // What a command did on a host can change the network: a vCPE that is deployed.
      settle()
      _ = await reconcile()
      startCommands()
    }
    await turn.leave()
  }

  // MARK: Faults, nonces, ledger

  func takeFault(_ cloud: CloudName, _ action: String, bearsToken: Bool) -> Fault? {
    faults.take(cloud, action, bearsToken: bearsToken)
  }

  func add(_ fault: Fault) { faults.add(fault) }

  /// Also sets the clouds' clocks right.
  func clearFaults() {
    faults.clear()
    clockShifts = [:]
  }

  /// From now on the cloud takes only requests that are signed by another clock.
  func shiftClock(of cloud: CloudName, by seconds: Double) { clockShifts[cloud] = seconds }

  /// The time that a cloud holds requests against and tells in its answers.
  func now(of cloud: CloudName) -> Date { time.now.addingTimeInterval(clockShifts[cloud] ?? 0) }

  var pendingFaults: Value { faults.json }

  /// Whether the nonce is new.
  func use(nonce: String) -> Bool { nonces.insert(nonce).inserted }

  func newRequestID(_ make: (inout IDMaker) -> String) -> String { make(&requestIDs) }

  func note(_ call: LedgerCall) { calls.append(call) }

  var ledger: Ledger {
    Ledger(resources: clouds.resources, calls: calls)
  }

  var now: Date { time.now }

  var hosts: [HostInfo] { get async { await reconciler.running.values.sorted { $0.id < $1.id } } }

  /// Ends background work, then the data plane.
  func close() async {
    alarm?.cancel()
    stirring?.cancel()
    for entry in commands.values { entry.task.cancel() }
    await turn.enter()
    isClosed = true
    // A call that was under way has set it anew.
    alarm?.cancel()
    await reconciler.dataPlane.tearDown()
    await turn.leave()
  }
}
