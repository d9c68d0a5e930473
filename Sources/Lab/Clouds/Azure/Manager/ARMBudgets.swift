import struct FoundationEssentials.Date

/// How many requests the subscription may still send: a bucket each for reads, writes and deletes, which fills again with time.
///
/// The vendor's numbers: reads 250 and 25 a second more, writes and deletes 200 and 10 a second. Where the lab runs faster than the
/// cloud, the buckets fill faster too.
struct ARMBudgets: Sendable {
  enum Kind: String, Hashable, Sendable {
    case reads, writes, deletes

    init(method: String) {
      switch method {
      case "GET", "HEAD": self = .reads
      case "DELETE": self = .deletes
      default: self = .writes
      }
    }

    var size: Double { self == .reads ? 250 : 200 }
    var refill: Double { self == .reads ? 25 : 10 }
  }

  private var levels: [Kind: (level: Double, at: Date)] = [:]

  /// Takes one request out; what remains is for the answer's header.
  mutating func take(_ kind: Kind, pace: Pace, at now: Date) throws(ServiceError) -> Int {
    let before = levels[kind] ?? (kind.size, now)
    let gain = pace.scale > 0 ? max(0, now.timeIntervalSince(before.at)) / pace.scale * kind.refill : kind.size
    let level = min(kind.size, before.level + gain)
    guard level >= 1 else {
      levels[kind] = (level, now)
      throw ServiceError(
        "SubscriptionRequestsThrottled",
        "Number of requests for subscription exceeded the limit. Please try again after '1' seconds.", status: 429,
        retryAfter: 1)
    }
    levels[kind] = (level - 1, now)
    return Int(level - 1)
  }
}
