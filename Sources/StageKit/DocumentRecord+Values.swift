/// The fields of a ``DocumentRecord`` that have fields of their own, each written and read side by side.
extension DocumentRecord {
  // MARK: Places

  static func append(_ origin: Document.Origin, to bytes: inout [UInt8]) {
    bytes.append(flags: origin.sha256 != nil, origin.offset != nil)
    bytes.append(text: origin.path)
    if let sha256 = origin.sha256 { bytes.append(text: sha256) }
    bytes.append(integer: origin.bytes)
    if let offset = origin.offset { bytes.append(integer: offset) }
  }

  static func origin(_ reader: inout RecordReader) throws -> Document.Origin {
    let flags = try reader.flags(below: 4)
    return Document.Origin(
      path: try reader.text(), sha256: flags & 1 == 0 ? nil : try reader.text(), bytes: try reader.integer(),
      offset: flags & 2 == 0 ? nil : try reader.integer())
  }

  /// Ranges follow each other closely, so each is written as its distance from the last one and its length.
  static func append(_ sentences: [Document.TextRange], to bytes: inout [UInt8]) {
    bytes.append(count: sentences.count)
    var last = 0
    for sentence in sentences {
      bytes.append(integer: sentence.start &- last)
      bytes.append(integer: sentence.end &- sentence.start)
      last = sentence.end
    }
  }

  static func sentences(_ reader: inout RecordReader) throws -> [Document.TextRange] {
    let count = try reader.count(ofAtLeast: 2)
    var sentences: [Document.TextRange] = []
    sentences.reserveCapacity(count)
    var last = 0
    for _ in 0..<count {
      let start = last &+ (try reader.integer())
      last = start &+ (try reader.integer())
      sentences.append(.init(start: start, end: last))
    }
    return sentences
  }

  static func append(_ history: [Document.Step], to bytes: inout [UInt8]) {
    bytes.append(count: history.count)
    for step in history {
      bytes.append(text: step.stage)
      bytes.append(text: step.version)
    }
  }

  static func history(_ reader: inout RecordReader) throws -> [Document.Step] {
    let count = try reader.count(ofAtLeast: 2)
    var history: [Document.Step] = []
    // The engine adds the steps of the next stages.
    history.reserveCapacity(count + 4)
    for _ in 0..<count { history.append(.init(stage: try reader.text(), version: try reader.text())) }
    return history
  }

  // MARK: What stages found

  static func append(_ language: Document.Language, to bytes: inout [UInt8]) {
    bytes.append(flags: language.segments != nil)
    bytes.append(text: language.code)
    bytes.append(double: language.confidence)
    guard let segments = language.segments else { return }
    bytes.append(count: segments.count)
    for segment in segments {
      bytes.append(integer: segment.start)
      bytes.append(integer: segment.end)
      bytes.append(text: segment.code)
    }
  }

  static func language(_ reader: inout RecordReader) throws -> Document.Language {
    let flags = try reader.flags(below: 2)
    var language = Document.Language(code: try reader.text(), confidence: try reader.double())
    guard flags & 1 != 0 else { return language }
    var segments: [Document.Segment] = []
    for _ in 0..<(try reader.count(ofAtLeast: 3)) {
      segments.append(.init(start: try reader.integer(), end: try reader.integer(), code: try reader.text()))
    }
    language.segments = segments
    return language
  }

  static func append(_ duplicate: Document.Duplicate, to bytes: inout [UInt8]) {
    bytes.append(
      flags: duplicate.role == .copy, duplicate.of != nil, duplicate.evidence != nil, duplicate.direction != nil)
    let kind: UInt8 =
      switch duplicate.kind {
      case .exact: 0
      case .near: 1
      case .translation: 2
      }
    bytes.append(kind)
    bytes.append(text: duplicate.group)
    if let other = duplicate.of { bytes.append(text: other) }
    bytes.append(double: duplicate.score)
    bytes.append(count: duplicate.coverage.count)
    for share in duplicate.coverage { bytes.append(double: share) }
    if let direction = duplicate.direction { append(direction, to: &bytes) }
    guard let evidence = duplicate.evidence else { return }
    bytes.append(count: evidence.count)
    for pair in evidence {
      bytes.append(integer: pair.mine)
      bytes.append(integer: pair.theirs)
      bytes.append(double: pair.score)
    }
  }

