import Basics

/// Bandwidth as a hierarchical token bucket with two classes: ICMP (1:10) and all else (1:20).
extension KernelChange.SpaceChange {
  mutating func shape(from old: KernelState.Space, to new: KernelState.Space) {
    for device in old.shapers.keys.sorted() where new.shapers[device] == nil {
      tc.append("qdisc del dev \(device) root")
    }
    for (device, bandwidth) in new.shapers.sorted(by: { $0.key < $1.key }) where old.shapers[device] != bandwidth {
      if old.shapers[device] == nil { tc.append("qdisc add dev \(device) root handle 1: htb default 20") }
      tc += Self.classes(device, bandwidth)
    }
  }

  /// A ping of 84 bytes a second needs 672 bit/s, nearly all of the 1 kbit/s of a test bandwidth: hence ICMP's own class.
  private static func classes(_ device: String, _ bandwidth: Bandwidth) -> [String] {
    let rate = max(bandwidth.bitsPerSecond, 8)
    let icmp = max(16_000, rate / 10)
    // Ten milliseconds of the rate, but never less than one packet, which could then never leave.
    let burst = max(1600, rate / 800)
    // A tenth of a second of waiting packets.
    let queue = min(max(8, rate / 120_000), 1000)
    let verb = "class replace dev \(device) parent 1: classid"
    return [
      "\(verb) 1:10 htb rate \(icmp)bit burst 3000 cburst 3000 quantum 1514",
      "\(verb) 1:20 htb rate \(rate)bit burst \(burst) cburst \(burst) quantum 1514",
      "qdisc replace dev \(device) parent 1:10 handle 10: pfifo limit 100",
      "qdisc replace dev \(device) parent 1:20 handle 20: pfifo limit \(queue)",
    ]
  }
}
