import Basics
import RunEngine

/// `probe/tcp`: whether a TCP connection from the host comes about, by bash, nc or python3, whichever the host has.
struct ConnectProbe {
  private let target: String
  private let port: Int
  private let timeout: Duration

  init(_ inputs: ProbeInputs) throws(StepFailure) {
    target = try inputs.target("to")
    port = try inputs.integer("port", default: nil, in: 1...65535)
    timeout = try inputs.duration("timeout", default: .seconds(5))
  }

  /// Prints `connected MILLISECONDS`.
  ///
  /// Ends with 124 after the time, with 127 when there is no program that could connect.
  private static let program = """
    LC_ALL=C; export LC_ALL
    if command -v python3 >/dev/null 2>&1; then
      exec python3 -c 'import socket,sys,time
    t=time.monotonic()
    try:
      socket.create_connection((sys.argv[1],int(sys.argv[2])),float(sys.argv[3])).close()
    except socket.timeout: sys.exit(124)
    except OSError as e: sys.exit(str(e))
    print("connected %.3f" % ((time.monotonic()-t)*1000))' "$1" "$2" "$3"
    fi
    a=$(date +%s%N 2>/dev/null)
    if command -v bash >/dev/null 2>&1; then
      timeout "$4" bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2" || exit $?
    elif command -v nc >/dev/null 2>&1; then nc -z -w "$4" "$1" "$2" </dev/null || exit $?
    else exit 127; fi
    b=$(date +%s%N 2>/dev/null)
    case $a$b in *[!0-9]*|'') echo connected -;; *) echo connected $(((b-a)/1000000));; esac
    """

  var argv: [String] {
    let whole = max(1, (timeout.inMilliseconds + 999) / 1000)
    return ["sh", "-c", Self.program, "sh", target, String(port), timeout.secondsText, String(whole)]
  }

  var longest: Duration { timeout + .seconds(10) }

  func verdict(_ result: RemoteResult) throws(StepFailure) -> [String: Value] {
    if result.status == 127 { throw StepFailure(.invalid, .probeProgramMissing, ["program": "bash, nc, python3"]) }
    let words = String(decoding: result.standardOutput.suffix(200), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard result.status == 0, words.count >= 2, words[words.count - 2] == "connected" else { throw failure(result) }
    let milliseconds = words.last.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    return ["connected": true, "connect_ms": milliseconds.map { .number($0) } ?? .null]
  }

  private func failure(_ result: RemoteResult) -> StepFailure {
    let isLate = result.status == 124
    return StepFailure(
      .probe, .probeNotConnected,
      [
        "to": target, "port": String(port), "timeout": timeout.text,
        "reason": isLate ? "timeout" : ProbeText.of(result.standardError),
      ])
  }
}
