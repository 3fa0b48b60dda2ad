import StageKit
import Testing

@Suite struct DocumentRecordTests {
  private func record(_ document: Document, withHistory: Bool = true) -> [UInt8] {
    var bytes: [UInt8] = []
    DocumentRecord.append(document, withHistory: withHistory, to: &bytes)
    return bytes
  }

  private func read(_ bytes: [UInt8]) throws -> Document { try bytes.withUnsafeBytes(DocumentRecord.read) }

  private func changes(from before: Document, to after: Document) -> [UInt8] {
    var bytes: [UInt8] = []
    DocumentRecord.appendChanges(from: before, to: after, into: &bytes)
    return bytes
  }

  private func apply(_ changes: [UInt8], to document: inout Document) throws {
    try changes.withUnsafeBytes { try DocumentRecord.apply($0, to: &document) }
  }

  @Test func everyFieldComesBackExactly() throws {
    var random = RandomDocuments(seed: 1)
    for _ in 0..<800 {
      let document = random.document()
      let bytes = record(document)
      let copy = try read(bytes)
      #expect(copy == document)
      // `==` takes 0 and -0, and é in its two spellings, for the same; records do not.
      #expect(record(copy) == bytes)
    }
  }

  @Test func numbersAndTextsKeepTheirBits() throws {
    var document = Document(id: "e\u{301}", text: "é\u{0}\u{2028}")
    document.language = .init(code: "en", confidence: -0.0)
    document.duplicate = .init(
      group: "g", role: .copy, kind: .near, score: Double(bitPattern: 0x7FF8_0000_0000_0BAD), coverage: [.infinity])
    document.sentences = [.init(start: .min, end: .max), .init(start: .max, end: .min)]
    let copy = try read(record(document))
    #expect(copy.id.utf8.elementsEqual(document.id.utf8) && copy.text.utf8.elementsEqual(document.text.utf8))
    #expect(copy.language?.confidence.sign == .minus)
    #expect(copy.duplicate?.score.bitPattern == 0x7FF8_0000_0000_0BAD)
    #expect(copy.duplicate?.coverage == [.infinity])
    #expect(copy.sentences == document.sentences)
  }

  @Test func emptyIsNotAbsent() throws {
    var document = Document(id: "", text: "")
    #expect(try read(record(document)) == document)
    document.title = ""
    document.language = .init(code: "", confidence: 0, segments: [])
    document.sentences = []
    document.summary = [.init(text: "", from: [], language: "")]
    document.duplicate = .init(group: "", role: .original, of: "", kind: .exact, score: 0, coverage: [], evidence: [])
    document.origin = .init(path: "", sha256: "", bytes: 0, offset: 0)
    let copy = try read(record(document))
    #expect(copy == document && copy.summary?[0].language == "" && copy.sentences == [])
  }

  @Test func historyMayBeLeftOut() throws {
    var document = Document(id: "a", text: "t")
    document.stamp(.init(stage: "read", version: "1"))
    #expect(try read(record(document, withHistory: false)).history.isEmpty)
    #expect(try read(record(document)).history == document.history)
  }

  @Test func equalDocumentsAreEqualBytes() {
    let records = (0..<20).map { round -> [UInt8] in
      var document = Document(id: "a", text: "t")
      // Dictionaries of different histories keep their keys in different orders.
      for key in (0..<50) { document.metadata["key \((key + round * 7) % 50)"] = .integer((key + round * 7) % 50) }
      return record(document)
    }
    #expect(Set(records).count == 1)
  }

  @Test func changesTurnTheOldIntoTheNew() throws {
    var random = RandomDocuments(seed: 2)
    for _ in 0..<800 {
      let before = random.document()
      var after = before
      random.change(&after)
      after.stamp(.init(stage: "not part of it", version: "1"))
      var copy = before
      try apply(changes(from: before, to: after), to: &copy)
      #expect(record(copy, withHistory: false) == record(after, withHistory: false))
      #expect(copy.history == before.history)
    }
  }

  @Test func changesHoldNothingThatIsTheSame() {
    var random = RandomDocuments(seed: 3)
    for _ in 0..<100 {
      let document = random.document()
      #expect(changes(from: document, to: document).count == 5)
    }
    var (before, after) = (
      Document(id: "a", text: String(repeating: "long ", count: 1000)), Document(id: "b", text: "")
    )
    after = before
    after.story = "s"
    #expect(changes(from: before, to: after).count == 7)
    // Canonically equivalent, and yet not the same bytes.
    before.text = "é"
    after = before
    after.text = "e\u{301}"
    #expect(changes(from: before, to: after).count == 9)
  }

