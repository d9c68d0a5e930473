import Basics
import Foundation
import Probes
import ProviderModel
import RunEngine
import Synchronization
import Testing

/// Answers every command with the same result, and remembers what was asked.
private final class CannedCommand: RemoteCommand {
  let result: RemoteResult
  let asked = Mutex<[[String]]>([])

  init(status: Int = 0, output: String = "", errors: String = "") {
    result = RemoteResult(
      status: status, standardOutput: Array(output.utf8), standardError: Array(errors.utf8))
  }

  func run(
    _ argv: [String], input: [UInt8], on host: Value, context: RemoteContext
  ) async throws(StepFailure) -> RemoteResult {
    asked.withLock { $0.append(argv) }
    return result
  }
}

/// Runs the command on this machine.
private struct HereCommand: RemoteCommand {
  var path: String?

  func run(
    _ argv: [String], input: [UInt8], on host: Value, context: RemoteContext
  ) async throws(StepFailure) -> RemoteResult {
    let line = argv.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }.joined(separator: " ")
    let prefix = path.map { "PATH='\($0)'; export PATH; " } ?? ""
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let file = popen("\(prefix)\(line) 2>&1", "r")
        var bytes: [UInt8] = []
        while true {
          let byte = fgetc(file)
          if byte == EOF { break }
          bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        let status = pclose(file) >> 8 & 0xff
        continuation.resume(returning: RemoteResult(status: Int(status), standardOutput: bytes, standardError: bytes))
      }
    }
  }
}

private struct Silence: Checkpoint {
  func intent(_ intent: Intent) async throws(StepFailure) {}
  func answered(ordinal: Int, object: Value) async throws(StepFailure) {}
  func refused(ordinal: Int, failure: StepFailure) async throws(StepFailure) {}
  func undoIntent(_ intent: Intent) async throws(StepFailure) {}
  func undoAnswered(ordinal: Int) async throws(StepFailure) {}
  func progress(_ progress: StepProgress) {}
  func output(_ bytes: [UInt8]) {}
}

private func probe(
  _ name: String, _ inputs: [String: Value], by command: any RemoteCommand
) async -> Swift.Result<[String: Value], StepFailure> {
  let action = ActionDescription(
    provider: "probe", name: name, product: "", title: LocalizedText(plain: name), location: SourceLocation(file: "x"))
  let call = StepCall(
    runID: "run", address: StepAddress("verify"), action: action,
    inputs: ["from": "local"].merging(inputs) { $1 }, token: "cw-00")
  do throws(StepFailure) {
    let outcome = try await ProbePerformer(command: command).perform(call, checkpoint: Silence())
    guard case .succeeded(let outputs, _, .read) = outcome else { return .success([:]) }
    return .success(outputs)
  } catch { return .failure(error) }
}

private func failure(_ result: Swift.Result<[String: Value], StepFailure>) -> StepFailure? {
  if case .failure(let failure) = result { failure } else { nil }
}

@Suite("probe/ping") struct PingTests {
  static let iputils = """
    PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
    64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.030 ms

    --- 127.0.0.1 ping statistics ---
    4 packets transmitted, 4 received, 0% packet loss, time 3061ms
    rtt min/avg/max/mdev = 0.028/0.034/0.040/0.004 ms
    """
  static let busybox = """
    PING 10.0.0.1 (10.0.0.1): 56 data bytes
    64 bytes from 10.0.0.1: seq=0 ttl=64 time=0.123 ms

    --- 10.0.0.1 ping statistics ---
    4 packets transmitted, 4 packets received, 0% packet loss
    round-trip min/avg/max = 0.045/0.060/0.075 ms
    """
  static let german = """
    --- 10.0.0.1 ping-Statistiken ---
    4 Pakete übertragen, 4 empfangen, 0% packet loss, time 3004ms
    rtt min/avg/max/mdev = 1.028/2.034/3.040/0.004 ms, pipe 3
    """

