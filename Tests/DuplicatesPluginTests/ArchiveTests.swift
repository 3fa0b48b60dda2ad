import BundleKit
import Foundation
import StageKit
import StageTesting
import Testing

@testable import DuplicatesPlugin

/// Today's documents in the bundles of earlier days.
@Suite struct ArchiveTests {
  private let encoder = MeaningEncoder(offset: 0.1)

  /// A folder for bundles that is gone afterwards.
  private func folder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  /// Writes a bundle as `write-bundle` does, as far as it matters here.
  private func write(
    _ documents: [Document], date: String, to url: URL, attachments: [AttachedFile] = []
  ) async throws {
    let writer = try BundleWriter(at: url, level: 1, workers: 1)
    for document in documents { try await writer.append(try document.jsonLine(), to: "documents", id: document.id) }
    for attachment in attachments { try await writer.add(attachment.name, contentsOf: attachment.file) }
    try await writer.add("run.json", Data("{\"date\": \"\(date)\"}".utf8))
    try await writer.seal(name: "test", adding: ["toolkit": ["date": date]]).commit()
  }

  private func run(
    _ documents: [Document], against paths: [String], in folder: URL,
    kinds: [Document.DuplicateKind] = [.exact, .near],
    encoder: MeaningEncoder? = nil, keepVectors: Bool? = nil, date: String = "2026-03-12",
    _ look: (StageHarness.Result, RecordingServices.Record) async throws -> Void
  ) async throws {
    let harness = StageHarness(encoder: encoder?.loader, date: date)
    var options = FindDuplicates.Options()
    options.kinds = kinds
    let place = SourceLocation(file: "test.yaml", line: 1, column: 1)
    options.against = paths.map { InputPath($0, base: folder, location: place) }
    options.keepVectors = keepVectors
    let result = try await harness.process(documents, with: FindDuplicates(options, in: harness.context))
    try await look(result, harness.services.record)
  }

