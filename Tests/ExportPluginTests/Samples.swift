import ExportPlugin
import Foundation
import StageKit
import StageTesting

/// A folder that is gone after the test.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "export-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The names of everything in a folder below, hidden or not, sorted.
  func names(_ below: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(below))) ?? []).sorted()
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  func options(_ directory: String = "out", _ formats: [Export.Format] = Export.Format.allCases) -> Export.Options {
    var options = Export.Options()
    options.directory = OutputPath(directory, base: url)
    options.formats = formats
    return options
  }

  /// Exports documents.
  func export(
    _ documents: [Document], _ options: Export.Options, harness: StageHarness = StageHarness()
  ) async throws -> StageHarness.Result {
    try await harness.write(documents, to: try await Export(options, in: harness.context))
  }
}

/// A small corpus: a story of three reports, two of them one article in two languages, its summary, and a report alone.
enum Sample {
  static func report(
    _ id: String, _ path: String, _ title: String?, _ text: String, _ language: String, _ published: String? = nil,
    story: String? = nil, duplicate: Document.Duplicate? = nil
  ) -> Document {
    var document = Document(id: id, text: text)
    document.origin = .init(path: path, sha256: String(repeating: "0", count: 64), bytes: text.utf8.count)
    document.title = title
    document.language = .init(code: language, confidence: 1)
    document.published = published
    document.story = story
    document.duplicate = duplicate
    return document
  }

  static var documents: [Document] {
    let copy = Document.Duplicate(
      group: "g1", role: .copy, of: "b", kind: .translation, score: 0.91234567, coverage: [1, 0.97],
      evidence: [.init(mine: 0, theirs: 0, score: 0.9), .init(mine: 1, theirs: 2, score: 0.9)])
    let original = Document.Duplicate(
      group: "g1", role: .original, kind: .translation, score: 0.91234567, coverage: [0.97, 1])
    var summary = Document(id: "s1-en", kind: .summary, text: "The ferry sank. All were saved.")
    summary.story = "s1"
    summary.parents = ["a", "b", "c"]
    summary.summary = [
      .init(text: "The ferry sank.", from: [.init(id: "b", sentence: 0), .init(id: "a", sentence: 0)]),
      .init(text: "All were saved.", from: [.init(id: "c", sentence: 3)]),
    ]
    return [
      report("a", "in/a.txt", "غرق عبارة", "غرقت العبارة.", "ar", "2026-01-27", story: "s1", duplicate: copy),
      report("d", "in/d.txt", nil, "Le pont est fermé.", "fr", story: "s2"),
      report(
        "b", "in/b.txt", "Ferry sinks, all saved", "The ferry sank.", "en", "2026-01-28", story: "s1",
        duplicate: original),
      report("c", "in/c.jsonl", "Rescue \"at sea\"", "All were saved.", "en", "2026-01-28T08:00:00Z", story: "s1"),
      summary,
    ]
  }
}

extension BriefBuilder {
  /// All blocks of the table in one.
  func duplicatesCSV() throws -> Data {
    var table = Data()
    try writeDuplicates { table += $0 }
    return table
  }
}