  @Test(
    "the figures are read from every ping's output",
    arguments: [(iputils, [0.028, 0.034, 0.040]), (busybox, [0.045, 0.060, 0.075]), (german, [1.028, 2.034, 3.040])])
  func figures(output: String, times: [Double]) async throws {
    let outputs = try await probe("ping", ["to": "10.0.0.1"], by: CannedCommand(output: output)).get()
    #expect(
      outputs == [
        "sent": 4, "received": 4, "loss_percent": 0, "rtt_min_ms": .number(times[0]), "rtt_avg_ms": .number(times[1]),
        "rtt_max_ms": .number(times[2]), "longest_gap_s": .null,
      ])
  }

  /// Output of a ping of `sent` requests, of which those with the numbers in `answered` were answered.
  private static func output(sent: Int, answered: [Int], label: String = "icmp_seq") -> String {
    let lines = answered.map { "64 bytes from 10.0.0.1: \(label)=\($0) ttl=64 time=0.030 ms" }
    let loss = (sent - Set(answered).count) * 100 / sent
    let end = "\(sent) packets transmitted, \(Set(answered).count) received, \(loss)% packet loss, time 1ms"
    return (lines + ["From 10.0.0.9 icmp_seq=3 Destination Host Unreachable", end]).joined(separator: "\n") + "\n"
  }

  @Test(
    "the longest gap is the longest run of missing numbers times the interval, at the edges too",
    arguments: [
      ([1, 2, 3, 4, 5, 6], 0), ([1, 2, 5, 6], 1), ([1, 3, 5], 0.5), ([4, 5, 6], 1.5), ([1, 2], 2), ([], 3),
      ([1, 2, 3, 3, 4, 6, 5], 0),
    ] as [([Int], Double)])
  func gaps(answered: [Int], seconds: Double) async throws {
    let inputs: [String: Value] = ["to": "10.0.0.1", "count": 6, "interval": "500ms", "max_loss": 100]
    let outputs = try await probe("ping", inputs, by: CannedCommand(output: Self.output(sent: 6, answered: answered)))
      .get()
    #expect(outputs["longest_gap_s"] == .number(seconds))
    let counted = Self.output(sent: 6, answered: answered.map { $0 - 1 }, label: "seq")
    #expect(
      try await probe("ping", inputs, by: CannedCommand(output: counted)).get()["longest_gap_s"] == .number(seconds))
  }

  @Test("a gap is unknown, not small, when not every answer is in the output")
  func cutOutput() async throws {
    let whole = Self.output(sent: 6, answered: [1, 2, 5, 6])
    let cut = whole.split(separator: "\n").dropFirst().joined(separator: "\n")
    let outputs = try await probe("ping", ["to": "10.0.0.1", "max_loss": 100], by: CannedCommand(output: cut)).get()
    #expect(outputs["received"] == 4)
    #expect(outputs["longest_gap_s"] == .null)
  }

  @Test("loss beyond what is allowed is a failed probe with its figures; allowed loss is an answer")
  func loss() async throws {
    let output =
      "4 packets transmitted, 3 received, +1 errors, 25% packet loss, time 3061ms\nrtt min/avg/max/mdev = 1/2/3/4 ms\n"
    let problem = failure(await probe("ping", ["to": "10.0.0.1"], by: CannedCommand(output: output)))
    #expect(problem?.kind == .probe)
    #expect(problem?.arguments["loss_percent"] == "25")
    #expect(problem?.arguments["rtt_avg_ms"] == "2")
    let allowed = try await probe("ping", ["to": "10.0.0.1", "max_loss": 25], by: CannedCommand(output: output)).get()
    #expect(allowed["loss_percent"] == 25)
  }

  @Test("no answer at all has no times, and duplicates are no negative loss")
  func extremes() async throws {
    let none = CannedCommand(status: 1, output: "3 packets transmitted, 0 received, 100% packet loss, time 2040ms\n")
    #expect(failure(await probe("ping", ["to": "10.0.0.1"], by: none))?.arguments["loss_percent"] == "100")
    let twice = CannedCommand(output: "2 packets transmitted, 3 received, +1 duplicates, 0% packet loss\n")
    #expect(try await probe("ping", ["to": "10.0.0.1"], by: twice).get()["loss_percent"] == 0)
  }

  @Test("a host without ping is said; so is what ping itself complains of")
  func noPing() async throws {
    let missing = CannedCommand(status: 127, errors: "env: 'ping': No such file or directory")
    #expect(failure(await probe("ping", ["to": "10.0.0.1"], by: missing))?.code == .probeProgramMissing)
    let unknown = CannedCommand(status: 2, errors: "ping: nowhere.invalid: Name or service not known\n\u{1b}[2J")
    let problem = failure(await probe("ping", ["to": "nowhere.invalid"], by: unknown))
    #expect(problem?.code == .probePingFailed)
    #expect(problem?.kind == .probe)
    #expect(problem?.arguments["reason"] == "ping: nowhere.invalid: Name or service not known / \u{FFFD}[2J")
  }

  @Test("the command line holds exactly what was asked for")
  func commandLine() async throws {
    let command = CannedCommand(output: Self.iputils)
    let inputs: [String: Value] = ["to": "10.1.0.5", "source": "10.0.0.4", "count": 7, "interval": "250ms"]
    _ = await probe("ping", inputs, by: command)
    let expected = "env LC_ALL=C LANGUAGE=C ping -n -c 7 -i 0.250 -W 2 -I 10.0.0.4 -- 10.1.0.5"
    #expect(command.asked.withLock { $0 } == [expected.split(separator: " ").map(String.init)])
  }

  @Test(
    "what is no address never reaches a host",
    arguments: ["-f", "10.0.0.1; reboot", "$(id)", "a b", "", "x\n", "`id`", "10.0.0.1\u{0}", "é"])
  func hostileTarget(target: String) async throws {
    let command = CannedCommand(output: Self.iputils)
    #expect(failure(await probe("ping", ["to": .string(target)], by: command))?.kind == .invalid)
    #expect(command.asked.withLock { $0.isEmpty })
  }

  @Test("hostile output is no crash and no verdict", arguments: 0..<200)
  func hostileOutput(seed: Int) async throws {
    var state = UInt64(seed) &+ 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces = [
      "99999999999999999999 packets transmitted,", "0 packets transmitted, 0 received, 0% packet loss\n",
      "-4 a, -3 b, 5%\n",
      "1e9,", ",,,%", "rtt min/avg/max/mdev = nan/inf/-1/x ms\n", " = 1/2", "= ///// ms\n", "%", "\n", "\u{1b}",
      "\u{0}", "🇨🇳",
      "4 packets transmitted, ", "4 received, ", "0% packet loss\n",
    ]
    let text = (0..<(1 + next(30))).map { _ in pieces[next(pieces.count)] }.joined()
    switch await probe("ping", ["to": "10.0.0.1"], by: CannedCommand(output: text)) {
    case .success(let outputs): #expect(outputs["sent"]?.integer ?? 0 > 0)
    case .failure(let problem): #expect(problem.kind == .probe)
    }
  }

  @Test("this machine's own ping is understood")
  func real() async throws {
    let outputs = try await probe(
      "ping", ["to": "127.0.0.1", "count": 2, "interval": "200ms"], by: HereCommand()
    ).get()
    #expect(outputs["sent"] == 2)
    #expect(outputs["loss_percent"] == 0)
    #expect(outputs["rtt_avg_ms"]?.double ?? -1 >= 0)
    #expect(
      failure(await probe("ping", ["to": "127.0.0.1", "source": "192.0.2.1"], by: HereCommand()))?.kind == .probe)
    let bare = HereCommand(path: "/usr/bin/nowhere")
    #expect(failure(await probe("ping", ["to": "127.0.0.1"], by: bare))?.code == .probeProgramMissing)
  }
}

