import StageKit
import StageTesting

/// Documents with anything in them that a document can have; the same seed makes the same ones.
struct RandomDocuments: RandomNumberGenerator {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  /// True once in `count` times.
  mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

  private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? { oneIn(2) ? nil : make(&self) }

  mutating func some<Value>(upTo count: Int, _ make: (inout Self) -> Value) -> [Value] {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in make(&self) }
  }

  private static let pieces = [
    "a", "report", " ", "0", "/", "\"", "\\", "\n", "\r", "\r\n", "\t", "\u{8}", "\u{C}", "\u{0}", "\u{1}", "\u{1F}",
    "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}", "é", "e\u{301}", "\u{212B}", "ß", "اللغة", "מ", "语言", "한국", "😀", "👩‍👩‍👧",
    "\u{FEFF}", "\u{FFFF}", "\u{10FFFF}", "\u{E000}", "Ω", "ﬁ", "İ", "Z", "_", "-", "~", "10", "9",
  ]

  mutating func text(upTo count: Int = 8) -> String {
    some(upTo: count) { Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &$0)] }.joined()
  }

  mutating func integer() -> Int {
    switch Int.random(in: 0..<4, using: &self) {
    case 0: Int(truncatingIfNeeded: next())
    case 1: [0, -1, 1, Int.min, Int.max, 63, 64, -64, -65][Int.random(in: 0..<9, using: &self)]
    default: Int.random(in: -300...3000, using: &self)
    }
  }

  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.1, 0.25, 1e15, 1e16, 1e17, 123_456_789_012_345_680, 1e21, 1e22, 1e-4, 1e-5, 1e-7,
    .leastNonzeroMagnitude,
    .greatestFiniteMagnitude, .leastNormalMagnitude, .pi, 1.0 / 3, 9_007_199_254_740_992, 1e300, -1e-300,
  ]

  /// A finite double.
  mutating func number() -> Double {
    switch Int.random(in: 0..<3, using: &self) {
    case 0: return Self.numbers[Int.random(in: 0..<Self.numbers.count, using: &self)]
    case 1: return Double.random(in: 0...1, using: &self)
    default:
      let any = Double(bitPattern: next())
      return any.isFinite ? any : 0.5
    }
  }

  mutating func json(depth: Int = 0) -> JSONValue {
    switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &self) {
    case 0: .null
    case 1: .bool(oneIn(2))
    case 2: .integer(integer())
    case 3: .number(number())
    case 4, 5: .string(text())
    case 6: .array(some(upTo: 3) { $0.json(depth: depth + 1) })
    default: .object(object(depth: depth + 1))
    }
  }

  mutating func object(depth: Int = 0) -> [String: JSONValue] {
    var object: [String: JSONValue] = [:]
    for key in some(upTo: 5, { $0.text(upTo: 4) }) { object[key] = json(depth: depth) }
    return object
  }

  mutating func document() -> Document {
    var document = Document(id: text(), kind: oneIn(4) ? .summary : .document, text: text(upTo: oneIn(10) ? 3000 : 60))
    change(&document, everything: true)
    for _ in 0..<Int.random(in: 0...4, using: &self) { document.stamp(.init(stage: text(), version: text())) }
    return document
  }

  /// Gives some fields new values, or all that stages may change.
  mutating func change(_ document: inout Document, everything: Bool = false) {
    func isMeant(_ random: inout Self) -> Bool { everything || random.oneIn(4) }
    if isMeant(&self) { document.title = maybe { $0.text() } }
    if !everything, oneIn(4) { document.text = text(upTo: 60) }
    if isMeant(&self) { document.published = maybe { $0.text() } }
    if isMeant(&self) { document.author = maybe { $0.text() } }
    if isMeant(&self) { document.url = maybe { $0.text() } }
    if isMeant(&self) { document.language = maybe { $0.language() } }
    if isMeant(&self) {
      document.sentences = maybe { $0.some(upTo: 30) { .init(start: $0.integer(), end: $0.integer()) } }
    }
    if isMeant(&self) { document.duplicate = maybe { $0.duplicate() } }
    if isMeant(&self) { document.decisions = maybe { $0.some(upTo: 3) { $0.decision() } } }
    if isMeant(&self) { document.earlier = maybe { $0.some(upTo: 3) { $0.earlierReport() } } }
    if isMeant(&self) { document.story = maybe { $0.text() } }
    if isMeant(&self) { document.summary = maybe { $0.some(upTo: 4) { $0.summarySentence() } } }
    if isMeant(&self) { document.parents = some(upTo: 4) { $0.text() } }
    if isMeant(&self) { document.metadata = oneIn(2) ? [:] : object() }
    if isMeant(&self) {
      document.origin = maybe {
        .init(path: $0.text(), sha256: $0.maybe { $0.text() }, bytes: $0.integer(), offset: $0.maybe { $0.integer() })
      }
    }
  }

  private mutating func language() -> Document.Language {
    .init(
      code: text(), confidence: number(),
      segments: maybe { $0.some(upTo: 3) { .init(start: $0.integer(), end: $0.integer(), code: $0.text()) } })
  }

  private mutating func duplicate() -> Document.Duplicate {
    .init(
      group: text(), role: oneIn(2) ? .original : .copy, of: maybe { $0.text() },
      kind: Document.DuplicateKind.allCases[Int.random(in: 0..<3, using: &self)], score: number(),
      coverage: some(upTo: 3) { $0.number() },
      evidence: maybe { $0.some(upTo: 5) { .init(mine: $0.integer(), theirs: $0.integer(), score: $0.number()) } },
      direction: maybe { $0.direction() })
  }

  private mutating func one<Value>(of values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &self)]
  }

  private mutating func decision() -> Document.Decision {
    .init(
      one(of: Document.Decision.Verdict.allCases), other: text(), by: maybe { $0.text() }, why: maybe { $0.text() })
  }

  private mutating func earlierReport() -> Document.EarlierReport {
    .init(
      id: text(), bundle: text(), date: text(), kind: one(of: Document.DuplicateKind.allCases), score: number(),
      coverage: some(upTo: 3) { $0.number() })
  }

  private mutating func direction() -> Document.Direction {
    .init(
      source: one(of: Document.Direction.Side.allCases),
      signs: some(upTo: 3) {
        .init(
          on: $0.one(of: Document.Direction.Side.allCases), $0.one(of: Document.Direction.Sign.Kind.allCases),
          $0.text())
      })
  }

  private mutating func summarySentence() -> Document.SummarySentence {
    .init(
      text: text(), from: some(upTo: 3) { .init(id: $0.text(), sentence: $0.integer()) },
      language: maybe { $0.text() })
  }
}
