import Basics
import RunEngine

/// `probe/route`: whether the host has a route of its own to an address, and not merely the default one; by iproute2.
///
/// What a cloud pushes to a server, and what a router learns from its neighbours, shows here before any packet gets
/// through.
struct RouteProbe {
  let target: String
  private let via: String?

  init(_ inputs: ProbeInputs) throws(StepFailure) {
    target = try inputs.target("to")
    via = try inputs.address("via")
  }

  /// Prints the route that is taken, a line `--`, and every route that fits, of all tables.
  private static let program = """
    LC_ALL=C; PATH=$PATH:/usr/sbin:/sbin; export LC_ALL PATH
    command -v ip >/dev/null 2>&1 || exit 127
    ip -o route get "$1" || exit 3
    echo --
    exec ip "$2" -o route show table all match "$1"
    """

  var argv: [String] { ["sh", "-c", Self.program, "sh", target, target.contains(":") ? "-6" : "-4"] }

  var longest: Duration { .seconds(10) }

  func verdict(_ result: RemoteResult) throws(StepFailure) -> [String: Value] {
    if result.status == 127 { throw StepFailure(.invalid, .probeProgramMissing, ["program": "ip"]) }
    let lines = String(decoding: result.standardOutput.suffix(65536), as: UTF8.self).split(whereSeparator: \.isNewline)
    let words = lines.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    guard result.status == 0, let mark = words.firstIndex(of: ["--"]), let taken = words.first,
      let network = words[(mark + 1)...].compactMap(Self.network).max(by: { $0.prefix < $1.prefix })
    else { throw StepFailure(.probe, .probeNoRoute, ["to": target, "reason": ProbeText.of(result.standardError)]) }
    let next = Self.value(after: "via", in: taken)
    if let via, next != via {
      throw StepFailure(.probe, .probeOtherRoute, ["to": target, "via": via, "found": next ?? "-"])
    }
    return [
      "network": .string(network.description), "via": next.map { .string($0) } ?? .null,
      "device": Self.value(after: "dev", in: taken).map { .string($0) } ?? .null,
    ]
  }

  /// The network of a route that leads somewhere; `nil` for the default route, the host's own addresses and what is
  /// refused.
  private static func network(_ words: [String]) -> IPNetwork? {
    guard let first = words.first else { return nil }
    let single = IPAddress(first).map { IPNetwork(address: $0, prefix: $0.family.bits) }
    return (IPNetwork(first) ?? single).flatMap { $0.prefix > 0 ? $0 : nil }
  }

  private static func value(after name: String, in words: [String]) -> String? {
    guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
    return words[index + 1]
  }
}