@Suite("probe/tcp") struct ConnectTests {
  @Test("a port that answers is connected, one that refuses is a failed probe", arguments: ["python3", "bash", "nc"])
  func real(program: String) async throws {
    // Only the tools that the probe may use, so that each way is tried.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("causeway-probe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["sh", "date", "timeout", program] {
      guard let real = ["/usr/bin/", "/bin/"].map({ $0 + name }).first(where: { access($0, X_OK) == 0 }) else { return }
      try FileManager.default.createSymbolicLink(atPath: folder.path + "/" + name, withDestinationPath: real)
    }
    let here = HereCommand(path: folder.path)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = getsockname(listener, $0, &length)
      }
    }
    let port: Value = .integer(Int(UInt16(bigEndian: address.sin_port)))
    listen(listener, 8)
    let outputs = try await probe("tcp", ["to": "127.0.0.1", "port": port], by: here).get()
    #expect(outputs["connected"] == true)
    #expect(outputs["connect_ms"]?.double ?? -1 >= 0)
    close(listener)
    let problem = failure(await probe("tcp", ["to": "127.0.0.1", "port": port], by: here))
    #expect(problem?.kind == .probe)
    #expect(problem?.code == .probeNotConnected)
  }

  @Test("a host without any program that connects is said, time used up is a failed probe")
  func verdicts() async throws {
    let missing = failure(await probe("tcp", ["to": "10.0.0.1", "port": 22], by: CannedCommand(status: 127)))
    #expect(missing?.code == .probeProgramMissing)
    let late = failure(await probe("tcp", ["to": "10.0.0.1", "port": 22], by: CannedCommand(status: 124)))
    #expect(late?.arguments["reason"] == "timeout")
    #expect(failure(await probe("tcp", ["to": "10.0.0.1", "port": 70000], by: CannedCommand()))?.kind == .invalid)
  }
}

