import Foundation
import StageKit

/// A line of `stories.jsonl`.
public struct StoryRecord: Sendable, Equatable, Codable {
  /// The story's id; its documents have it as `story`.
  public var id: String
  /// The summary's title, or that of the first member that has one and is no copy.
  public var title: String?
  /// Ids of the documents, in the order of the input.
  public var members: [String]
  /// How many of them are copies of other members.
  public var duplicates: Int
  /// BCP 47 codes of the members' languages, sorted; none twice.
  public var languages: [String]
  /// The earliest day of publication, `2026-03-12`, if any is known.
  public var earliest: String?
  /// The latest day of publication, if any is known.
  public var latest: String?
  /// The summary's sentences with their sources; absent if there is no summary.
  public var summary: [Document.SummarySentence]?
}

/// The stories: those with most documents first, then in the order of the input.
struct StoriesTable {
  let records: [StoryRecord]

  init(_ brief: BriefBuilder) {
    let order = brief.stories.enumerated().sorted {
      ($1.element.members.count, $0.offset) < ($0.element.members.count, $1.offset)
    }
    records = order.map { _, story in
      let members = story.members.map { brief.entries[$0] }
      let summary = brief.summaries[story.id]
      let days = members.compactMap { $0.published.map { String($0.prefix(10)) } }.sorted()
      let ownTitle = members.first { $0.title != nil && !($0.duplicate?.isCopy ?? false) }?.title
      return StoryRecord(
        id: story.id, title: summary?.title ?? ownTitle ?? members.lazy.compactMap(\.title).first,
        members: members.map(\.id), duplicates: members.count { $0.duplicate?.isCopy ?? false },
        languages: Set(members.compactMap(\.language)).sorted(), earliest: days.first, latest: days.last,
        summary: summary?.sentences)
    }
  }

  func jsonLines() throws -> Data {
    var data = Data()
    for record in records {
      data.append(try JSONLine.encode(record))
      data.append(0x0A)
    }
    return data
  }
}
