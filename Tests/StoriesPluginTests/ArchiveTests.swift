import BundleKit
import Foundation
import StageKit
import StageTesting
import Testing

@testable import StoriesPlugin

/// Stories that go on over several days.
@Suite struct StoryArchiveTests {
  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stories-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  /// One day's run; its bundle, if it gets a name, holds the documents and what the stage gave.
  private func day(
    _ date: String, _ documents: [Document], in folder: URL, bundle: String? = nil, window: Int = 14,
    keepVectors: Bool? = nil, against: [String] = ["*.zip"]
  ) async throws -> (stories: [String?], record: RecordingServices.Record) {
    let harness = StageHarness(encoder: WordBagEncoder.loader, date: date)
    var options = GroupStories.Options()
    (options.threshold, options.window, options.keepVectors) = (0.35, window, keepVectors)
    let place = SourceLocation(file: "a.yaml", line: 1, column: 1)
    options.against = against.map { InputPath($0, base: folder, location: place) }
    let result = try await harness.process(
      documents, with: GroupStories(options, in: harness.context, languageMean: noMean))
    if let bundle {
      let writer = try BundleWriter(at: folder.appendingPathComponent(bundle), level: 1, workers: 1)
      for document in result.passed {
        try await writer.append(try document.jsonLine(), to: "documents", id: document.id)
      }
      for attachment in harness.services.record.attachments {
        try await writer.add(attachment.name, contentsOf: attachment.file)
      }
      try await writer.add("run.json", Data("{\"date\": \"\(date)\"}".utf8))
      try await writer.seal(name: "test", adding: ["toolkit": ["date": date]]).commit()
    }
    return (result.passed.map(\.story), harness.services.record)
  }

  @Test func aStoryKeepsItsIdOverDays() async throws {
    try await withFolder { folder in
      let one = try await day("2026-03-02", [Reports.fire, Reports.bridge], in: folder, bundle: "1.zip")
      #expect(one.stories == ["s-fire", "s-bridge"])
      #expect(one.record.attachments.map(\.name) == ["vectors/stage.jsonl"])
      let two = try await day("2026-03-03", [Reports.otherFire], in: folder, bundle: "2.zip")
      #expect(two.stories == ["s-fire"])
      #expect(two.record.notes["stories-that-go-on"] == 1)
      let three = try await day("2026-03-04", [Reports.feuer], in: folder)
      #expect(three.stories == ["s-fire"])
      #expect(three.record.notes["archive-bundles"] == 2)
      #expect(three.record.warnings.isEmpty)
      // The same day again, and a day before: their own bundles do not count.
      #expect(try await day("2026-03-02", [Reports.otherFire], in: folder).stories == ["s-otherFire"])
    }
  }

  @Test func aStoryEndsWithItsWindow() async throws {
    try await withFolder { folder in
      _ = try await day("2026-03-02", [Reports.fire], in: folder, bundle: "1.zip")
      var late = Reports.otherFire
      late.published = "2026-04-20"
      #expect(try await day("2026-04-20", [late], in: folder).stories == ["s-otherFire"])
      #expect(try await day("2026-04-20", [late], in: folder, window: 60).stories == ["s-fire"])
    }
  }

  @Test func whatCopiesAnEarlierDocumentBelongsToItsStory() async throws {
    try await withFolder { folder in
      _ = try await day("2026-03-02", [Reports.fire], in: folder, bundle: "1.zip")
      var copy = Reports.bridge
      copy.earlier = [
        .init(id: "fire", bundle: "1.zip", date: "2026-03-02", kind: .near, score: 0.9, coverage: [1, 1])
      ]
      #expect(try await day("2026-03-03", [copy], in: folder).stories == ["s-fire"])
    }
  }

  @Test func bundlesWithoutStoriesAndOtherFilesAreNamed() async throws {
    try await withFolder { folder in
      _ = try await day("2026-03-02", [Reports.fire], in: folder, bundle: "1.zip", keepVectors: false)
      try Data("no bundle".utf8).write(to: folder.appendingPathComponent("2.zip"))
      let two = try await day("2026-03-03", [Reports.otherFire], in: folder)
      #expect(two.stories == ["s-otherFire"])
      #expect(two.record.warnings.count == 2)
      #expect(two.record.warnings.contains { $0.hasPrefix("2.zip was not compared with, or not wholly: ") })
      #expect(
        two.record.warnings.contains(
          "1 of 1 earlier bundles have no stories to go on with; run group-stories with 'keep-vectors: true' to have "
            + "them in bundles"))
    }
  }

  @Test func damagedStoriesAreRefused() {
    let broken = ArchivedStory(
      id: "s", first: 1, last: 1, articles: 1, members: [], scale: .infinity, vector: Data(repeating: 0, count: 4))
    #expect(broken.values(columns: 4) == nil)
    var short = broken
    short.scale = 1
    #expect(short.values(columns: 5) == nil)
    #expect(short.values(columns: 4) == [0, 0, 0, 0])
    let (scale, bytes) = ArchivedStory.bytes(of: [0.5, -1, 0.25])
    short.scale = scale
    short.vector = bytes
    #expect(short.values(columns: 3)?.map { ($0 * 100).rounded() } == [50, -100, 25])
  }
}
