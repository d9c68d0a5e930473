import Basics
import CloudClient
import CloudWire
import RunEngine
import Synchronization
import Testing

@Suite("A change of QingCloud")
struct QingCloudTests {
  private typealias Qing = QingCloudStage

  /// A NIC that becomes attached when its job has gone through `statuses`.
  private func attaching(
    _ statuses: [FakeCloud.Reply], _ more: @escaping @Sendable (FakeCloud.Call) -> FakeCloud.Reply? = { _ in nil }
  ) throws -> Stage {
    let isAttached = Mutex(false)
    return try Qing.make { call in
      if let reply = more(call) { return reply }
      switch call.operation {
      case "AttachNics": return Qing.good(["job_id": "j-1"])
      case "DescribeJobs":
        isAttached.withLock { $0 = call.number >= statuses.count }
        return statuses[min(call.number, statuses.count) - 1]
      case "DescribeNics": return Qing.nic(at: isAttached.withLock { $0 } ? "i-1" : "")
      default: return Qing.bad(1101)
      }
    }
  }

  private func attach(_ stage: Stage, _ recorder: Recorder) async throws -> StepOutcome {
    try await stage.performer.perform(
      try stage.call("qingcloud/nic-attachment", Qing.attachment, record: recorder.record), checkpoint: recorder)
  }

  private func attachFails(_ stage: Stage, _ recorder: Recorder) async throws -> StepFailure? {
    let call = try stage.call("qingcloud/nic-attachment", Qing.attachment, record: recorder.record)
    return await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
  }

  // MARK: Jobs

