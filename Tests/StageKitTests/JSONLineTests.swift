import Foundation
import StageKit
import Testing

/// `JSONEncoder` is the oracle: what we write by hand must be its bytes.
@Suite struct JSONLineTests {
  private func expectSameBytes(_ document: Document, _ place: Testing.SourceLocation = #_sourceLocation) throws {
    let (ours, theirs) = (try document.jsonLine(), try JSONLine.encode(document))
    #expect(ours == theirs, "\(String(decoding: theirs, as: UTF8.self).debugDescription)", sourceLocation: place)
  }

  @Test func randomDocumentsAreTheEncodersBytes() throws {
    var random = RandomDocuments(seed: 21)
    for _ in 0..<1500 { try expectSameBytes(random.document()) }
  }

  @Test func everyScalarThatCouldMatterIsTheEncodersBytes() throws {
    // Each at every place in a word of eight bytes, and between other escapes.
    let scalars = (0..<0x300).map { UInt32($0) } + [0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600, 0x10FFFF]
    let all = scalars.compactMap(Unicode.Scalar.init).map(String.init)
    try expectSameBytes(Document(id: "a", text: all.joined()))
    for shift in 0..<9 {
      let start = String(repeating: "x", count: shift)
      try expectSameBytes(Document(id: start, text: all.map { start + $0 + "y\"" }.joined()))
      for last in ["", "\"", "\\", "\n", "é"] { try expectSameBytes(Document(id: "a", text: start + last)) }
    }
  }

  @Test func numbersAreTheEncodersBytes() throws {
    var random = RandomDocuments(seed: 22)
    var document = Document(id: "a", text: "t")
    document.metadata["numbers"] = .array((0..<5000).map { _ in .number(random.number()) })
    document.metadata["integers"] = .array((0..<2000).map { _ in .integer(random.integer()) })
    document.language = .init(code: "en", confidence: 1)
    try expectSameBytes(document)
  }

  @Test func keysAreSortedAsTheEncoderSortsThem() throws {
    var document = Document(id: "a", text: "t")
    let keys = [
      "b", "a", "A", "é", "e", "f", "\u{FFFF}", "😀", "\u{E000}", "10", "9", "", "a10", "a9", "_", "-", "\u{1}", "ß",
      "ss", "İ", "i", "I", "\u{2126}", "\u{85}", "\u{FEFF}", "\u{1112}\u{1161}\u{11AB}", "한국", "e\u{302}", "z\"",
      "\u{2000}", "\u{2126}x", "Ωa", "\u{344}", "\u{343}z",
    ]
    for (index, key) in keys.enumerated() { document.metadata[key] = .integer(index) }
    document.metadata["in it"] = .object(document.metadata)
    try expectSameBytes(document)
    var random = RandomDocuments(seed: 23)
    for _ in 0..<300 { document.metadata[random.text(upTo: 6)] = .null }
    try expectSameBytes(document)
  }

  @Test func appendingLeavesWhatIsThere() throws {
    var bytes = Array("before".utf8)
    try Document(id: "a", text: "t").appendJSONLine(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == #"before{"id":"a","kind":"document","text":"t"}"#)
  }

  @Test func whatJSONCantSayIsAnErrorWithoutContent() {
    var document = Document(id: "a7", text: "secret")
    document.language = .init(code: "en", confidence: .nan)
    var bytes = Array("before".utf8)
    #expect(
      throws: StageError(
        "not-json",
        "the document a7 can't be written as JSON: a number in it is infinite or undefined; "
          + "the stage that made the value must not")
    ) { try document.appendJSONLine(to: &bytes) }
    #expect(bytes == Array("before".utf8))
    document.language = nil
    document.metadata["x"] = .array([.number(-.infinity)])
    #expect(throws: StageError.self) { try document.jsonLine() }
  }

  @Test func depthEndsWhereTheEncoderEnds() throws {
    func nested(_ depth: Int, inObjects: Bool) -> Document {
      var value = JSONValue.null
      for _ in 0..<depth { value = inObjects ? .object(["k": value]) : .array([value]) }
      var document = Document(id: "a", text: "t")
      document.metadata = ["deep": value]
      return document
    }
    for inObjects in [false, true] {
      for depth in 505...515 {
        let document = nested(depth, inObjects: inObjects)
        let theirs = try? JSONLine.encode(document)
        #expect((try? document.jsonLine()) == theirs, "\(depth)")
      }
    }
  }
}
