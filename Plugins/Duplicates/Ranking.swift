import Foundation
import StageKit

/// Which of several duplicates represents them: the one that was published first; else the longest text; else the
/// one with the smallest path, or id.
///
/// Dated documents come before undated ones. A date without a time is the start of that day in UTC.
enum Ranking {
  /// The rule in words, for the report.
  static let rule = "earliest published, else longest text, else smallest path"

  /// What the rule looks at.
  struct Key: Sendable, Comparable {
    /// Seconds since 1970; nil when unknown.
    private let published: Double?
    private let length: Int
    private let path: String
    /// The document's id.
    let id: String

    /// The key of a document.
    init(of document: Document) {
      published = document.published.flatMap(Ranking.seconds)
      length = document.text.unicodeScalars.count
      path = document.origin?.path ?? ""
      id = document.id
    }

    /// Whether `a` represents rather than `b`.
    static func < (a: Key, b: Key) -> Bool {
      let (first, second) = (a.published ?? .infinity, b.published ?? .infinity)
      if first != second { return first < second }
      if a.length != b.length { return a.length > b.length }
      return (a.path, a.id) < (b.path, b.id)
    }
  }

  /// Reads an RFC 3339 date, with or without a time.
  static func seconds(_ text: String) -> Double? {
    guard let match = text.wholeMatch(of: timestamp),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = Double(daysSince1970(year, month, day)) * 86_400
    if let hour = match.4.flatMap({ Double($0) }), let minute = match.5.flatMap({ Double($0) }) {
      seconds += hour * 3600 + minute * 60 + (match.6.flatMap { Double($0) } ?? 0)
      if let sign = match.7, let hours = match.8.flatMap({ Double($0) }), let minutes = match.9.flatMap({ Double($0) })
      {
        seconds -= (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
      }
    }
    return seconds
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

  nonisolated(unsafe) private static let timestamp =
    /(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(?:[Zz]|([+-])(\d\d):?(\d\d))?)?/
}
