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
  private let brief: Brief
  /// Numbers of the stories in the table's order.
  let order: [Int32]
  /// Positions of all members, story by story, and where each story's begin.
  private let members: [Int32]
  private let starts: [Int32]

  init(_ brief: Brief) {
    self.brief = brief
    let sizes = brief.storySizes
    order = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.map { Int32($0) }
    var starts = [Int32](repeating: 0, count: sizes.count + 1)
    for story in sizes.indices { starts[story + 1] = starts[story] + sizes[story] }
    self.starts = starts
    var next = starts
    var members = [Int32](repeating: 0, count: Int(starts[sizes.count]))
    for (position, slot) in brief.slots.enumerated() {
      guard let story = slot.story else { continue }
      members[Int(next[Int(story)])] = Int32(position)
      next[Int(story)] += 1
    }
    self.members = members
  }

  /// Positions of a story's members, in the order of the input.
  func members(of story: Int32) -> ArraySlice<Int32> {
    members[Int(starts[Int(story)])..<Int(starts[Int(story) + 1])]
  }

  /// The line of a story.
  func record(_ story: Int32) throws -> StoryRecord {
    let members = try members(of: story).map(brief.entry(at:))
    let id = members.first?.story ?? ""
    let summary = try brief.summary(ofStory: id)
    let days = members.compactMap { $0.published.map { String($0.prefix(10)) } }.sorted()
    let ownTitle = members.first { $0.title != nil && !($0.duplicate?.isCopy ?? false) }?.title
    return StoryRecord(
      id: id, title: summary?.title ?? ownTitle ?? members.lazy.compactMap(\.title).first,
      members: members.map(\.id), duplicates: members.count { $0.duplicate?.isCopy ?? false },
      languages: Set(members.compactMap(\.language)).sorted(), earliest: days.first, latest: days.last,
      summary: summary?.sentences)
  }

  func jsonLines(to write: (Data) throws -> Void) throws {
    var block = Data()
    for story in order {
      block.append(try JSONLine.encode(try record(story)))
      block.append(0x0A)
      if block.count >= TableBlock.bytes {
        try write(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    if !block.isEmpty { try write(block) }
  }
}

/// Tables are handed on in blocks, so that none is held in memory as a whole.
enum TableBlock {
  /// How much is handed on at once.
  static let bytes = 1 << 20
}
