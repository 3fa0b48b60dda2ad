import Foundation

/// A day, or a moment of one, as a text has it.
///
/// Days are compared as they are written: a report of 5 March is one of 5 March wherever it is read. Only two moments
/// are compared as moments.
struct TimePoint: Equatable, Sendable {
  /// `2026-03-05`, where it was written.
  let day: String
  /// Since 1970, in seconds; nil if only the day is known.
  let seconds: Int64?

  /// Reads a date, or RFC 3339; of any other text that starts with a date, the date. Nil if there is none.
  init?(_ text: String) {
    let bytes = Array(text.utf8.prefix(40))
    guard let year = Self.number(bytes, 0..<4), let month = Self.number(bytes, 5..<7),
      let date = Self.number(bytes, 8..<10), bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      Self.isDay(year, month, date)
    else { return nil }
    day = String(decoding: bytes[..<10], as: UTF8.self)
    seconds = Self.seconds(bytes).map { Self.daysSince1970(year, month, date) * 86_400 + $0 }
  }

  /// A moment, on the day that it has in the machine's time zone.
  init(seconds: Int64) {
    self.seconds = seconds
    day = Self.text(of: seconds + Self.offset(at: seconds)).day
  }

  private init(day: String) {
    self.day = day
    seconds = nil
  }

  /// The day so many days before, without a time.
  func days(before count: Int) -> TimePoint? {
    let parts = day.split(separator: "-").compactMap { Int64($0) }
    guard parts.count == 3 else { return nil }
    let start = Self.daysSince1970(parts[0], parts[1], parts[2]) - Int64(count)
    return TimePoint(day: Self.text(of: start * 86_400).day)
  }

  /// Whether it lies before another.
  func isBefore(_ other: TimePoint) -> Bool {
    if let seconds, let limit = other.seconds { return seconds < limit }
    return day < other.day
  }

  /// The day, or the moment in RFC 3339 with the machine's offset.
  var text: String {
    guard let seconds else { return day }
    let offset = Self.offset(at: seconds)
    let local = Self.text(of: seconds + offset)
    let minutes = abs(offset) / 60
    return
      "\(local.day)T\(local.time)\(offset < 0 ? "-" : "+")\(Self.padded(minutes / 60)):\(Self.padded(minutes % 60))"
  }
}

extension TimePoint {
  /// How far the machine's time zone is ahead of UTC, in seconds.
  private static func offset(at seconds: Int64) -> Int64 {
    Int64(TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }

  /// The seconds since midnight UTC of `Thh:mm:ss[.fff](Z|±hh:mm)` behind a date.
  private static func seconds(_ bytes: [UInt8]) -> Int64? {
    guard bytes.count > 19, [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(bytes[10]),
      let hour = number(bytes, 11..<13), let minute = number(bytes, 14..<16), let second = number(bytes, 17..<19),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), hour < 24, minute < 60, second <= 60
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard let first = rest.first, isDigit(first) else { return nil }
      rest = rest.drop(while: isDigit)
    }
    let time = hour * 3600 + minute * 60 + second
    if rest.count == 1, rest.first == UInt8(ascii: "Z") || rest.first == UInt8(ascii: "z") { return time }
    let zone = Array(rest)
    guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
      let hours = number(zone, 1..<3), let minutes = number(zone, 4..<6), zone[3] == UInt8(ascii: ":"), hours < 24,
      minutes < 60
    else { return nil }
    let offset = hours * 3600 + minutes * 60
    return zone[0] == UInt8(ascii: "+") ? time - offset : time + offset
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
    guard bytes.count >= range.upperBound, bytes[range].allSatisfy(isDigit) else { return nil }
    return bytes[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }

  private static func isDay(_ year: Int64, _ month: Int64, _ day: Int64) -> Bool {
    guard (1...12).contains(month) else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...lengths[Int(month) - 1]).contains(day)
  }

  /// Days since 1 January 1970 in the Gregorian calendar, with years that start in March, so that leap days come last.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day and the time of day of seconds since 1970.
  private static func text(of seconds: Int64) -> (day: String, time: String) {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = seconds - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let day = dayOfYear - (153 * part + 2) / 5 + 1
    let padding = String(repeating: "0", count: max(0, 4 - String(year).count))
    return (
      "\(padding)\(year)-\(padded(month))-\(padded(day))",
      "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
    )
  }

  private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