  @Test("is waited for by its job, one that is not listed yet too, and then by the thing itself")
  func waited() async throws {
    let stage = try attaching([
      Qing.job(nil), Qing.job("pending"), Qing.job("working"), Qing.bad(5100), Qing.job("successful"),
    ])
    let recorder = Recorder()
    let outcome = try await attach(stage, recorder)
    #expect(outcome.effect == .created && outcome.outputs?["sequence"] == 1)
    #expect(
      stage.cloud.operations
        == ["DescribeNics", "AttachNics"] + Array(repeating: "DescribeJobs", count: 5) + ["DescribeNics"])
    let question = stage.cloud.calls("DescribeJobs")[0].parameters
    #expect(question["jobs"] == ["j-1"] && question["zone"] == "pek3")
    #expect(recorder.facts == ["intent 0 iaas:AttachNics", "answered 0"])
    #expect(outcome.object?["$operation"] == .null)
  }

  @Test("is journaled with its job, so that after a kill the run goes on waiting and sends nothing again")
  func resumed() async throws {
    let isDead = Mutex(true)
    let stage = try attaching([Qing.job("working"), Qing.job("successful")]) { call in
      call.operation == "DescribeJobs" && isDead.withLock { $0 } ? Qing.bad(1200) : nil
    }
    let recorder = Recorder()
    #expect(try await attachFails(stage, recorder)?.kind == .denied)
    #expect(recorder.record.object["$operation"] == ["ordinal": 0, "answer": ["job_id": "j-1"]])
    isDead.withLock { $0 = false }
    #expect(try await attach(stage, recorder).effect == .created)
    #expect(stage.cloud.calls("AttachNics").count == 1)
  }

  @Test("whose job has failed is sent again at the next attempt, and nothing is taken away where nothing was made")
  func failed() async throws {
    let jobs = [Qing.job("failed", codes: "5200"), Qing.job("failed", codes: "5200"), Qing.job("successful")]
    let stage = try attaching(jobs)
    let recorder = Recorder()
    let failure = try await attachFails(stage, recorder)
    #expect(failure?.kind == .quota && failure?.vendorCode == "5200")
    #expect(try await attach(stage, recorder).effect == .created)
    #expect(stage.cloud.calls("AttachNics").count == 2 && stage.cloud.calls("DetachNics").isEmpty)
  }

  @Test("whose job is forgotten is told by the thing itself")
  func forgotten() async throws {
    let isAttached = Mutex(false)
    let stage = try Qing.make { call in
      switch call.operation {
      case "AttachNics":
        isAttached.withLock { $0 = true }
        return Qing.good(["job_id": "j-1"])
      case "DescribeJobs": return Qing.job(nil)
      default: return Qing.nic(at: isAttached.withLock { $0 } ? "i-1" : "")
      }
    }
    #expect(try await attach(stage, Recorder()).effect == .created)
    #expect(stage.time.elapsed < .seconds(60))
  }

  @Test("that ends in another word than the documented ones has failed")
  func unknownEnd() async throws {
    let stage = try attaching([Qing.job("done with failure", codes: "1400")])
    #expect(try await attachFails(stage, Recorder())?.kind == .denied)
  }

  @Test("is taken back with its own job, and is not detached twice")
  func undone() async throws {
    let isAttached = Mutex(true)
    let stage = try Qing.make { call in
      switch call.operation {
      case "DetachNics": return Qing.good(["job_id": "j-1"])
      case "DescribeJobs":
        if call.number == 2 { isAttached.withLock { $0 = false } }
        return Qing.job(call.number < 2 ? "working" : "successful")
      default: return Qing.nic(at: isAttached.withLock { $0 } ? "i-1" : "")
      }
    }
    var record = StepRecord()
    (record.succeeded, record.object) = (true, ["nic_id": "52:54:00:00:00:01"])
    let recorder = Recorder(record)
    let outcome = try await stage.performer.undo(
      try stage.call("qingcloud/nic-attachment", Qing.attachment, record: record), checkpoint: recorder)
    guard case .undone = outcome else { throw Unexpected() }
    #expect(stage.cloud.operations == ["DetachNics", "DescribeJobs", "DescribeJobs", "DescribeNics"])
    #expect(recorder.facts == ["undo-intent 0 iaas:DetachNics", "undo-answered 0"])
  }

  @Test("whose way back is lost and refused the second time is looked at until the first try has done it")
  func echo() async throws {
    let looks = Mutex(0)
    let stage = try Qing.make { call in
      switch call.operation {
      case "DetachNics": return call.number == 1 ? .fail(.reset, sent: true) : Qing.bad(1400)
      case "DescribeInstances": return Qing.good(["instance_set": [["instance_id": "i-1", "transition_status": ""]]])
      default:
        let number = looks.withLock { looks in
          looks += 1
          return looks
        }
        return Qing.nic(at: number < 3 ? "i-1" : "")
      }
    }
    var record = StepRecord()
    (record.succeeded, record.object) = (true, ["nic_id": "52:54:00:00:00:01"])
    let outcome = try await stage.performer.undo(
      try stage.call("qingcloud/nic-attachment", Qing.attachment, record: record), checkpoint: Recorder(record))
    guard case .undone = outcome else { throw Unexpected() }
    #expect(stage.cloud.calls("DetachNics").count > 1)
  }

  private struct Unexpected: Error {}

  // MARK: Refusals

  @Test("that a changing instance refuses is repeated until that is over; a missing right is told at once")
  func busy() async throws {
    for isChanging in [true, false] {
      let stage = try attaching([Qing.job("successful")]) { call in
        switch call.operation {
        case "AttachNics": call.number < 3 ? Qing.bad(1400) : nil
        case "DescribeInstances":
          Qing.good([
            "instance_set": [["instance_id": "i-1", "transition_status": .string(isChanging ? "starting" : "")]]
          ])
        default: nil
        }
      }
      if isChanging {
        #expect(try await attach(stage, Recorder()).effect == .created)
        #expect(stage.cloud.calls("AttachNics").count == 3)
      } else {
        let failure = try await attachFails(stage, Recorder())
        #expect(failure?.kind == .denied && failure?.vendorMessage == "Kind, words")
        #expect(stage.cloud.calls("AttachNics").count == 1)
      }
    }
  }

  @Test("that the other clock refuses is signed again with the other side's time")
  func clock() async throws {
    let body = Array(#"{"ret_code":1300,"message":"RequestHasExpired, x"}"#.utf8)
    let late = HTTPResponse(status: 200, headers: [HTTPHeader("Date", "Fri, 02 Jan 2026 04:04:05 GMT")], body: body)
    let stage = try Qing.make { call in
      call.number == 1 ? .raw(late) : Qing.good(["zone_set": [["zone_id": "pek3", "status": "active"]]])
    }
    let outcome = try await stage.performer.perform(
      try stage.call("qingcloud/zone-info", ["region": "pek3"]), checkpoint: Recorder())
    #expect(outcome.outputs == ["zone": "pek3", "status": "active"])
    #expect(stage.cloud.calls.map { $0.parameters["time_stamp"] } == ["2026-01-02T03:04:05Z", "2026-01-02T04:04:05Z"])
  }

  @Test("that may have happened in spite of an internal error is looked up by its own name before it is repeated")
  func doubt() async throws {
    let stage = try Qing.make { call in
      switch call.operation {
      case "CreateNics": return Qing.bad(5000)
      default:
        let name = call.parameters["nic_name"].string ?? "vcpe-\(Stage.id)"
        return Qing.good([
          "nic_set": call.number == 1
            ? []
            : [
              [
                "nic_id": "52:54:00:00:00:01", "nic_name": .string(name), "vxnet_id": "vxnet-3", "status": "available",
                "private_ip": "192.168.129.5",
              ]
            ]
        ])
      }
    }
    let inputs: [String: Value] = ["region": "pek3", "name": "vcpe", "vxnet": "vxnet-3", "private_ip": "192.168.129.5"]
    let recorder = Recorder()
    let call = try stage.call("qingcloud/nic", inputs)
    let failure = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: recorder)
    }
    #expect(failure?.kind == .doubt)
    let again = try stage.call("qingcloud/nic", inputs, record: recorder.record)
    guard case .happened(let object) = try await stage.performer.resolve(again, checkpoint: recorder) else {
      throw Unexpected()
    }
    #expect(object["nic_id"] == "52:54:00:00:00:01" && stage.cloud.calls("CreateNics").count == 1)
  }

  // MARK: Secrets

  @Test("with a password travels in a body, and no trace shows the password or the signature")
  func secrets() async throws {
    let seen = Mutex<[CloudExchange]>([])
    let stage = try Qing.make(observer: { exchange in seen.withLock { $0.append(exchange) } }) { call in
      switch call.operation {
      case "RunInstances": Qing.bad(2400)
      default: Qing.good(["instance_set": [], "total_count": 0])
      }
    }
    let inputs: [String: Value] = [
      "region": "pek3", "name": "vm", "image": "img-1", "vxnet": "vxnet-1", "password": "Pa55w0rd",
    ]
    let call = try stage.call("qingcloud/instance", inputs)
    _ = await stage.failure { () async throws(StepFailure) in
      try await stage.performer.perform(call, checkpoint: Recorder())
    }
    let sent = try #require(stage.cloud.calls("RunInstances").first)
    #expect(sent.request.method == "POST" && sent.request.query.isEmpty)
    #expect(sent.parameters["login_passwd"] == "Pa55w0rd" && sent.parameters["signature"].string?.isEmpty == false)
    let exchanges = seen.withLock { $0 }
    #expect(exchanges.map(\.method) == ["GET", "POST"])
    for exchange in exchanges {
      let text = "\(exchange.url) \(exchange.body)"
      #expect(!text.contains("Pa55w0rd") && text.contains("signature=\(Masker.mask)"))
    }
    #expect(exchanges[0].url.hasPrefix("https://api.qingcloud.com/iaas/?access_key_id=QYID&action=DescribeInstances&"))
  }
}
