import Foundation
import StageKit

/// Gathers what the tables and the brief need while documents stream by: their names and places, not their texts.
///
///     var brief = BriefBuilder()
///     for try await document in documents { brief.add(document) }
///     let stories = try brief.storiesJSONL()
///
/// About half a kilobyte a document, and the sentences of summaries. The same documents in the same order give the
/// same bytes.
public struct BriefBuilder: Sendable {
  /// What is kept of a document.
  struct Entry: Sendable {
    let id: String
    let path: String?
    let offset: Int?
    let title: String?
    /// How the text starts, for documents without title.
    let opening: String
    let language: String?
    let published: String?
    let story: String?
    let duplicate: Place?
  }

  /// What is kept of its place in a group of duplicates.
  struct Place: Sendable {
    let group: String
    let isCopy: Bool
    let of: String?
    let kind: Document.DuplicateKind
    let score: Double
    let coverage: [Double]
    let pairs: Int
  }

  /// What is kept of a summary.
  struct Summary: Sendable {
    let id: String
    let title: String?
    let sentences: [Document.SummarySentence]
  }

  /// In the order of arrival.
  private(set) var entries: [Entry] = []
  private(set) var positions: [String: Int] = [:]
  /// Story ids in the order of their first members, each with the positions of its members.
  private(set) var stories: [(id: String, members: [Int])] = []
  /// By story.
  private(set) var summaries: [String: Summary] = [:]
  private var storyPositions: [String: Int] = [:]

  /// The longest title that is kept, in Unicode scalars; the whole one stands in `documents.jsonl`.
  static let longestTitle = 300

  /// Nothing yet.
  public init() {}

  /// Adds a document or a summary; each id once.
  public mutating func add(_ document: Document) {
    guard document.kind == .document else {
      guard let story = document.story ?? storyOfAny(document.parents) else { return }
      summaries[story] = Summary(
        id: document.id, title: document.title.map(Self.shortened), sentences: document.summary ?? [])
      return
    }
    guard positions[document.id] == nil else { return }
    let place = document.duplicate.map { duplicate in
      Place(
        group: duplicate.group, isCopy: duplicate.role == .copy, of: duplicate.of, kind: duplicate.kind,
        score: duplicate.score, coverage: duplicate.coverage, pairs: duplicate.evidence?.count ?? 0)
    }
    positions[document.id] = entries.count
    if let story = document.story {
      if let position = storyPositions[story] {
        stories[position].members.append(entries.count)
      } else {
        storyPositions[story] = stories.count
        stories.append((story, [entries.count]))
      }
    }
    entries.append(
      Entry(
        id: document.id, path: document.origin?.path, offset: document.origin?.offset,
        title: document.title.map(Self.shortened), opening: Self.opening(of: document.text),
        language: document.language?.code, published: document.published, story: document.story, duplicate: place))
  }

  /// `stories.jsonl`: one ``StoryRecord`` a line, the stories with most documents first.
  public func storiesJSONL() throws -> Data { try StoriesTable(self).jsonLines() }

  /// `duplicates.csv`: see ``DuplicatesTable`` for its columns.
  public func duplicatesCSV() -> Data { DuplicatesTable(self).csv() }

  /// `summary.md`: the brief that people read.
  public func summaryMarkdown(report: RunReport) -> Data { MarkdownBrief(self, report: report).markdown() }

  /// The entry with an id.
  func entry(_ id: String) -> Entry? { positions[id].map { entries[$0] } }

  private func storyOfAny(_ ids: [String]) -> String? { ids.lazy.compactMap { entry($0)?.story }.first }

  private static func shortened(_ title: String) -> String {
    let scalars = title.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: longestTitle, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return title }
    return String(title[..<end]) + "…"
  }

  /// About the first eighty characters, up to a word's end.
  private static func opening(of text: String) -> String {
    let line = text.unicodeScalars.prefix(400).split { $0 == "\n" }.first.map(String.init) ?? ""
    guard line.count > 80 else { return line }
    let start = line.prefix(80)
    let end = start.lastIndex(of: " ") ?? start.endIndex
    return start[..<end] + "…"
  }
}
