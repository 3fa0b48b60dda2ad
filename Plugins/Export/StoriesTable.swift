import Foundation
import StageKit

/// The stories: those with most documents that no earlier run has reported first, then those with most documents, then in
/// the order of the input.
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
    let new = brief.newSizes
    order = sizes.indices.sorted { (new[$1], sizes[$1], $0) < (new[$0], sizes[$0], $1) }.map { Int32($0) }
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
    let byDay = Dictionary(
      grouping: members.filter { ($0.published?.utf8.count ?? 0) >= 10 }, by: { String($0.published?.prefix(10) ?? "") }
    )
    let timeline = byDay.sorted { $0.key < $1.key }.map { StoryRecord.Day(date: $0.key, members: $0.value.map(\.id)) }
    return StoryRecord(
      id: id, title: summary?.title ?? ownTitle ?? members.lazy.compactMap(\.title).first,
      members: members.map(\.id), duplicates: members.count { $0.duplicate?.isCopy ?? false },
      new: Int(brief.newSizes[Int(story)]),
      // A story is named for its earliest member: one that is not here came with an earlier run.
      continues: id.hasPrefix("s-") && !members.contains { $0.id == id.dropFirst(2) },
      languages: Set(members.compactMap(\.language)).sorted(), earliest: days.first, latest: days.last,
      timeline: timeline.count > 1 ? timeline : nil, summary: summary?.sentences, keywords: summary?.keywords,
      differences: summary?.differences)
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