  @Test func copiesOfEarlierDaysAreMarked() async throws {
    try await folder { folder in
      try await write(
        [
          MadeUp.document("x", "red", 0..<10), MadeUp.document("y", "red", 20..<40),
          MadeUp.document("z", "red", 90..<99),
        ],
        date: "2026-03-10", to: folder.appendingPathComponent("daily-10.zip"))
      try await write(
        [MadeUp.document("x2", "red", 0..<10)], date: "2026-03-11", to: folder.appendingPathComponent("daily-11.zip"))
      let today = [
        MadeUp.document("a", "red", 0..<10), MadeUp.document("b", "red", 21..<40), MadeUp.document("c", "red", 20..<27),
        MadeUp.document("d", "red", 50..<60),
      ]
      try await run(today, against: ["*.zip"], in: folder) { result, record in
        let earlier = result.passed.map(\.earlier)
        #expect(
          earlier[0] == [
            .init(id: "x", bundle: "daily-10.zip", date: "2026-03-10", kind: .exact, score: 1, coverage: [1, 1]),
            .init(id: "x2", bundle: "daily-11.zip", date: "2026-03-11", kind: .exact, score: 1, coverage: [1, 1]),
          ])
        #expect(
          earlier[1] == [
            .init(id: "y", bundle: "daily-10.zip", date: "2026-03-10", kind: .near, score: 0.95, coverage: [1, 0.95])
          ])
        #expect(earlier[2]?.map(\.coverage) == [[1, 0.35]])
        #expect(earlier[3] == nil)
        #expect(record.notes["archive-bundles"] == 2 && record.notes["archive-documents"] == 4)
        #expect(record.notes["reported-earlier"] == 3)
        #expect(record.warnings.isEmpty)
      }
    }
  }

  @Test func translationsOfEarlierDaysAreMarked() async throws {
    try await folder { folder in
      let others = (0..<6).map { MadeUp.document("o\($0)", "blue", ($0 * 20 + 200)..<($0 * 20 + 210)) }
      let earlier = [MadeUp.document("x", "blue", 0..<12)] + others
      // The first day's own run leaves its vectors.
      try await run(
        earlier, against: [], in: folder, kinds: [.translation], encoder: encoder, keepVectors: true,
        date: "2026-03-10"
      ) { _, record in
        #expect(record.attachments.map(\.name) == ["vectors/stage.bin"])
        try await write(
          earlier, date: "2026-03-10", to: folder.appendingPathComponent("with.zip"), attachments: record.attachments)
        try await write(earlier, date: "2026-03-10", to: folder.appendingPathComponent("without.zip"))
      }
      let today = [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "red", 40..<52)]
      for (bundle, encodedNow) in [("with.zip", 24), ("without.zip", 24 + 72)] {
        let encoder = MeaningEncoder(offset: 0.1)
        try await run(
          today, against: [bundle], in: folder, kinds: [.exact, .translation], encoder: encoder, keepVectors: false
        ) { result, record in
          let found = try #require(result.passed[0].earlier)
          #expect(found.map(\.id) == ["x"] && found[0].kind == .translation && found[0].bundle == bundle)
          #expect(found[0].score > 0.9 && found[0].coverage.allSatisfy { $0 > 0.95 })
          #expect(result.passed[1].earlier == nil)
          #expect(encoder.log.all.count == encodedNow)
          #expect(record.attachments.isEmpty)
        }
      }
    }
  }

  @Test func theOwnDayIsPassedOver() async throws {
    try await folder { folder in
      let documents = [MadeUp.document("a", "red", 0..<10)]
      try await write(documents, date: "2026-03-12", to: folder.appendingPathComponent("today.zip"))
      try await run(documents, against: ["today.zip"], in: folder) { result, record in
        #expect(result.passed[0].earlier == nil)
        #expect(record.notes["archive-bundles"] == 0 && record.notes["archive-bundles-of-today-or-later"] == 1)
      }
    }
  }

  @Test func whatIsNoBundleGetsAWarning() async throws {
    try await folder { folder in
      try Data("no zip".utf8).write(to: folder.appendingPathComponent("broken.zip"))
      let documents = [MadeUp.document("a", "red", 0..<10)]
      try await run(documents, against: ["*.zip", "none-*.zip"], in: folder) { result, record in
        #expect(result.passed.count == 1)
        #expect(record.warnings.count == 1)
        #expect(record.warnings.first?.hasPrefix("broken.zip was not compared with, or not wholly: ") == true)
      }
    }
  }

  @Test func aBundleThatIsNotThereIsAMistake() {
    var options = FindDuplicates.Options()
    let place = SourceLocation(file: "p.yaml", line: 4, column: 9)
    options.against = [InputPath("gone.zip", base: URL(fileURLWithPath: "/nowhere"), location: place)]
    let plan = PlanContext(encoder: .missing(reason: "none"), location: place)
    #expect(
      FindDuplicates.check(options, in: plan).map(\.description) == [
        "p.yaml:4:9: error[missing-file]: there is no bundle 'gone.zip'"
      ])
    #expect(FindDuplicates.dependsOnTime(options) && !FindDuplicates.dependsOnTime(.init()))
  }

  @Test func vectorsComeBackNearlyAsTheyWere() async throws {
    try await folder { folder in
      let file = folder.appendingPathComponent("vectors.bin")
      let sentences = (0..<5000).map { MadeUp.sentence("red", [$0, $0 + 1]) }
      let matrix = try await encoder.encode(Array(sentences.prefix(40)))
      var writer = try ArchiveVectors.Writer(at: file, identity: "made-up", dimension: 512)
      for (index, sentence) in sentences.enumerated() { try writer.add(sentence, matrix[row: index % 40]) }
      try writer.add(sentences[0], matrix[row: 1])
      try writer.finish()
      let bytes = try Data(contentsOf: file)
      let expected: Int = 23 + 5000 * 532
      #expect(bytes.count == expected)
      func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      func reader(_ bytes: Data, _ identity: String, _ dimension: Int) throws -> ArchiveVectors.Reader? {
        let scratch = try ScratchFile(in: folder, name: "scratch")
        try bytes.withUnsafeBytes { try scratch.write($0, at: 0) }
        return try .init(scratch, size: bytes.count, identity: identity, dimension: dimension)
      }
      let back = try #require(try reader(bytes, "made-up", 512))
      for index in [0, 1, 39, 4999] {
        let vector = try #require(try back.vector(of: sentences[index]))
        let original = Array(matrix[row: index % 40])
        #expect(product(vector, original) / product(vector, vector).squareRoot() > 0.9999)
      }
      #expect(try back.vector(of: "Never seen.") == nil)
      #expect(try reader(bytes, "other", 512) == nil)
      #expect(try reader(bytes, "made-up", 384) == nil)
      #expect(try reader(bytes.dropLast(), "made-up", 512) == nil)
      #expect(try reader(Data(), "made-up", 512) == nil)
      #expect(try reader(Data(repeating: 0xFF, count: 4096), "made-up", 512) == nil)
    }
  }
}
