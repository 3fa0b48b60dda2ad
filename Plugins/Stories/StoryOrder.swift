import Foundation
import StageKit

/// Which of two reports comes first: the earlier one; those without a date come last, equal ones by id.
///
/// The order depends on the documents alone and not on how they came in, so that a story keeps its id when the same
/// files are given in another order.
struct StoryOrder: Comparable {
  private let time: Date
  private let id: String

  /// The place of a document with a date as ``Document/published`` has it.
  init(published: String?, id: String) {
    time = published.flatMap(Self.instant) ?? .distantFuture
    self.id = id
  }

  static func < (a: StoryOrder, b: StoryOrder) -> Bool { (a.time, a.id) < (b.time, b.id) }

  /// The day in UTC of a date as ``Document/published`` has it, in days since 1970.
  static func day(_ published: String?) -> Int? {
    published.flatMap(instant).map { Int(($0.timeIntervalSince1970 / 86_400).rounded(.down)) }
  }

  /// A date alone is the start of that day in UTC.
  private static func instant(_ text: String) -> Date? {
    if let date = try? Date(text, strategy: .iso8601) { return date }
    if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) { return date }
    return try? Date(String(text.prefix(10)), strategy: .iso8601.year().month().day())
  }
}
