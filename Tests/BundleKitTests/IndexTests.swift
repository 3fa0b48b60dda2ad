import Foundation
import Testing

@testable import BundleKit

/// The index: where each document lies.
@Suite struct IndexTests {
  private static let entry =
    #"{"id":"a","member":"a.txt","offset":0,"length":12,"hash":"290f493c44f5d63d06b374d0"}"#
  private static let mark = digits(IndexEntry.mark(of: "a"))

  private static func digits(_ mark: UInt32) -> String {
    let text = String(mark, radix: 16)
    return String(repeating: "0", count: 8 - text.count) + text
  }

  private static func table(_ parts: String, entries: Int = 1, version: Int = 2) -> String {
    "{\"version\":\(version),\"entries\":\(entries),\"parts\":[\n\(parts)\n]}\n"
  }

  private static func part(entries: Int = 1, first: String = mark, member: String = "index/part-00001.jsonl") -> String
  {
    #"{"member":"\#(member)","entries":\#(entries),"first":"\#(first)"}"#
  }

  @Test(arguments: [
    ("{}", "index.json is no table of version 2 with entries and parts"),
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
    (table(part(), version: 3), nil),
  ])
  func theTableIsChecked(text: String, fault: String?) async throws {
    let scratch = try Scratch()
    let members = [
      .init(), ForgedMember("index.json", text), ForgedMember("index/part-00001.jsonl", Self.entry + "\n"),
    ]
    let reader = try BundleReader(at: try scratch.file("a.zip", forge(members)))
    let findings = await reader.verify().findings.filter { $0.code == .badIndex }
    let more = "; 'bundle verify' says whether the documents are whole"
    #expect(findings.map { $0.message.replacing(more, with: "") } == [fault].compactMap { $0 })
  }

  @Test(arguments: [
    ("{}\n", 1, "line 1 of index/part-00001.jsonl is not an entry with id, member, offset, length and hash"),
    (entry, 1, "index/part-00001.jsonl does not end with a line break"),
    (entry + "\n", 2, "index/part-00001.jsonl has 1 entries, index.json says 2"),
    (changed("offset\":0", "offset\":1"), 1, "line 1 of index/part-00001.jsonl points outside its member"),
    (changed("offset\":0", "offset\":-1"), 1, "line 1 of index/part-00001.jsonl points outside its member"),
    (
      changed("offset\":0", "offset\":9223372036854775807"), 1,
      "line 1 of index/part-00001.jsonl points outside its member"
    ),
    (changed("a.txt", "b.txt"), 1, "line 1 of index/part-00001.jsonl points to a member that is not there"),
    (
      changed("\"a\"", "\"b\""), 1,
      "line 1 of index/part-00001.jsonl has a mark that index.json does not allow here"
    ),
    (
      entry + "\n" + changed("\"a\"", "\"c\"") + entry + "\n", 3,
      "line 3 of index/part-00001.jsonl is not in the order of marks"
    ),
    (changed("\"id\":\"a\"", "\"more\":1, \"id\": \"\\u0061\""), 1, nil),
  ])
  func theEntriesAreChecked(text: String, count: Int, fault: String?) async throws {
    let scratch = try Scratch()
    let table = ForgedMember("index.json", Self.table(Self.part(entries: count), entries: count))
    let members = [.init(), table, ForgedMember("index/part-00001.jsonl", text)]
    let reader = try BundleReader(at: try scratch.file("a.zip", forge(members)))
    let findings = await reader.verify().findings.filter { $0.code == .badIndex }
    #expect(findings.first?.message == fault)
  }

  private static func changed(_ text: String, _ other: String) -> String { entry.replacing(text, with: other) + "\n" }

  @Test func aHopelessIndexIsNotReadToItsEnd() {
    let part = IndexTable.Part(member: "p", entries: 30, first: "00000000")
    var check = IndexCheck(part, next: nil, sizes: [:])
    Array(String(repeating: "x\n", count: 30).utf8).withRawBytes { check.update($0) }
    let faults = check.finish()
    #expect(faults.count == 21)
    #expect(faults.last == "more faults of p are not listed")

    var long = IndexCheck(part, next: nil, sizes: [:])
    for _ in 0..<5 { [UInt8](repeating: 65, count: 50_000).withRawBytes { long.update($0) } }
    #expect(long.finish() == ["line 1 of p is too long"])
  }

  @Test(arguments: [4 << 20, 3000]) func everyDocumentIsFound(memoryBytes: Int) async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let writer = try BundleWriter(
      at: url, workers: 2, partBytes: 20_000, thresholds: .format, indexMemoryBytes: memoryBytes)
    let lines = sampleLines(4000)
    for (number, line) in lines.enumerated() {
      try await writer.append(Array(line.utf8), to: "documents", id: "d\(number)")
    }
    try await writer.append(Array(#"{"id":"d7","text":"twice"}"#.utf8), to: "documents", id: "d7")
    try await writer.append(Array(#"{"id":"tab\t\"é","text":"odd"}"#.utf8), to: "documents", id: "tab\t\"é")
    _ = try await writer.finish()
    let reader = try BundleReader(at: url)
    #expect(reader.members.count { $0.name.hasPrefix("index/") } >= 2)
    for number in stride(from: 0, to: 4000, by: 97) {
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
    #expect(ids.count == 4001)
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
    let good = IndexEntry(id: "a", member: "a.txt", offset: 0, length: 12, hash: "290f493c44f5d63d06b374d0")
    #expect(try reader.line(at: good) == Data("some content".utf8))
    for (offset, length) in [(1, 11), (-1, 2), (0, 13), (Int.max, 1), (0, -1)] {
      let entry = IndexEntry(id: "a", member: "a.txt", offset: offset, length: length, hash: good.hash)
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
