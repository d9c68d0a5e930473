package import Basics

/// Reads what the facts program printed: sections led by lines `NONCE name`, so that no file or program of the host can fake one.
package struct HostFacts: Sendable {
  /// Works with GNU and busybox tools; what a host lacks gives an empty section.
  package static let program = """
    LC_ALL=C; export LC_ALL; s=$1
    at() { printf '\\n%s %s\\n' "$s" "$1"; }
    at os; cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || { [ -r /etc/redhat-release ] && cat /etc/redhat-release; }
    at kernel; uname -r; at architecture; uname -m
    at cpus; nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo 2>/dev/null
    at memory; head -n 5 /proc/meminfo 2>/dev/null
    at route; cat /proc/net/route 2>/dev/null
    at links; for i in /sys/class/net/*; do printf '%s %s\\n' "${i##*/}" "$(cat "$i/operstate" 2>/dev/null)"; done
    at addresses; ip -o addr show 2>/dev/null || ifconfig -a 2>/dev/null
    at containers; command -v docker >/dev/null 2>&1 && timeout 20 docker ps --format '{{.Names}}' 2>/dev/null
    at sockets; ss -Hlntup 2>/dev/null || netstat -lntup 2>/dev/null
    at forwarding; cat /proc/sys/net/ipv4/ip_forward 2>/dev/null
    at end
    exit 0
    """

  private var sections: [String: [Substring]] = [:]

  /// `nil` when the output is not complete.
  package init?(_ text: String, nonce: String) {
    var name: String?
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("\(nonce) ") {
        let section = String(line.dropFirst(nonce.count + 1))
        name = section
        sections[section] = []
      } else if let name {
        sections[name]?.append(line)
      }
    }
    if sections["end"] == nil { return nil }
  }

  private func lines(_ section: String) -> [Substring] { sections[section] ?? [] }

  private func first(_ section: String) -> Value { lines(section).first.map { .string(String($0)) } ?? .null }

  package var outputs: [String: Value] {
    let system = system
    let route = defaultRoute
    let interfaces = interfaces
    let own = interfaces.first { $0.name == route?.interface }?.addresses.first { !$0.contains(":") }
    let cpus = first("cpus").string.flatMap { Int($0) }
    let result: [String: Value] = [
      "os": system.id, "os_version": system.version, "os_major": Self.major(system.version), "kernel": first("kernel"),
      "architecture": first("architecture"), "cpus": Self.value(cpus),
      "memory_mb": memory, "interfaces": .list(interfaces.map(\.value)),
      "default_interface": Self.value(route?.interface), "gateway": Self.value(route?.gateway),
      "private_ip": Self.value(own.map { String($0.prefix { $0 != "/" }) }),
      "containers": .list(lines("containers").map { .string(String($0)) }), "listening": .list(listening),
      "ip_forwarding": .bool(lines("forwarding").first == "1"),
    ]
    return result
  }

  private static func value(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
  private static func value(_ number: Int?) -> Value { number.map { .integer($0) } ?? .null }
}

// One section each.
extension HostFacts {
  /// os-release(5); CentOS 6 has a line of prose instead.
  private var system: (id: Value, version: Value) {
    var values: [Substring: String] = [:]
    for line in lines("os") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      values[line[..<equals]] = line[line.index(after: equals)...].filter { $0 != "\"" && $0 != "'" }
    }
    if let id = values["ID"] { return (.string(id), values["VERSION_ID"].map { .string($0) } ?? .null) }
    guard let prose = lines("os").first else { return (.null, .null) }
    let words = prose.split(separator: " ")
    let version = words.first { $0.first?.isNumber == true }.map { Value.string(String($0)) }
    return (.string(words.first.map { $0.lowercased() } ?? ""), version ?? .null)
  }

  private static func major(_ version: Value) -> Value {
    let digits = version.string?.prefix { $0.isASCII && $0.isNumber } ?? ""
    return Int(digits).map { .integer($0) } ?? .null
  }

  private var memory: Value {
    guard let line = lines("memory").first(where: { $0.hasPrefix("MemTotal:") }) else { return .null }
    let kilobytes = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return kilobytes.map { .integer($0 / 1024) } ?? .null
  }

  /// The default route of least metric in `/proc/net/route`: interface, destination, gateway, flags, ..., metric, mask.
  private var defaultRoute: (interface: String, gateway: String)? {
    let rows: [[Substring]] = lines("route").dropFirst().map { $0.split(whereSeparator: \.isWhitespace) }
    let defaults = rows.filter { row in row.count >= 8 && row[1] == "00000000" && row[7] == "00000000" }
    guard let best = defaults.min(by: { Self.metric($0) < Self.metric($1) }) else { return nil }
    return (String(best[0]), Self.address(best[2]))
  }

  private static func metric(_ row: [Substring]) -> Int { Int(row[6]) ?? 0 }

  /// The kernel prints an IPv4 address as a number in the machine's byte order; every host of interest is little-endian.
  private static func address(_ hex: Substring) -> String {
    guard let number = UInt32(hex, radix: 16) else { return "" }
    return (0..<4).map { String(number >> ($0 * 8) & 255) }.joined(separator: ".")
  }

  struct Interface {
    var name: String
    var state: String
    var addresses: [String]
    var value: Value {
      .object(["name": .string(name), "state": .string(state), "addresses": .list(addresses.map { .string($0) })])
    }
  }

  private var interfaces: [Interface] {
    var addresses: [String: [String]] = [:]
    for line in lines("addresses") {
      // 2: eth0    inet 10.0.0.4/24 brd 10.0.0.255 scope global eth0
      let words = line.split(separator: " ")
      guard words.count >= 4, words[2] == "inet" || words[2] == "inet6" else { continue }
      addresses[String(words[1].prefix { $0 != "@" }), default: []].append(String(words[3]))
    }
    return lines("links").compactMap { line in
      let words = line.split(separator: " ")
      guard let name = words.first.map(String.init), name != "*" else { return nil }
      return Interface(
        name: name, state: words.count > 1 ? String(words[1]) : "unknown", addresses: addresses[name] ?? [])
    }
  }

  /// `ss -Hlntup` and `netstat -lntup`: protocol first, the local address as `address:port`, the program last.
  private var listening: [Value] {
    lines("sockets").compactMap { line in
      let words = line.split(separator: " ")
      guard let name = words.first, name.hasPrefix("tcp") || name.hasPrefix("udp"), words.count >= 5 else { return nil }
      let isNetstat = words[1].allSatisfy(\.isNumber)
      let local = isNetstat ? words[3] : words[4]
      guard let colon = local.lastIndex(of: ":"), let port = Int(local[local.index(after: colon)...]) else {
        return nil
      }
      let address = local[..<colon].filter { $0 != "[" && $0 != "]" }
      return .object([
        "protocol": .string(String(name.prefix(3))), "address": .string(address), "port": .integer(port),
        "program": Self.program(words.last ?? "", isNetstat: isNetstat),
      ])
    }
  }

  /// `users:(("sshd",pid=1,fd=3))`, or `1/sshd`; null when the user may not see it.
  private static func program(_ text: Substring, isNetstat: Bool) -> Value {
    let parts = text.split(separator: isNetstat ? "/" : "\"")
    return parts.count > 1 ? .string(String(parts[1])) : .null
  }
}
