import Foundation
import StageKit
import Testing

@testable import BundleKit

/// Two bundles beside each other, and in one.
@Suite struct DiffMergeTests {
  /// A bundle of lines with some of the tables that runs write.
  @discardableResult
  private func write(
    _ name: String, _ lines: [String], stories: [String] = [], rows: [String] = [], brief: String = "a brief",
    in scratch: Scratch
  ) async throws -> BundleReader {
    let writer = try BundleWriter(at: scratch.file(name), workers: 2)
    try await writer.add("stories.jsonl", Data(stories.map { $0 + "\n" }.joined().utf8))
    try await writer.add("duplicates.csv", Data((["group,kind"] + rows).map { $0 + "\r\n" }.joined().utf8))
    try await writer.add("summary.md", Data(brief.utf8))
    try await writer.add("README.txt", Data("Read me.".utf8))
    for line in lines {
      let id = try #require(Array(line.utf8).withRawBytes { JSONKey.id(ofLine: $0) })
      try await writer.append(Data(line.utf8), to: "documents", id: id)
    }
    _ = try await writer.finish(name: name)
    return try BundleReader(at: scratch.file(name))
  }

  private func lines(of reader: BundleReader) async throws -> [String] {
    var lines: [String] = []
    for try await line in reader.lines() { lines.append(String(decoding: line.bytes, as: UTF8.self)) }
    return lines
  }

