import Foundation
import StageKit

/// `brief.json`: what `summary.md` says, for programs that make a page of it.
struct JSONBrief {
  private let brief: Brief
  private let report: RunReport
  private let stories: StoriesTable

  init(_ brief: Brief, report: RunReport) {
    self.brief = brief
    self.report = report
    stories = StoriesTable(brief)
  }

  /// The first fields; the stories come behind them.
  private struct Head: Encodable {
    var pipeline: String
    var date: String
    var documents: Int
    var languages: [String: Int]
    var duplicates: [String: Int]
  }

  /// A report as a brief shows it.
  private struct Report: Encodable {
    var id: String
    var title: String?
    var language: String?
    var published: String?
    var path: String?
    var offset: Int?
    /// What it is a copy of, and how.
    var copyOf: String?
    var kind: String?
  }

  private struct Story: Encodable {
    var record: StoryRecord
    var reports: [Report]

    enum Key: CodingKey { case reports }

    func encode(to encoder: any Encoder) throws {
      try record.encode(to: encoder)
      var fields = encoder.container(keyedBy: Key.self)
      try fields.encode(reports, forKey: .reports)
    }
  }

  /// The file in blocks, a story a line: `{"date":…,"stories":[…]}`.
  func json(to write: (Data) throws -> Void) throws {
    var kinds: [String: Int] = [:]
    for copy in brief.copies { kinds[copy.kind.rawValue, default: 0] += 1 }
    let head = Head(
      pipeline: report.pipeline, date: report.date, documents: brief.count, languages: brief.languages,
      duplicates: kinds)
    var block = try JSONLine.encode(head)
    // The object stays open for the stories.
    block.removeLast()
    block.append(contentsOf: Data(",\"stories\":[".utf8))
    for (index, number) in stories.order.enumerated() {
      block.append(contentsOf: Data(index == 0 ? "\n".utf8 : ",\n".utf8))
      let reports = try stories.members(of: number).map { Self.report(try brief.entry(at: $0)) }
      block.append(try JSONLine.encode(Story(record: try stories.record(number), reports: reports)))
      if block.count >= TableBlock.bytes {
        try write(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    block.append(contentsOf: Data("\n]}\n".utf8))
    try write(block)
  }

  private static func report(_ entry: Brief.Entry) -> Report {
    Report(
      id: entry.id, title: entry.title, language: entry.language, published: entry.published, path: entry.path,
      offset: entry.offset, copyOf: entry.duplicate?.of,
      kind: entry.duplicate.flatMap { $0.isCopy ? $0.kind.rawValue : nil })
  }
}
