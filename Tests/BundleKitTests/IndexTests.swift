import Foundation
import Testing

@testable import BundleKit

/// The index: where each document lies.
@Suite struct IndexTests {
  private static let mark = IndexEntry.digits(IndexEntry.mark(of: "a"), count: 8)
  /// The first digits of the SHA-256 of "some content".
  private static let hash = "290f493c44f5d63d"
  /// Entries for ids in a member of that content, in the forms of both versions.
  private static func lines(
    _ ids: [String], offset: String = "0", member: String = "documents/part-00001.jsonl"
  ) -> String {
    let rest = #""member":"\#(member)","offset":\#(offset),"length":0,"hash":"\#(hash)06b374d0"}"#
    return ids.map { "{\"id\":\"\($0)\",\(rest)\n" }.joined()
  }

  private static func columns(
    _ ids: [String], parts: [Int]? = nil, gaps: [Int]? = nil, lengths: [Int]? = nil, hashes: String? = nil
  ) -> String {
    let (parts, gaps) = (parts ?? ids.map { _ in 1 }, gaps ?? ids.map { _ in 0 })
    return """
      {"parts":[\(list(parts))],
      "gaps":[\(list(gaps))],
      "lengths":[\(list(lengths ?? ids.map { _ in 0 }))],
      "hashes":"\(hashes ?? String(repeating: hash, count: ids.count))",
      "ids":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]}

      """
  }

  private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  private static func table(_ parts: String, entries: Int = 1, version: Int = 3) -> String {
    "{\"version\":\(version),\"entries\":\(entries),\"parts\":[\n\(parts)\n]}\n"
  }

  private static func part(entries: Int = 1, first: String = mark, member: String = "index/part-1") -> String {
    #"{"member":"\#(member)","entries":\#(entries),"first":"\#(first)"}"#
  }

  /// What is wrong with the index of a bundle that has these members.
  private func faults(_ table: String, _ part: String) async throws -> [String] {
    let scratch = try Scratch()
    let members = [
      ForgedMember("documents/part-00001.jsonl"), ForgedMember("index.json", table),
      ForgedMember("index/part-1", part),
    ]
    let reader = try BundleReader(at: try scratch.file("a.zip", forge(members)))
    let more = "; 'bundle verify' says whether the documents are whole"
    return await reader.verify().findings.filter { $0.code == .badIndex }.map { $0.message.replacing(more, with: "") }
  }

  @Test(arguments: [
    ("{}", "index.json is no table with version, entries and parts"),
    (table(part(first: "x")), "index.json has a mark that is not 8 hexadecimal digits"),
    (
      table(part() + "," + part(first: "00000000"), entries: 2),
      "the parts of index.json are not in the order of their marks"
    ),
    (table(part(entries: 0), entries: 0), "index.json has a part with 0 entries"),
    (table(part(entries: -1), entries: 0), "index.json has a part with -1 entries"),
    (table(part(entries: .max) + "," + part(entries: 2)), "index.json has a part with 2 entries"),
    (table(part(), entries: 7), "index.json announces 7 entries, its parts have 1"),
    (table(part(member: "index/gone")), "index.json names 'index/gone', which is not in the bundle"),
    (table(part()), nil),
    ("{\"version\":1,\"entries\":[\n]}\n", nil),
    (table(part(), version: 4), nil),
  ])
  func theTableIsChecked(text: String, fault: String?) async throws {
    #expect(try await faults(text, Self.columns(["a"])) == [fault].compactMap { $0 })
  }

  @Test(arguments: [
    ("{}\n", 1, "index/part-1 is no part of an index of version 3"),
    (columns(["a"], gaps: [-1]), 1, "index/part-1 is no part of an index of version 3"),
    (columns(["a"], parts: [0]), 1, "index/part-1 is no part of an index of version 3"),
    (columns(["a", "a"], parts: [2, 1]), 2, "index/part-1 is no part of an index of version 3"),
    (columns(["a", "a"], lengths: [1]), 2, "index/part-1 is no part of an index of version 3"),
    (columns(["a"], hashes: "290F493c44f5d63d"), 1, "index/part-1 is no part of an index of version 3"),
    (columns(["a"], hashes: "290f493c44f5d6"), 1, "index/part-1 is no part of an index of version 3"),
    (columns(["a"], gaps: [.max], lengths: [1]), 1, "index/part-1 is no part of an index of version 3"),
    (columns(["a"]), 2, "index/part-1 has 1 entries, index.json says 2"),
    (columns(["a"], gaps: [1], lengths: [12]), 1, "entry 1 of index/part-1 points outside its member"),
    (columns(["a"], parts: [2]), 1, "entry 1 of index/part-1 points to a member that is not there"),
    (columns(["b"]), 1, "entry 1 of index/part-1 has a mark that index.json does not allow here"),
    (columns(["c"]), 1, "index/part-1 does not begin with the mark that index.json names"),
    (columns(["a", "c"], lengths: [3, 4]), 2, nil),
    (columns(["\\u0061"]).replacing("\n", with: " "), 1, nil),
  ])
  func theEntriesAreChecked(text: String, count: Int, fault: String?) async throws {
    #expect(try await faults(Self.table(Self.part(entries: count), entries: count), text).first == fault)
  }

