import Foundation
import StageKit
import Testing

@Suite struct DocumentTests {
  private func full() -> Document {
    var document = Document(id: "a1", text: "One. Two/2.\u{2028}Three.")
    document.origin = .init(path: "x/y.txt", sha256: "00", bytes: 12, offset: 3)
    document.title = "Title"
    document.published = "2026-03-12"
    document.language = .init(code: "zh-Hant", confidence: 0.93, segments: [.init(start: 0, end: 4, code: "en")])
    document.sentences = [.init(start: 0, end: 4), .init(start: 5, end: 11)]
    document.duplicate = .init(
      group: "g", role: .copy, of: "b", kind: .translation, score: 0.9, coverage: [1, 0.8],
      evidence: [.init(mine: 0, theirs: 1, score: 0.75)])
    document.story = "s"
    document.metadata = ["desk": "world", "rank": 3, "deep": .object(["x": .array([.null, true, .number(1.5)])])]
    return document
  }

  @Test func jsonRoundTrips() throws {
    let document = full()
    let line = try document.jsonLine()
    #expect(try JSONDecoder().decode(Document.self, from: line) == document)
    #expect(!line.contains(0x0A))
  }

  @Test func jsonHasTheFieldsOfTheContract() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: full().jsonLine()) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "duplicate", "id", "kind", "language", "metadata", "published", "sentences", "source", "story", "text", "title",
      ])
    let text = String(decoding: try full().jsonLine(), as: UTF8.self)
    #expect(text.contains("\"evidence\":[[0,1,0.75]]"))
    #expect(text.contains("\"sentences\":[[0,4],[5,11]]"))
    #expect(text.contains("\"source\":{\"bytes\":12,\"offset\":3,\"path\":\"x/y.txt\",\"sha256\":\"00\"}"))
  }

  @Test func unknownFieldsBecomeMetadata() throws {
    let json = #"{"id":"a","text":"t","desk":"world","metadata":{"old":1}}"#
    let document = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
    #expect(document.metadata == ["desk": "world", "old": 1])
    #expect(document.kind == .document)
  }

  @Test(arguments: [
    #""language":{"code":"en","confidence":1e300}"#,
    #""duplicate":{"group":"g","role":"copy","kind":"near","score":0.9,"coverage":[1e300,-1]}"#,
    #""duplicate":{"group":"g","role":"copy","kind":"near","score":0.9,"coverage":[1]}"#,
    #""sentences":[[5,2]]"#,
  ]) func impossibleNumbersAreRefused(field: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Document.self, from: Data(#"{"id":"a","text":"t",\#(field)}"#.utf8))
    }
  }

  @Test func deepValuesAreRefusedBeforeTheyCost() throws {
    func nested(_ depth: Int) -> Data {
      let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      return Data(#"{"id":"a","text":"t","deep":\#(value)}"#.utf8)
    }
    #expect(try JSONDecoder().decode(Document.self, from: nested(40)).metadata["deep"] != nil)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Document.self, from: nested(400)) }
  }

  @Test func equalDocumentsAreEqualBytes() throws {
    let lines = Set(try (0..<20).map { _ in try full().jsonLine() })
    #expect(lines.count == 1)
  }
}
