import Foundation
import StageKit

/// How far back something may lie: `2026-03-05`, `2026-03-05T08:00:00Z`, `7d` or `24h`.
///
/// Days count back from the day of the run, and the day they lead to counts too: for a run of 12 March, `7d` is
/// 5 March. Hours count back from the run's ``StageKit/RunInfo/moment``.
public struct Recency: ConfigValue, Equatable {
  private enum Span: Equatable {
    case from(String)
    case days(Int)
    case hours(Int)
  }

  /// What it may look like, for messages.
  public static let examples =
    "a day such as 2026-03-05, a time such as 2026-03-05T08:00:00Z, or a span such as 7d or 24h"

  /// As it was written.
  public let text: String
  private let span: Span

  /// Since yesterday.
  static let yesterday = Recency(.days(1), "1d")

  private init(_ span: Span, _ text: String) {
    self.span = span
    self.text = text
  }

  /// Reads a day, a moment or a span; nil if it is none.
  public init?(_ text: String) {
    self.text = text
    if let match = text.wholeMatch(of: /([0-9]{1,6})([dh])/), let count = Int(match.1) {
      span = match.2 == "d" ? .days(count) : .hours(count)
      // Before that, calendars differ, and years have no four figures.
      guard count <= (match.2 == "d" ? 36_500 : 36_500 * 24) else { return nil }
    } else if let point = TimePoint(text), point.day.utf8.count == text.utf8.count || point.seconds != nil {
      span = .from(text)
    } else {
      return nil
    }
  }

  /// Whether it counts in hours.
  var isInHours: Bool { if case .hours = span { true } else { false } }

  /// The point that documents must not lie before; nil if the run's day is none.
  func start(in run: RunInfo) -> TimePoint? {
    switch span {
    case .from(let text): TimePoint(text)
    case .days(let days): TimePoint(run.date)?.days(before: days)
    case .hours(let hours):
      run.moment.map { TimePoint(seconds: Int64($0.timeIntervalSince1970) - Int64(hours) * 3600) }
    }
  }

  /// A text of one of the four forms.
  public static var schema: JSONValue {
    .object([
      "type": "string",
      "pattern": "^([0-9]{1,6}[dh]|[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2}))?)$",
    ])
  }

  /// Reads a day, a moment or a span.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Recency? {
    guard let text = node.text, !node.isNull, let recency = Recency(text) else {
      return reader.expected(examples, found: node)
    }
    return recency
  }

  /// As it was written.
  public var json: JSONValue { .string(text) }
}