  @Test(arguments: [
    ("{}\n", 1, "index/part-1 is no part of an index of version 2"),
    (lines(["a"]), 2, "index/part-1 has 1 entries, index.json says 2"),
    (lines(["a"], offset: "13"), 1, "entry 1 of index/part-1 points outside its member"),
    (lines(["a"], offset: "-1"), 1, "entry 1 of index/part-1 points outside its member"),
    (lines(["a"], offset: "9223372036854775807"), 1, "entry 1 of index/part-1 points outside its member"),
    (lines(["a"], member: "b.txt"), 1, "entry 1 of index/part-1 points to a member that is not there"),
    (lines(["a", "c", "a"]), 3, "entry 3 of index/part-1 is not in the order of marks"),
    (lines(["\\u0061"]).replacing(",", with: " ,\"more\":1, "), 1, nil),
  ])
  func entriesOfVersion2AreReadAndChecked(text: String, count: Int, fault: String?) async throws {
    let table = Self.table(Self.part(entries: count), entries: count, version: 2)
    #expect(try await faults(table, text).first == fault)
  }

  @Test func aHopelessIndexIsNotNamedToItsEnd() async throws {
    let text = Self.columns(Array(repeating: "a", count: 30), parts: Array(repeating: 7, count: 30))
    let faults = try await faults(Self.table(Self.part(entries: 30), entries: 30), text)
    #expect(faults.count == 21)
    #expect(faults.last == "more faults of index/part-1 are not listed")
    let long = try await self.faults(Self.table(Self.part()), Self.columns([String(repeating: "a", count: 1 << 20)]))
    #expect(long == ["'index/part-1' has 1048658 bytes, too many for a part of the index"])
  }

  @Test func documentsOfVersion2AreFound() throws {
    let scratch = try Scratch()
    let line = Self.lines(["a"]).replacing("\"length\":0", with: "\"length\":12")
    let members = [
      ForgedMember("documents/part-00001.jsonl"),
      ForgedMember("index.json", Self.table(Self.part(), version: 2)), ForgedMember("index/part-1", line),
    ]
    let reader = try BundleReader(at: try scratch.file("a.zip", forge(members)))
    let entry = try #require(try reader.entries(for: "a").first)
    #expect(entry.hash == Self.hash)
    #expect(try reader.line(at: entry) == Data("some content".utf8))
    #expect(try reader.entries(for: "b").isEmpty)
  }

  @Test(arguments: [4 << 20, 3000]) func everyDocumentIsFound(memoryBytes: Int) async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let writer = try BundleWriter(
      at: url, workers: 2, partBytes: 20_000, thresholds: .format, indexMemoryBytes: memoryBytes)
    let lines = sampleLines(6500)
    for (number, line) in lines.enumerated() {
      try await writer.append(Array(line.utf8), to: "documents", id: "d\(number)")
    }
    try await writer.append(Array(#"{"id":"d7","text":"twice"}"#.utf8), to: "documents", id: "d7")
    try await writer.append(Array(#"{"id":"tab\t\"é","text":"odd"}"#.utf8), to: "documents", id: "tab\t\"é")
    _ = try await writer.finish()
    let reader = try BundleReader(at: url)
    #expect(reader.members.count { $0.name.hasPrefix("index/") } >= 2)
    for number in stride(from: 0, to: 6500, by: 811) {
      let entry = try #require(try reader.entries(for: "d\(number)").first)
      #expect(try reader.line(at: entry) == Data(lines[number].utf8))
    }
    #expect(try reader.entries(for: "d7").count == 2)
    #expect(
      try reader.entries(for: "tab\t\"é").map { try reader.line(at: $0) } == [
        Data(#"{"id":"tab\t\"é","text":"odd"}"#.utf8)
      ])
    #expect(try reader.entries(for: "nobody").isEmpty)
    #expect(await reader.verify().findings == [])
    var cursor = try IndexCursor(of: reader)
    var ids: Set<String> = []
    while cursor.mark != nil { ids.formUnion(try cursor.next().map(\.id)) }
    #expect(ids.count == 6501)
  }

  @Test func bundlesWithoutAnIndexAreSearched() throws {
    let scratch = try Scratch()
    let lines = #"{"id":"a","text":"one"}\#n{"text":"none"}\#n { "x": [1, {"id":"b"}], "id" : "b\u0063" }"#
    let member = ForgedMember("documents/part-00001.jsonl", lines)
    let reader = try BundleReader(at: try scratch.file("a.zip", forge([member])))
    let entry = try #require(try reader.entries(for: "bc").first)
    #expect((entry.offset, entry.length) == (40, 43))
    #expect(try reader.line(at: entry) == Data(#" { "x": [1, {"id":"b"}], "id" : "b\u0063" }"#.utf8))
    #expect(try reader.entries(for: "b").isEmpty)
  }

  @Test func anEntryThatLiesIsFoundOut() throws {
    let scratch = try Scratch()
    let reader = try BundleReader(at: try scratch.file("a.zip", forge([.init()])))
    let good = IndexEntry(id: "a", member: "a.txt", offset: 0, length: 12, digest: 0x290f_493c_44f5_d63d)
    #expect(try reader.line(at: good) == Data("some content".utf8))
    for (offset, length) in [(1, 11), (-1, 2), (0, 13), (Int.max, 1), (0, -1)] {
      let entry = IndexEntry(id: "a", member: "a.txt", offset: offset, length: length, digest: good.digest)
      #expect(throws: BundleError.self) { try reader.line(at: entry) }
    }
  }

  @Test(arguments: [
    (#"{"id":"x"}"#, "x"), (#"{"a":{"id":"no"},"b":["id",{}],"c":1.5e3,"d":null,"id":"x\\"}"#, "x\\"),
    (#"{"id":7}"#, nil), (#"["id"]"#, nil), ("", nil), ("{", nil), (#"{"id""#, nil), (#"{"id":"x"#, nil),
    (#"{"a":"\"id\":\"no\"","id":"\u00e9\""}"#, "é\""), (#"{"a":}"#, nil), (#"{"a":[[[[}"#, nil),
  ])
  func idsAreFoundWithoutDecoding(line: String, id: String?) {
    #expect(Array(line.utf8).withRawBytes { JSONKey.id(ofLine: $0) } == id)
  }
}
