/// Which of several duplicates represents them: the one that was published first; else the longest text; else the
/// one with the smallest path, or id.
///
/// Dated documents come before undated ones. A date without a time is the start of that day in UTC.
enum Ranking {
  /// The rule in words, for the report.
  static let rule = "earliest published, else longest text, else smallest path"

  /// Reads an RFC 3339 date, with or without a time: seconds since 1970, nil for anything else.
  static func seconds(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      var reader = DateReader(bytes)
      return reader.seconds()
    }
  }
}

/// Reads a date from ASCII, from left to right.
private struct DateReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func seconds() -> Double? {
    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = Double(Self.daysSince1970(year, month, day)) * 86_400
    if skip("T") || skip("t") || skip(" ") {
      guard let hour = number(2), skip(":"), let minute = number(2) else { return nil }
      var rest = 0.0
      if skip(":") {
        guard let value = decimal() else { return nil }
        rest = value
      }
      seconds += Double(hour) * 3600 + Double(minute) * 60 + rest
      guard let offset = offset() else { return nil }
      seconds -= offset
    }
    return position == bytes.count ? seconds : nil
  }

  /// The time zone's seconds east of Greenwich; 0 if there is none, nil if it can't be read.
  private mutating func offset() -> Double? {
    if skip("Z") || skip("z") { return 0 }
    let isWest = skip("-")
    guard isWest || skip("+") else { return 0 }
    guard let hours = number(2) else { return nil }
    _ = skip(":")
    guard let minutes = number(2) else { return nil }
    return (isWest ? -1 : 1) * Double(hours * 3600 + minutes * 60)
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  /// A number of so many digits.
  private mutating func number(_ digits: Int) -> Int? {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Two digits, and any number of them after a point.
  private mutating func decimal() -> Double? {
    let start = position
    guard number(2) != nil else { return nil }
    if skip(".") {
      guard digit() != nil else { return nil }
      while digit() != nil {}
    }
    return Double(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digit() -> Int? {
    guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
    position += 1
    return Int(bytes[position - 1]) - 0x30
  }

  /// Days of the proleptic Gregorian calendar; years start in March here, so that the leap day comes last.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