  @Test func whatCameWentAndChanged() async throws {
    let scratch = try Scratch()
    let first = try await write(
      "a.zip", [#"{"id":"1","text":"x"}"#, #"{"id":"2","text":"x","language":"en"}"#, #"{"id":"3","history":[1]}"#],
      stories: [#"{"id":"s1","members":["1"]}"#, #"{"id":"s2","members":["2"]}"#],
      rows: [#"g1,"exact, or ""so""""#, "g2,near"], in: scratch)
    let second = try await write(
      "b.zip", [#"{"id":"4","text":"x"}"#, #"{"id":"3","history":[2]}"#, #"{"id":"2","text":"y","title":"t"}"#],
      stories: [#"{"id":"s2","members":["2","3"]}"#, #"{"id":"s3"}"#], rows: ["g2,near", "g2,exact", "g3,near"],
      in: scratch)
    let diff = try await BundleDiff(first, second)
    #expect(diff.documents.came == ["4"] && diff.documents.went == ["1"])
    #expect(
      diff.documents.changed == [
        .init(id: "2", fields: ["language", "text", "title"]), .init(id: "3", fields: ["history"]),
      ])
    #expect(diff.stories.came == ["s3"] && diff.stories.went == ["s1"] && diff.stories.changed.map(\.id) == ["s2"])
    #expect(diff.groups.came == ["g3"] && diff.groups.went == ["g1"] && diff.groups.changed.map(\.id) == ["g2"])
    let lenient = try await BundleDiff(first, second, ignoring: ["history"])
    #expect(lenient.documents.changed.map(\.id) == ["2"] && lenient.documents.same == 1)
    let none = try await BundleDiff(first, first)
    #expect(none.isEmpty && none.documents.same == 3 && none.stories.same == 2 && none.groups.same == 2)
  }

  @Test func eachDocumentOnce() async throws {
    let scratch = try Scratch()
    let shared = #"{"id":"2","text":"both"}"#
    let first = try await write(
      "a.zip", [#"{"id":"1","text":"a"}"#, shared], stories: [#"{"id":"s1"}"#], rows: ["g1,near"], in: scratch)
    let second = try await write(
      "b.zip", [shared, #"{"id":"3","text":"b"}"#], stories: [#"{"id":"s1"}"#, #"{"id":"s2"}"#],
      rows: ["g1,near", "\"g\n2\",near"], brief: "another", in: scratch)
    let (bundle, outcome) = try await BundleMerge([first, second], workers: 2).write(
      to: scratch.file("c.zip"), name: "c")
    #expect(try scratch.names.count == 3)
    try bundle.commit()
    let merged = try BundleReader(at: scratch.file("c.zip"))
    #expect(await merged.verify().findings == [])
    #expect((outcome.documents, outcome.repeated, outcome.outvoted) == (3, 1, 0))
    #expect(try await lines(of: merged) == [#"{"id":"1","text":"a"}"#, shared, #"{"id":"3","text":"b"}"#])
    #expect(try merged.read("stories.jsonl") == Data("{\"id\":\"s1\"}\n{\"id\":\"s2\"}\n".utf8))
    #expect(try merged.read("duplicates.csv") == Data("group,kind\r\ng1,near\r\n\"g\n2\",near\r\n".utf8))
    #expect(try merged.read("from/00001/summary.md") == Data("a brief".utf8))
    #expect(try merged.read("from/00002/summary.md") == Data("another".utf8))
    #expect(try merged.entries(for: "3").count == 1)
    let package = try JSONSerialization.jsonObject(with: merged.read("datapackage.json")) as? [String: Any]
    let parents = package?["parents"] as? [[String: String]]
    #expect(parents == [["name": "a.zip", "id": try first.id()], ["name": "b.zip", "id": try second.id()]])

    // What was merged before keeps its folders, under new numbers.
    let again = try await BundleMerge([merged, first], workers: 1).write(to: scratch.file("d.zip"), name: "d")
    try again.bundle.commit()
    let names = try BundleReader(at: scratch.file("d.zip")).members.map(\.name).filter { $0.hasSuffix("summary.md") }
    #expect(names == ["from/00001/summary.md", "from/00002/summary.md", "from/00003/summary.md"])
  }

  @Test(arguments: BundleMerge.Conflicts.allCases) func differentDocumentsOfOneID(conflicts: BundleMerge.Conflicts)
    async throws
  {
    let scratch = try Scratch()
    let first = try await write("a.zip", [#"{"id":"1","text":"a"}"#], stories: [#"{"id":"s","n":1}"#], in: scratch)
    let second = try await write("b.zip", [#"{"id":"1","text":"b"}"#], stories: [#"{"id":"s","n":2}"#], in: scratch)
    let merge = BundleMerge([first, second], conflicts: conflicts, workers: 1)
    guard conflicts != .fail else {
      let error = await #expect(throws: BundleError.self) {
        _ = try await merge.write(to: scratch.file("c.zip"), name: "c")
      }
      #expect(
        error?.message == "1 document is in several bundles and not the same ('1'); say which to keep: "
          + "--prefer first or --prefer last")
      #expect(try scratch.names == ["a.zip", "b.zip"])
      return
    }
    let (bundle, outcome) = try await merge.write(to: scratch.file("c.zip"), name: "c")
    try bundle.commit()
    let merged = try BundleReader(at: scratch.file("c.zip"))
    let (text, number) = conflicts == .first ? ("a", 1) : ("b", 2)
    #expect(try await lines(of: merged) == [#"{"id":"1","text":"\#(text)"}"#])
    #expect(try merged.read("stories.jsonl") == Data("{\"id\":\"s\",\"n\":\(number)}\n".utf8))
    #expect(outcome.outvoted == 1)
  }

  @Test func wholePartsAreCopiedAsTheyAre() async throws {
    let scratch = try Scratch()
    var readers: [BundleReader] = []
    for name in ["a", "b"] {
      let writer = try BundleWriter(at: scratch.file("\(name).zip"), level: 9, workers: 2)
      for (number, line) in sampleLines(6000).enumerated() {
        let id = "\(name)\(number)"
        try await writer.append(Data(line.replacing("\"d\(number)\"", with: "\"\(id)\"").utf8), to: "documents", id: id)
      }
      _ = try await writer.finish()
      readers.append(try BundleReader(at: scratch.file("\(name).zip")))
    }
    let (bundle, outcome) = try await BundleMerge(readers, level: 1, workers: 2).write(
      to: scratch.file("c.zip"), name: "c")
    try bundle.commit()
    let merged = try BundleReader(at: scratch.file("c.zip"))
    let large = readers.flatMap(\.documentParts).filter { $0.bytes >= 1 << 20 }
    #expect(outcome.copiedParts == large.count && !large.isEmpty)
    let kept = Set(merged.documentParts.map { [$0.bytes, $0.packedBytes, Int($0.crc32)] })
    #expect(large.allSatisfy { kept.contains([$0.bytes, $0.packedBytes, Int($0.crc32)]) })
    #expect(await merged.verify().findings == [])
    #expect(outcome.documents == 12_000)
    for id in ["a0", "b5999", "a3000"] { #expect(try merged.entries(for: id).count == 1) }
  }

  @Test func aDamagedBundleIsNotMerged() async throws {
    let scratch = try Scratch()
    let first = try await write("a.zip", [#"{"id":"1","text":"a"}"#], in: scratch)
    var bytes = try bytes(of: scratch.file("a.zip"))
    bytes[Int(try #require(first.documentParts.first).dataOffset) + 3] ^= 1
    let second = try BundleReader(at: try scratch.file("b.zip", bytes))
    await #expect(throws: BundleError.self) {
      _ = try await BundleMerge([second, first], conflicts: .first, workers: 1).write(
        to: scratch.file("c.zip"), name: "c")
    }
    #expect(try scratch.names == ["a.zip", "b.zip"])
  }
}