  static func duplicate(_ reader: inout RecordReader) throws -> Document.Duplicate {
    let flags = try reader.flags(below: 16)
    let kind: Document.DuplicateKind =
      switch try reader.byte() {
      case 0: .exact
      case 1: .near
      case 2: .translation
      default: throw reader.damaged("an unknown kind of duplicate")
      }
    var duplicate = Document.Duplicate(
      group: try reader.text(), role: flags & 1 == 0 ? .original : .copy, of: flags & 2 == 0 ? nil : try reader.text(),
      kind: kind, score: try reader.double(), coverage: [])
    for _ in 0..<(try reader.count(ofAtLeast: 8)) { duplicate.coverage.append(try reader.double()) }
    if flags & 8 != 0 { duplicate.direction = try direction(&reader) }
    guard flags & 4 != 0 else { return duplicate }
    let count = try reader.count(ofAtLeast: 10)
    var evidence: [Document.Evidence] = []
    evidence.reserveCapacity(count)
    for _ in 0..<count {
      evidence.append(.init(mine: try reader.integer(), theirs: try reader.integer(), score: try reader.double()))
    }
    duplicate.evidence = evidence
    return duplicate
  }

  static func append(_ summary: [Document.SummarySentence], to bytes: inout [UInt8]) {
    bytes.append(count: summary.count)
    for sentence in summary {
      bytes.append(flags: sentence.language != nil)
      bytes.append(text: sentence.text)
      if let language = sentence.language { bytes.append(text: language) }
      bytes.append(count: sentence.from.count)
      for source in sentence.from {
        bytes.append(text: source.id)
        bytes.append(integer: source.sentence)
      }
    }
  }

  static func summary(_ reader: inout RecordReader) throws -> [Document.SummarySentence] {
    var summary: [Document.SummarySentence] = []
    for _ in 0..<(try reader.count(ofAtLeast: 3)) {
      let flags = try reader.flags(below: 2)
      var sentence = Document.SummarySentence(text: try reader.text(), from: [])
      if flags & 1 != 0 { sentence.language = try reader.text() }
      for _ in 0..<(try reader.count(ofAtLeast: 2)) {
        sentence.from.append(.init(id: try reader.text(), sentence: try reader.integer()))
      }
      summary.append(sentence)
    }
    return summary
  }

  // MARK: Metadata

  /// Sorted by key, so that equal documents are equal bytes.
  static func append(_ object: [String: JSONValue], to bytes: inout [UInt8]) {
    bytes.append(count: object.count)
    for (key, value) in object.inOrderOfKeys {
      bytes.append(text: key)
      append(value, to: &bytes)
    }
  }

  static func object(_ reader: inout RecordReader, depth: Int) throws -> [String: JSONValue] {
    let count = try reader.count(ofAtLeast: 2)
    var object: [String: JSONValue] = [:]
    for _ in 0..<count {
      let key = try reader.text()
      guard object.updateValue(try value(&reader, depth: depth), forKey: key) == nil else {
        throw reader.damaged("a key stands twice")
      }
    }
    return object
  }

  private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(0)
    case .bool(let value): bytes.append(value ? 2 : 1)
    case .integer(let value):
      bytes.append(3)
      bytes.append(integer: value)
    case .number(let value):
      bytes.append(4)
      bytes.append(double: value)
    case .string(let value):
      bytes.append(5)
      bytes.append(text: value)
    case .array(let elements):
      bytes.append(6)
      bytes.append(count: elements.count)
      for element in elements { append(element, to: &bytes) }
    case .object(let object):
      bytes.append(7)
      append(object, to: &bytes)
    }
  }

  private static func value(_ reader: inout RecordReader, depth: Int) throws -> JSONValue {
    switch try reader.byte() {
    case 0: return .null
    case 1: return .bool(false)
    case 2: return .bool(true)
    case 3: return .integer(try reader.integer())
    case 4: return .number(try reader.double())
    case 5: return .string(try reader.text())
    case let container where container <= 7:
      guard depth < RecordReader.maximumDepth else { throw reader.damaged("values lie too deep in each other") }
      if container == 7 { return .object(try object(&reader, depth: depth + 1)) }
      let count = try reader.count(ofAtLeast: 1)
      var elements: [JSONValue] = []
      for _ in 0..<count { elements.append(try value(&reader, depth: depth + 1)) }
      return .array(elements)
    default: throw reader.damaged("an unknown kind of value")
    }
  }
}

extension RecordReader {
  /// A byte of flags that must be less than `limit`.
  mutating func flags(below limit: UInt8) throws -> UInt8 {
    let flags = try byte()
    guard flags < limit else { throw damaged("impossible flags") }
    return flags
  }
}

extension [UInt8] {
  /// A byte with a bit for each flag, the first one lowest.
  mutating func append(flags first: Bool, _ second: Bool = false, _ third: Bool = false, _ fourth: Bool = false) {
    append((first ? 1 : 0) | (second ? 2 : 0) | (third ? 4 : 0) | (fourth ? 8 : 0))
  }
}
