import BundleKit
import Foundation
import StageKit
import StageTesting
import Testing

@testable import BundlesPlugin

/// What one run put into quarantine is fed to another.
@Suite struct ReadQuarantineTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("again-\(UUID().uuidString)")

  private static let lines = [
    #"{"document":{"id":"a","text":"one","language":{"code":"en","confidence":0.9},"story":"s","history":[{"stage":"read","version":"1"}]},"error":{"code":"timeout","message":"it took long"},"stage":"detect","use":"detect-language","version":"1"}"#,
    #"{"document":{"id":"b","text":""},"error":{"code":"unreadable","message":"'b.txt' can't be read"},"stage":"read","use":"read-files","version":"1"}"#,
    "", "{\"document\": 7}", "no json",
    #"{"document":{"id":"c","text":"three","history":[{"stage":"read","version":"1"}]},"error":{"code":"x","message":"y"},"stage":"detect","use":"detect-language","version":"1"}"#,
    #"{"document":{"id":"s","kind":"summary","text":"sum","history":[{"stage":"summarize","version":"1"}]},"error":{"code":"x","message":"y"},"stage":"late","use":"late","version":"1"}"#,
  ]

  private func options(_ name: String, maxBytes: Int = 64 << 20) -> ReadQuarantine.Options {
    var options = ReadQuarantine.Options()
    options.paths = [InputPath(name, base: folder, location: SourceLocation(file: "p.yaml", line: 1, column: 1))]
    options.maxBytes = maxBytes
    return options
  }

  private func write(_ name: String, _ text: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  @Test(arguments: ["\n", "\r\n"]) func documentsBeginAgain(lineBreak: String) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("q.jsonl", Self.lines.joined(separator: lineBreak))
    let harness = StageHarness()
    let result = try await harness.read(ReadQuarantine(options("q.jsonl"), in: harness.context))
    #expect(result.passed.map(\.id) == ["a", "c"])
    #expect(result.passed.allSatisfy { $0.history.isEmpty && $0.story == nil })
    #expect(result.passed.first?.language?.code == "en")
    #expect(result.dropped.map(\.reason) == ["summaries are made anew from their documents"])
    #expect(
      result.quarantined.map(\.error) == [
        "it was never read, so there is nothing to try again; read its file: 'b.txt' can't be read",
        #"q.jsonl, line 4 is no line of a quarantine: {"document", "error", "stage", …}"#,
        #"q.jsonl, line 5 is no line of a quarantine: {"document", "error", "stage", …}"#,
      ])
    #expect(Set(result.quarantined.map(\.document.id)).count == 3)
    #expect(harness.services.record.notes["fed-again"] == .object(["detect": 2, "read": 1, "late": 1]))
  }

  @Test func aBundlesQuarantineIsRead() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("q.jsonl", Self.lines[0] + "\n")
    let harness = StageHarness()
    harness.services.record.quarantineFile = folder.appendingPathComponent("q.jsonl")
    var bundle = WriteBundle.Options()
    bundle.path = OutputPath("x.zip", base: folder)
    _ = try await harness.write([Document(id: "z", text: "z")], to: WriteBundle(bundle, in: harness.context))
    let result = try await harness.read(ReadQuarantine(options("x.zip"), in: harness.context))
    #expect(result.passed.map(\.id) == ["a"])
  }

  @Test func aLongLineIsSetAside() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("q.jsonl", Self.lines[0] + "\n" + String(repeating: "x", count: 2000) + "\n" + Self.lines[5])
    let harness = StageHarness()
    let result = try await harness.read(ReadQuarantine(options("q.jsonl", maxBytes: 1000), in: harness.context))
    #expect(result.passed.map(\.id) == ["a", "c"])
    #expect(
      result.quarantined.map(\.error) == [
        "q.jsonl, line 2 has more than the 1000 bytes that 'max-bytes' allows; raise it"
      ])
  }

  @Test func whatCanNotBeReadIsAMistakeInTheFile() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write("torn.zip", "PK\u{3}\u{4} and nothing more")
    let harness = StageHarness()
    var bundle = WriteBundle.Options()
    bundle.path = OutputPath("fine.zip", base: folder)
    _ = try await harness.write([Document(id: "z", text: "z")], to: WriteBundle(bundle, in: harness.context))
    let plan = PlanContext(encoder: .missing(reason: ""), location: SourceLocation(file: "p.yaml", line: 3, column: 5))
    func check(_ name: String) -> String { ReadQuarantine.check(options(name), in: plan).map(\.description).joined() }
    #expect(check("none.zip") == "p.yaml:1:1: error[missing-file]: there is no file 'none.zip'")
    #expect(
      check("fine.zip")
        == "p.yaml:1:1: error[no-quarantine]: 'fine.zip' has no quarantine: every document of that run was processed")
    #expect(check("torn.zip").hasPrefix("p.yaml:1:1: error[not-a-bundle]"))
  }

  @Test func linesAreCutWhereverBlocksEnd() {
    let bytes = Array("ab\ncde\n\nfghij\nk".utf8)
    for size in 1...bytes.count {
      var cutter = LineCutter(limit: 3)
      var lines: [LineCutter.Line] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        lines += cutter.lines(in: Array(bytes[start..<min(start + size, bytes.count)]))
      }
      if let rest = cutter.rest() { lines.append(rest) }
      #expect(lines.map { $0.bytes.map { String(decoding: $0, as: UTF8.self) } } == ["ab", "cde", "", nil, "k"])
      #expect(lines.map(\.number) == [1, 2, 3, 4, 5])
    }
  }
}
