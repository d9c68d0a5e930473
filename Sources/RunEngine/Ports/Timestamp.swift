package import struct FoundationEssentials.Date

/// A point in time as text: RFC 3339 in UTC, exact to the second.
package enum Timestamp {
  package static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
