import StageKit

/// A line of `stories.jsonl`.
public struct StoryRecord: Sendable, Equatable, Codable {
  /// The reports of one day.
  public struct Day: Sendable, Equatable, Codable {
    /// `2026-03-12`.
    public var date: String
    /// Ids, in the order of the input.
    public var members: [String]
  }

  /// The story's id; its documents have it as `story`.
  public var id: String
  /// The summary's title, or that of the first member that has one and is no copy.
  public var title: String?
  /// Ids of the documents, in the order of the input.
  public var members: [String]
  /// How many of them are copies of other members.
  public var duplicates: Int
  /// How many of them no earlier run has reported.
  public var new: Int
  /// Whether it began in an earlier run.
  public var continues: Bool
  /// BCP 47 codes of the members' languages, sorted; none twice.
  public var languages: [String]
  /// The earliest day of publication, `2026-03-12`, if any is known.
  public var earliest: String?
  /// The latest day of publication, if any is known.
  public var latest: String?
  /// The days of publication, in order; absent unless there are several.
  public var timeline: [Day]?
  /// The summary's sentences with their sources; absent if there is no summary.
  public var summary: [Document.SummarySentence]?
  /// Names, countries, figures and days; absent if there are none.
  public var keywords: StoryKeywords?
  /// What the reports do not share; absent if nothing was found.
  public var differences: [StoryDifference]?
}