  @Test func damagedBytesAreRefusedOrReadAndNeverFatal() {
    var random = RandomDocuments(seed: 4)
    var refused = 0
    for round in 0..<300 {
      let document = random.document()
      var edited = document
      random.change(&edited)
      let isRecord = round % 2 == 0
      let whole = isRecord ? record(document) : changes(from: document, to: edited)
      for _ in 0..<25 {
        var bytes = whole
        if random.oneIn(3) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: 0..<min(bytes.count, random.oneIn(2) ? 12 : bytes.count), using: &random)
          bytes[place] = random.oneIn(2) ? UInt8(truncatingIfNeeded: random.next()) : 0xFF
        }
        if random.oneIn(4) { bytes += random.some(upTo: 9) { UInt8(truncatingIfNeeded: $0.next()) } }
        var copy = document
        do {
          if isRecord { _ = try read(bytes) } else { try apply(bytes, to: &copy) }
        } catch let error as StageError {
          #expect(error.code == "damaged-record")
          #expect(record(copy) == record(document))
          refused += 1
        } catch {
          Issue.record("another error: \(error)")
        }
      }
    }
    #expect(refused > 3000)
  }

  @Test func everyCutAndEveryTrailingByteIsRefused() throws {
    var random = RandomDocuments(seed: 5)
    for _ in 0..<20 {
      let bytes = record(random.document())
      for length in Set([0, 1, 2, 3, bytes.count / 2, bytes.count - 1]) {
        #expect(throws: StageError.self) { try read(Array(bytes[..<length])) }
      }
      #expect(throws: StageError.self) { try read(bytes + [0]) }
    }
  }

  @Test(
    arguments: [
      // A text longer than there are bytes; one of almost 2^64 bytes; a number of more than 64 bits; half a sequence.
      [0xD1, 2, 0, 5, 0x61], [0xD1, 2, 0] + [UInt8](repeating: 0xFF, count: 9) + [1],
      [0xD1, 2, 0] + [UInt8](repeating: 0xFF, count: 10), [0xD1, 2, 0, 0, 1, 0xC3],
      // A mask without a text, an unknown field, another version.
      [0xD1, 0, 0, 0], [0xD1, 2, 0x80, 0, 0], [0xD2, 2, 0, 0, 0], [],
      // 2^40 sentences.
      [0xD1, 0x42, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 0],
    ] as [[UInt8]]) func impossibleRecordsAreRefused(bytes: [UInt8])
  {
    #expect {
      try read(bytes)
    } throws: {
      ($0 as? StageError)?.code == "damaged-record"
    }
  }

  @Test func theErrorSaysWhereAndWhatToDo() {
    #expect {
      try read([0xD1, 2, 0, 0, 1, 0xC3])
    } throws: { error in
      (error as? StageError)?.message
        == "the stored form of a document is damaged (a text is not UTF-8, before byte 5 of 6); it was cut short, "
        + "altered, or written by another version: remove the file it came from, and run again"
    }
  }

  @Test func metadataMayLieDeepButNotBottomless() throws {
    func nested(_ depth: Int) -> Document {
      var value = JSONValue.null
      for _ in 0..<depth { value = .array([value]) }
      var document = Document(id: "a", text: "t")
      document.metadata = ["deep": value]
      return document
    }
    #expect(try read(record(nested(400))) == nested(400))
    #expect(throws: StageError.self) { try read(record(nested(600))) }
  }
}

@Suite struct UTF8ValidationTests {
  /// The standard library is the oracle.
  @Test func agreesWithTheStandardLibrary() {
    var random = RandomDocuments(seed: 6)
    let odd: [UInt8] = [
      0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
      0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var valid = 0
    for round in 0..<30_000 {
      var bytes: [UInt8]
      if round % 2 == 0 {
        bytes = random.some(upTo: 5) { odd[Int.random(in: 0..<odd.count, using: &$0)] }
        if random.oneIn(2) { bytes = Array("ascii text".utf8.prefix(Int(random.next() % 10))) + bytes }
      } else {
        bytes = Array(random.text(upTo: 12).utf8)
        if !bytes.isEmpty, random.oneIn(2) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = odd[Int.random(in: 0..<odd.count, using: &random)]
        }
      }
      let text = bytes.withUnsafeBufferPointer { String(utf8: $0) }
      let expected = String(validating: bytes, as: UTF8.self)
      guard (text == nil) == (expected == nil), text.map({ Array($0.utf8) == bytes }) ?? true else {
        Issue.record("\(bytes)")
        return
      }
      if text != nil { valid += 1 }
    }
    #expect((6_000...27_000).contains(valid))
  }
}
