import Foundation

/// Numbers, days and languages in the words of the brief.
enum PlainEnglish {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// `1 story`, `2 stories`.
  static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `12 March 2026` for `2026-03-12` or RFC 3339; anything else as it is.
  static func day(_ date: String) -> String {
    let parts = date.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard date.utf8.count >= 10, parts.count == 3, (1...12).contains(parts[1]) else { return date }
    return "\(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
  }

  /// `27 to 28 January 2026`, leaving out of the first day what the last one says as well.
  static func days(_ first: String, _ last: String) -> String {
    guard first != last else { return day(last) }
    let (from, to) = (day(first).split(separator: " "), day(last).split(separator: " "))
    guard from.count == 3, to.count == 3 else { return "\(day(first)) to \(day(last))" }
    let kept = from[2] != to[2] ? 3 : from[1] != to[1] ? 2 : 1
    return from.prefix(kept).joined(separator: " ") + " to " + to.joined(separator: " ")
  }

  /// `Arabic` for `ar`; the code itself if nobody knows a name.
  static func language(_ code: String) -> String {
    if code == "und" { return "unknown language" }
    return Locale(identifier: "en").localizedString(forIdentifier: code) ?? code
  }

  /// `all`, `97%`, `less than 1%`, of something from 0 to 1.
  static func share(_ value: Double) -> String {
    guard value.isFinite else { return "an unknown part" }
    if value >= 0.995 { return "all" }
    return value < 0.01 ? "less than 1%" : "\(Int((min(1, value) * 100).rounded()))%"
  }
}
