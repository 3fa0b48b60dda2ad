import Foundation
import Testing

@testable import BundleKit

/// Stock tools on our bundles, and a reader of forty lines that knows nothing of ours.
@Suite struct InteropTests {
  private static let sevenZip = Tool("7z") ?? Tool("7zz")
  private static let bsdtar = Tool("bsdtar")
  private static let hasFrictionless =
    Tool("frictionless") != nil && (try? Tool.python?.run(["-c", "import frictionless, jsonlines, ijson"]).status) == 0
  private static let hasDuckDB = (try? Tool.python?.run(["-c", "import duckdb"]).status) == 0

  @Test(.enabled(if: sevenZip != nil, "needs 7z")) func sevenZipAcceptsOurs() async throws {
    let scratch = try Scratch()
    for (number, thresholds) in OtherToolsTests.thresholds.enumerated() {
      let url = scratch.file("\(number).zip")
      _ = try await writeSample(at: url, thresholds: thresholds)
      let result = try #require(Self.sevenZip).run(["t", url.path])
      #expect(result.status == 0 && result.output.contains("Everything is Ok"), "\(result.output)")
      #expect(!result.output.contains("WARNING"), "\(result.output)")
    }
  }

  @Test(.enabled(if: bsdtar != nil, "needs bsdtar")) func bsdtarAcceptsOurs() async throws {
    let scratch = try Scratch()
    for (number, thresholds) in OtherToolsTests.thresholds.enumerated() {
      let url = scratch.file("\(number).zip")
      _ = try await writeSample(at: url, thresholds: thresholds)
      let target = scratch.url.appendingPathComponent("out-\(number)")
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      let result = try #require(Self.bsdtar).run(["-xf", url.path, "-C", target.path])
      #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
      let reader = try BundleReader(at: url)
      for member in reader.members {
        #expect(try Data(contentsOf: target.appendingPathComponent(member.name)) == reader.read(member.name))
      }
    }
  }

  @Test(.enabled(if: hasFrictionless, "needs frictionless[json]")) func frictionlessAcceptsThePackage() async throws {
    let scratch = try Scratch()
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 2, partBytes: 9000, thresholds: .format)
    writer.describe(
      "duplicates.csv",
      as: TableSchema(fields: [.init(name: "group", type: "string"), .init(name: "score", type: "number")]))
    try await writer.add("duplicates.csv", Data("group,score\r\n\"a, \"\"b\"\"\",0.5\r\nc,\r\n".utf8))
    try await writer.add("pipeline.yaml", Data("version: 1\n".utf8))
    try await writer.add("run.json", Data("{}\n".utf8))
    for (number, line) in sampleLines(200).enumerated() {
      try await writer.append(Data(line.utf8), to: "documents", id: "d\(number)")
    }
    _ = try await writer.finish()
    let target = scratch.url.appendingPathComponent("out")
    try BundleReader(at: scratch.file("a.zip")).extract(to: target)
    let package = target.appendingPathComponent("datapackage.json").path
    let result = try #require(Tool("frictionless")).run(["validate", package])
    #expect(result.status == 0, "\(result.output)")
    #expect(!result.output.contains("INVALID"), "\(result.output)")
  }

  @Test(.enabled(if: hasDuckDB, "needs DuckDB for Python")) func duckDBReadsTheDocuments() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"), lines: 500)
    let target = scratch.url.appendingPathComponent("out")
    try BundleReader(at: scratch.file("a.zip")).extract(to: target)
    let script = """
      import duckdb, sys
      rows = duckdb.sql(f"select count(*), count(distinct id), min(id) from read_json_auto('{sys.argv[1]}/documents/*.jsonl')")
      print(rows.fetchall())
      """
    let result = try #require(Tool.python).run(["-c", script, target.path])
    #expect(result.output == "[(500, 500, 'd0')]\n", "\(result.output)")
  }

  /// `Tests/read_bundle.py`, written from `docs/bundle-format.md` alone.
  @Test(.enabled(if: Tool.python != nil, "needs python3")) func aSecondReaderAgrees() async throws {
    let scratch = try Scratch()
    let python = try #require(Tool.python)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("read_bundle.py").path
    for (number, thresholds) in OtherToolsTests.thresholds.enumerated() {
      let url = scratch.file("\(number).zip")
      let written = try await writeSample(at: url, lines: 400, thresholds: thresholds)
      let reader = try BundleReader(at: url)
      let verified = try python.run([script, "verify", url.path])
      #expect(verified.status == 0 && verified.output == "\(written.id)\n", "\(verified.output)")
      for id in ["d0", "d17", "d399"] {
        let entry = try #require(try reader.entries(for: id).first)
        let line = String(decoding: try reader.line(at: entry), as: UTF8.self)
        #expect(try python.run([script, "cat", url.path, id]).output == line + "\n")
      }
      #expect(try python.run([script, "cat", url.path, "nobody"]).status == 1)
    }
    var bytes = try bytes(of: scratch.file("0.zip"))
    let part = try BundleReader(at: scratch.file("0.zip")).documentParts[0]
    bytes[Int(part.dataOffset) + part.packedBytes / 2] ^= 1
    let damaged = try python.run([script, "verify", try scratch.file("damaged.zip", bytes).path])
    #expect(damaged.status == 1 && damaged.output.contains("documents/part-00001.jsonl"), "\(damaged.output)")
  }

  /// What the second reader refuses, we refuse, and the other way round.
  @Test(.enabled(if: Tool.python != nil, "needs python3")) func aSecondReaderRefusesWhatWeRefuse() throws {
    let scratch = try Scratch()
    for (number, vector) in (HostileTests.names + HostileTests.structure).enumerated() {
      _ = try scratch.file("\(number).zip", vector.bytes)
    }
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("read_bundle.py").path
    let count = HostileTests.names.count + HostileTests.structure.count
    let files = (0..<count).map { scratch.file("\($0).zip").path }
    let result = try #require(Tool.python).run([script, "verify"] + files)
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == count && lines.allSatisfy { $0.contains(": refused: ") }, "\(result.output)")
  }
}
