package import struct FoundationEssentials.Date

/// The time stamps of the wire, always UTC; written and read without a calendar library.
package enum Timestamp {
  /// `2026-01-02T03:04:05Z`, as Alibaba Cloud and XML want it.
  package static func extended(_ date: Date) -> String {
    let t = Civil(date)
    return "\(pad(t.year, 4))-\(pad(t.month))-\(pad(t.day))T\(pad(t.hour)):\(pad(t.minute)):\(pad(t.second))Z"
  }

  /// `20260102T030405Z`, the basic form of SigV4.
  package static func basic(_ date: Date) -> String {
    let t = Civil(date)
    return "\(pad(t.year, 4))\(pad(t.month))\(pad(t.day))T\(pad(t.hour))\(pad(t.minute))\(pad(t.second))Z"
  }

  /// Reads both forms, with or without a fraction of a second; `nil` for anything else.
  package static func parse(_ text: some StringProtocol) -> Date? {
    let digits = text.utf8.filter { (48...57).contains($0) }.map { Int($0) - 48 }
    let marks = text.utf8.filter { !(48...57).contains($0) }
    guard digits.count >= 14, marks.last == UInt8(ascii: "Z"), marks.contains(UInt8(ascii: "T")) else { return nil }
    let number = { (range: Range<Int>) in digits[range].reduce(0) { $0 * 10 + $1 } }
    return Civil(
      year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10), minute: number(10..<12),
      second: number(12..<14)
    ).date
  }

  /// Reads `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 §5.6.7, the preferred form).
  package static func parseHTTP(_ text: some StringProtocol) -> Date? {
    let separators: [Character] = [" ", ",", ":"]
    let parts = String(text).split(omittingEmptySubsequences: true) { separators.contains($0) }.map(String.init)
    guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: parts[2]), let day = Int(parts[1]),
      let year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]), let second = Int(parts[6])
    else { return nil }
    return Civil(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second).date
  }

  /// `Fri, 02 Jan 2026 03:04:05 GMT`.
  package static func http(_ date: Date) -> String {
    let t = Civil(date)
    let weekday = weekdays[((t.dayNumber + 4) % 7 + 7) % 7]
    return "\(weekday), \(pad(t.day)) \(months[t.month - 1]) \(pad(t.year, 4)) "
      + "\(pad(t.hour)):\(pad(t.minute)):\(pad(t.second)) GMT"
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  private static func pad(_ number: Int, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

/// A date of the proleptic Gregorian calendar in UTC, by the days-from-civil algorithm.
private struct Civil {
  var year, month, day, hour, minute, second: Int

  init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
  }

  init(_ date: Date) {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let days = (Double(seconds) / 86400).rounded(.down)
    let rest = seconds - Int(days) * 86400
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    (hour, minute, second) = (rest / 3600, rest % 3600 / 60, rest % 60)
  }

  /// Days since 1970-01-01.
  var dayNumber: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  var date: Date? {
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else { return nil }
    return Date(timeIntervalSince1970: Double(dayNumber * 86400 + hour * 3600 + minute * 60 + second))
  }
}
