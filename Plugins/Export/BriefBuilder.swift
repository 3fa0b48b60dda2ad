import Foundation
import StageKit
import Synchronization

/// Gathers what the tables and the brief need while documents stream by: their names and places, not their texts.
///
///     let brief = BriefBuilder(scratch: try context.scratchDirectory())
///     for try await document in documents { try brief.add(document) }
///     try brief.writeStories { block in … }
///
/// Names and places lie on disk. In memory are about 60 bytes for each document that has a story or is one of a group
/// of duplicates, 50 for each story, and nothing for other documents, however many. The same documents in the same
/// order give the same bytes. Calls block for the disk: make them from ``offload(on:_:)``.
public final class BriefBuilder: Sendable {
  private let brief: Mutex<Brief>

  /// Nothing yet.
  ///
  /// - Parameter scratch: a folder for a file that goes with the builder; one in the system's temporary folder if `nil`.
  public init(scratch: URL? = nil) { brief = Mutex(Brief(scratch: scratch)) }

  /// Adds a document or a summary. Of several documents with one id, stories and duplicates show the first.
  ///
  /// - Throws: ``StageError`` when the scratch file can't be written.
  public func add(_ document: Document) throws { try brief.withLock { try $0.add(document) } }

  /// `duplicates.csv` in blocks: see ``DuplicatesTable`` for its columns.
  public func writeDuplicates(to write: (Data) throws -> Void) throws { try DuplicatesTable(gathered).csv(to: write) }

  /// `stories.jsonl` in blocks: one ``StoryRecord`` a line, the stories with most new documents first.
  public func writeStories(to write: (Data) throws -> Void) throws { try StoriesTable(gathered).jsonLines(to: write) }

  /// `brief.json` in blocks: what the brief says, for programs.
  public func writeBrief(report: RunReport, to write: (Data) throws -> Void) throws {
    try JSONBrief(gathered, report: report).json(to: write)
  }

  /// `summary.md`: the brief that people read.
  public func summaryMarkdown(report: RunReport) throws -> Data {
    try MarkdownBrief(gathered, report: report).markdown()
  }

  private var gathered: Brief { brief.withLock { $0 } }
}