@Suite("probe/route") struct RouteTests {
  private func route(_ output: String, via: String? = nil, status: Int = 0) async
    -> Swift.Result<[String: Value], StepFailure>
  {
    let inputs: [String: Value] = ["to": "172.17.0.3", "via": via.map { .string($0) } ?? .null]
    return await probe("route", inputs, by: CannedCommand(status: status, output: output, errors: "RTNETLINK answers"))
  }

  private static let learned = """
    172.17.0.3 via 192.168.128.2 dev eth0 src 192.168.128.3 uid 0 \\    cache
    --
    default via 192.168.128.1 dev eth0 proto dhcp
    172.16.0.0/12 via 192.168.128.9 dev eth0
    172.17.0.0/24 via 192.168.128.2 dev eth0 table 100

    """

  @Test("finds the longest network that holds the address, and the next hop that is taken")
  func found() async throws {
    let outputs = try await route(Self.learned, via: "192.168.128.2").get()
    #expect(outputs == ["network": "172.17.0.0/24", "via": "192.168.128.2", "device": "eth0"])
    let tunnel = try await route("172.17.0.3 dev tun0 src 10.0.0.1\n--\n172.17.0.3 dev tun0\n").get()
    #expect(tunnel == ["network": "172.17.0.3/32", "via": .null, "device": "tun0"])
  }

  @Test(
    "says no to the default route, to routes that refuse, and where there is none",
    arguments: [
      ("172.17.0.3 via 10.0.0.1 dev eth0\n--\ndefault via 10.0.0.1 dev eth0\n0.0.0.0/0 via 10.0.0.1 dev eth0\n", 0),
      (
        "172.17.0.3 via 10.0.0.1 dev eth0\n--\nunreachable 172.17.0.0/24 metric 9\nlocal 172.17.0.3 dev lo table local\n",
        0
      ),
      ("", 3),
    ])
  func none(_ output: String, _ status: Int) async {
    let failure = await #expect(throws: StepFailure.self) { try await route(output, status: status).get() }
    #expect(failure?.kind == .probe && failure?.code == .probeNoRoute)
  }

  @Test("says no to another next hop, by its name")
  func other() async {
    let failure = await #expect(throws: StepFailure.self) { try await route(Self.learned, via: "192.168.128.9").get() }
    #expect(failure?.code == .probeOtherRoute && failure?.arguments["found"] == "192.168.128.2")
  }

  @Test("asks this machine's own ip: its loopback network is no route of the kind that is looked for")
  func here() async {
    let failure = await #expect(throws: StepFailure.self) {
      try await probe("route", ["to": "127.0.0.1"], by: HereCommand()).get()
    }
    #expect(failure?.code == .probeNoRoute && failure?.arguments["to"] == "127.0.0.1")
  }
}
