import BundleKit
import Foundation
import StageKit
import StageTesting
import Testing

@testable import BundlesPlugin

/// A folder that is gone with its owner.
private final class Folder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("bundles-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }

  func options(_ name: String, existing: WriteBundle.Options.Existing = .replace) -> WriteBundle.Options {
    var options = WriteBundle.Options()
    options.path = OutputPath(name, base: url)
    options.existing = existing
    return options
  }

  func read(_ names: [String], results: ReadBundle.Options.Results = .keep) -> ReadBundle.Options {
    var options = ReadBundle.Options()
    options.paths = names.map { InputPath($0, base: url, location: SourceLocation(file: "p.yaml", line: 1, column: 1)) }
    options.results = results
    return options
  }
}

private func samples() -> [Document] {
  var first = Document(id: "a", text: "The bridge is open again.")
  first.language = .init(code: "en", confidence: 0.9)
  first.story = "s-a"
  first.duplicate = .init(group: "d-a", role: .original, kind: .translation, score: 0.9, coverage: [1, 1])
  let second = Document(id: "b", text: "الجسر مفتوح من جديد.")
  var summary = Document(id: "summary-s-a", kind: .summary, text: "The bridge is open again.")
  summary.story = "s-a"
  summary.summary = [.init(text: "The bridge is open again.", from: [.init(id: "a", sentence: 0)])]
  summary.parents = ["a", "b"]
  return [first, second, summary]
}

/// Texts that differ, about a kilobyte each.
private func sampleTexts(_ count: Int) -> [Document] {
  (0..<count).map { number in
    Document(
      id: "d\(number)", text: (0..<40).map { "word\(($0 * 7919 + number * 104_729) % 9973)" }.joined(separator: " "))
  }
}

@Suite struct BundleStagesTests {
  @Test func whatIsWrittenCanBeReadAgain() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    let sink = try await WriteBundle(folder.options("{name}-{date}.zip"), in: harness.context)
    #expect(try await harness.write(samples(), to: sink).passed == samples())
    #expect(harness.services.record.outputs.map(\.lastPathComponent) == ["test-2026-03-12.zip"])
    #expect(harness.services.record.notes["bundle"] != nil)

    let source = try await ReadBundle(folder.read(["test-2026-03-12.zip"]), in: harness.context)
    #expect(try await harness.read(source).passed == samples())
    let anew = try await ReadBundle(folder.read(["test-2026-03-12.zip"], results: .drop), in: harness.context)
    let stripped = try await harness.read(anew)
    #expect(stripped.passed.map(\.id) == ["a", "b"])
    #expect(stripped.passed.allSatisfy { $0.duplicate == nil && $0.story == nil })
    #expect(stripped.dropped.map(\.reason) == ["summaries are left behind"])
  }

  @Test func aBundleHasTheMembersOfTheFormat() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    harness.services.record.quarantineFile = folder.url.appendingPathComponent("q.jsonl")
    try Data("{}\n".utf8).write(to: folder.url.appendingPathComponent("q.jsonl"))
    let decided = folder.url.appendingPathComponent("decided.yaml")
    try Data("- same: [a, b]\n".utf8).write(to: decided)
    harness.services.record.attachments = [AttachedFile(name: "overrules/find-duplicates.yaml", file: decided)]
    _ = try await harness.write(samples(), to: WriteBundle(folder.options("x.zip"), in: harness.context))
    let reader = try BundleReader(at: folder.url.appendingPathComponent("x.zip"))
    #expect(
      reader.members.map(\.name) == [
        "stories.jsonl", "duplicates.csv", "summary.md", "quarantine.jsonl", "overrules/find-duplicates.yaml",
        "pipeline.yaml", "run.json", "README.txt", "documents/part-00001.jsonl", "index/part-00001.json", "index.json",
        "datapackage.json",
      ])
    #expect(try reader.read("pipeline.yaml") == Data("version: 1\n".utf8))
    #expect(try reader.read("overrules/find-duplicates.yaml") == Data("- same: [a, b]\n".utf8))
    #expect(await reader.verify().isWhole)
    let header = String(decoding: try reader.read("duplicates.csv").prefix { $0 != 0x0D }, as: UTF8.self)
    #expect(BundleFacts.duplicates.fields.map(\.name).joined(separator: ",") == header)
    let package = String(decoding: try reader.read("datapackage.json"), as: UTF8.self)
    #expect(package.contains("tabular-data-resource"))
  }

  @Test func theSameDocumentInTwoBundlesIsOne() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    for name in ["x.zip", "y.zip"] {
      _ = try await harness.write(samples(), to: WriteBundle(folder.options(name), in: harness.context))
    }
    let result = try await harness.read(ReadBundle(folder.read(["x.zip", "y.zip"]), in: harness.context))
    #expect(result.passed.count == 3)
    #expect(result.dropped.map(\.reason) == Array(repeating: "it was read before, with the same content", count: 3))
  }

  @Test func aSecondRunGivesTheSameBytesWithAndWithoutTheFirst() async throws {
    let folder = try Folder()
    let documents = sampleTexts(3000)
    // The next day finds the bundle of the day before, by its date; on the same day, the one it replaces.
    for (date, name) in [("2026-03-11", "with-{date}"), ("2026-03-12", "with-{date}"), ("2026-03-12", "without")] {
      let harness = StageHarness(date: date)
      _ = try await harness.write(documents, to: WriteBundle(folder.options("\(name).zip"), in: harness.context))
    }
    let fresh = try Data(contentsOf: folder.url.appendingPathComponent("without.zip"))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("with-2026-03-12.zip")) == fresh)
    let again = StageHarness(date: "2026-03-12")
    _ = try await again.write(documents, to: WriteBundle(folder.options("without.zip"), in: again.context))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("without.zip")) == fresh)
  }

  @Test(arguments: [
    ("2026-03-02", ["2026-03-01", "2026-02-28"]), ("2024-03-01", ["2024-02-29", "2024-02-28"]),
    ("2026-01-01", ["2025-12-31", "2025-12-30"]), ("today", []), ("", []),
  ])
  func daysBefore(_ date: String, _ expected: [String]) {
    #expect(BundleSeries.days(before: date, count: 2) == expected)
  }

  @Test func anExistingBundleCanBeKept() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    try Data("mine".utf8).write(to: folder.url.appendingPathComponent("x.zip"))
    await #expect(throws: StageError.self) {
      try await WriteBundle(folder.options("x.zip", existing: .refuse), in: harness.context)
    }
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("x.zip")) == Data("mine".utf8))
  }

  @Test func aDamagedBundleIsRefusedAsAWhole() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    _ = try await harness.write(samples(), to: WriteBundle(folder.options("x.zip"), in: harness.context))
    let file = folder.url.appendingPathComponent("x.zip")
    var bytes = try Data(contentsOf: file)
    bytes[60] ^= 0x40
    try bytes.write(to: file)
    let source = try await ReadBundle(folder.read(["x.zip"]), in: harness.context)
    await #expect(throws: StageError.self) { try await harness.read(source) }
  }

  @Test func aBundleThatIsNotThereIsAMistakeInTheFile() throws {
    let folder = try Folder()
    let plan = PlanContext(encoder: .missing(reason: ""), location: SourceLocation(file: "p.yaml", line: 3, column: 5))
    let findings = ReadBundle.check(folder.read(["none.zip"]), in: plan)
    #expect(findings.map(\.description) == ["p.yaml:1:1: error[missing-file]: there is no file 'none.zip'"])
  }
}
