import Foundation
import InputPlugin
import StageKit
import StageTesting
import Testing

@Suite("JSON Lines")
struct JSONLinesTests {
  @Test func knownFieldsAreKeptAndOthersTravelAsMetadata() async throws {
    let folder = try Folder()
    let line =
      #"{"id":"a-1","title":"Ferry sinks","text":"All saved.\r\nNobody hurt.","published":"12 March 2026","author":["A","B"],"#
      + #""url":"https://example.org","language":"en","outlet":"Daily","views":3,"source":"Agency","summary":"Short."}"#
    try folder.write("a.jsonl", line + "\n")
    let document = try #require(try await folder.read("a.jsonl").result.passed.first)
    #expect(document.id == "a-1")
    #expect(document.title == "Ferry sinks")
    #expect(document.text == "All saved.\nNobody hurt.")
    #expect(document.published == "2026-03-12")
    #expect(document.author == "A, B")
    #expect(document.language == Document.Language(code: "en", confidence: 1))
    #expect(
      document.metadata == [
        "outlet": "Daily", "views": 3, "source": "Agency", "summary": "Short.", "published": "12 March 2026",
      ])
    #expect(
      document.origin
        == Document.Origin(path: "a.jsonl", sha256: ContentHash.sha256(line), bytes: line.utf8.count, offset: 0))
  }

  @Test func whatTheExportWroteIsReadBackEqual() async throws {
    let folder = try Folder()
    var document = Document(id: "x", text: "One. Two.")
    document.origin = .init(path: "b.txt", sha256: String(repeating: "0", count: 64), bytes: 9)
    document.title = "T"
    document.published = "2026-03-12"
    document.language = .init(code: "zh-Hant", confidence: 0.5, segments: [.init(start: 0, end: 4, code: "zh")])
    document.sentences = [.init(start: 0, end: 4), .init(start: 5, end: 9)]
    document.duplicate = .init(
      group: "g", role: .copy, of: "y", kind: .near, score: 0.9, coverage: [1, 0.5],
      evidence: [.init(mine: 0, theirs: 1, score: 0.8)])
    document.story = "s"
    document.metadata = ["k": .array([1, .null, "v"])]
    try folder.write("a.ndjson", [UInt8](try document.jsonLine()))
    #expect(try await folder.read("a.ndjson").result.passed == [document])
  }

  @Test func numbersThatLaterStagesRelyOnAreChecked() async throws {
    let folder = try Folder()
    try folder.write(
      "a.jsonl",
      #"{"text":"abc","sentences":[[0,9]],"duplicate":{"group":"g","role":"copy","kind":"near","score":1,"coverage":[1]},"#
        + #""language":{"code":"en","confidence":7},"kind":"poem","story":5}"#)
    let document = try #require(try await folder.read("a.jsonl").result.passed.first)
    #expect(document.sentences == nil && document.duplicate == nil && document.language == nil && document.story == nil)
    #expect(Set(document.metadata.keys) == ["sentences", "duplicate", "language", "kind", "story"])
  }

  @Test func linesSplitAtLineFeedsOnlyAndBlankOnesAreSkipped() async throws {
    let folder = try Folder()
    try folder.write("a.jsonl", "\u{FEFF}{\"text\":\"a\u{2028}b\u{85}c\"}\r\n\n  \n{\"text\":\"d\"}")
    let documents = try await folder.read("a.jsonl").result.passed
    #expect(documents.map(\.text) == ["a\u{2028}b\u{85}c", "d"])
    #expect(documents.map { $0.origin?.offset } == [0, 28])
  }

  @Test func badLinesAreQuarantinedWithTheirPlaceAndTheRestGoesOn() async throws {
    let folder = try Folder()
    let lines: [[UInt8]] = [
      Array(#"{"text":"one"}"#.utf8), Array(#"{"text":"cut"#.utf8), Array(#"[1,2]"#.utf8),
      Array(#"{"title":"t"}"#.utf8),
      Array(#"{"text":5}"#.utf8), Array(#"{"text":"a","title":{}}"#.utf8), Array(#"{"text":" "}"#.utf8),
      Array(#"{"text":"a" "b"}"#.utf8), Array(#"{"text":""#.utf8) + [0xE9] + Array(#""}"#.utf8),
      Array(#"{"text":"a\u0000b"}"#.utf8), Array(#"{"id":"","text":"a"}"#.utf8), Array(#"{"body":"a"}"#.utf8),
      Array(#"{"id":7,"text":"last good"}"#.utf8), Array(#"{"text":"the end is mis"#.utf8),
    ]
    try folder.write("a.jsonl", Array(lines.joined(separator: [0x0A])))
    let (result, _) = try await folder.read("a.jsonl")
    #expect(result.passed.map(\.text) == ["one", "last good"])
    #expect(result.passed.last?.id == "7")
    #expect(
      result.quarantined.map(\.error) == [
        "'a.jsonl', line 2 (byte 15): the JSON object ends in the middle; was it broken over several lines?",
        "'a.jsonl', line 3 (byte 28): the line is not a JSON object: it must start with '{'",
        "'a.jsonl', line 4 (byte 34): the object has no 'text'",
        "'a.jsonl', line 5 (byte 48): 'text' must be a string, found a number",
        "'a.jsonl', line 6 (byte 59): 'title' must be a string, found an object",
        "'a.jsonl', line 7 (byte 83): 'text' is empty; remove the line if there is nothing to read",
        "'a.jsonl', line 8 (byte 96): the line is not valid JSON; check it with a JSON validator",
        "'a.jsonl' is not valid UTF-8 at byte 122 (line 9); if it is in an older encoding, convert it, for example with "
          + "'iconv -f WINDOWS-1252 -t UTF-8'",
        "'a.jsonl', line 10 (byte 126): 'text' has a NUL character, so it is damaged, or no text",
        "'a.jsonl', line 11 (byte 146): 'id' must have from 1 to 256 bytes and no control characters; shorten it or leave "
          + "it out",
        "'a.jsonl', line 12 (byte 167): the object has no 'text'; it has 'body': if that is the text, rename it",
        "'a.jsonl', line 14 (byte 208): the JSON object ends in the middle of the last line; was the file cut short?",
      ])
    #expect(Set(result.quarantined.map(\.document.id)).count == 12)
    #expect(result.quarantined.first?.document.origin?.offset == 15)
  }

  @Test func aLineAboveTheLimitIsSkippedWithoutBeingHeld() async throws {
    let folder = try Folder()
    // 50 MB of one line, sparse on disk where the file system can.
    let file = folder.path("a.jsonl")
    try folder.write("a.jsonl", "{\"text\":\"one\"}\n")
    let handle = try #require(FileHandle(forWritingAtPath: file))
    try handle.truncate(atOffset: 50_000_000)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("\n{\"text\":\"two\"}\n".utf8))
    try handle.close()
    let (result, _) = try await folder.read("a.jsonl", maxBytes: 1 << 20)
    #expect(result.passed.map(\.text) == ["one", "two"])
    #expect(
      result.quarantined.map(\.error) == [
        "'a.jsonl' line 2 has 49999985 bytes and the limit is 1048576; raise 'max-bytes', or split it"
      ])
    #expect(result.quarantined.first?.document.origin?.bytes == 49_999_985)
  }

  @Test func deeplyNestedJSONIsRefusedAndNotFatal() async throws {
    let folder = try Folder()
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    try folder.write("a.jsonl", "{\"text\":\"a\",\"x\":\(deep)}\n{\"text\":\"b\"}\n")
    let (result, _) = try await folder.read("a.jsonl")
    #expect(result.passed.map(\.text) == ["b"])
    #expect(result.quarantined.count == 1)
  }

  @Test func utf16AndEmptyFilesSaySo() async throws {
    let folder = try Folder()
    try folder.write("a.jsonl", [0xFF, 0xFE, 0x7B, 0x00, 0x0A, 0x00])
    try folder.write("b.jsonl", "\n\n")
    let (result, warnings) = try await folder.read("a.jsonl", "b.jsonl")
    #expect(
      result.onlyError
        == "'a.jsonl' is UTF-16, but JSON Lines must be UTF-8; convert it with 'iconv -f UTF-16 -t UTF-8'")
    #expect(warnings == ["'b.jsonl' holds no documents: it has no line with a JSON object"])
  }
}

@Suite("Ids")
struct IdentityTests {
  @Test func idsComeFromPathAndContent() async throws {
    let folder = try Folder()
    for name in ["a.txt", "b.txt"] { try folder.write(name, "Some text.") }
    let first = try await folder.read("*.txt").result.passed.map(\.id)
    let hash = ContentHash.sha256("Some text.")
    #expect(first == ["a.txt", "b.txt"].map { String(ContentHash.sha256("\($0)\n\(hash)").prefix(16)) })
    #expect(try await folder.read("./a.txt", "b.txt").result.passed.map(\.id) == first)
    try folder.write("a.txt", "Other text.")
    let second = try await folder.read("*.txt").result.passed.map(\.id)
    #expect(second[0] != first[0] && second[1] == first[1])
  }

  @Test func equalLinesOfOneFileHaveDifferentIds() async throws {
    let folder = try Folder()
    try folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"a\"}\n")
    let documents = try await folder.read("a.jsonl").result.passed
    let hash = ContentHash.sha256(#"{"text":"a"}"#)
    #expect(documents.map(\.id) == [0, 13].map { String(ContentHash.sha256("a.jsonl\n\(hash)#\($0)").prefix(16)) })
  }
}
