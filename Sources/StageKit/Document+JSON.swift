import Foundation

/// The JSON form of documents: one object a line in exports, bundles and on a plugin's pipe.
///
/// Keys are sorted and absent means unknown, so that equal documents are equal bytes.
extension Document: Codable {
  /// The names of the fields in JSON.
  package enum Field: String, CaseIterable, CodingKey {
    case id, kind, title, text, published, author, url, language, sentences, duplicate, decisions, earlier, story,
      summary, parents
    case metadata, history
    case origin = "source"
  }

  /// Reads a document; fields it does not know are kept as ``metadata``.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Field.self)
    self.init(
      id: try fields.decode(String.self, forKey: .id),
      kind: try fields.decodeIfPresent(Kind.self, forKey: .kind) ?? .document,
      text: try fields.decode(String.self, forKey: .text))
    origin = try fields.decodeIfPresent(Origin.self, forKey: .origin)
    title = try fields.decodeIfPresent(String.self, forKey: .title)
    published = try fields.decodeIfPresent(String.self, forKey: .published)
    author = try fields.decodeIfPresent(String.self, forKey: .author)
    url = try fields.decodeIfPresent(String.self, forKey: .url)
    language = try fields.decodeIfPresent(Language.self, forKey: .language)
    sentences = try fields.decodeIfPresent([TextRange].self, forKey: .sentences)
    duplicate = try fields.decodeIfPresent(Duplicate.self, forKey: .duplicate)
    decisions = try fields.decodeIfPresent([Decision].self, forKey: .decisions)
    earlier = try fields.decodeIfPresent([EarlierReport].self, forKey: .earlier)
    story = try fields.decodeIfPresent(String.self, forKey: .story)
    summary = try fields.decodeIfPresent([SummarySentence].self, forKey: .summary)
    parents = try fields.decodeIfPresent([String].self, forKey: .parents) ?? []
    metadata = try fields.decodeIfPresent([String: JSONValue].self, forKey: .metadata) ?? [:]
    history = try fields.decodeIfPresent([Step].self, forKey: .history) ?? []

    let all = try decoder.container(keyedBy: AnyKey.self)
    for key in all.allKeys where Field(rawValue: key.stringValue) == nil {
      metadata[key.stringValue] = try all.decode(JSONValue.self, forKey: key)
    }
    try refuseImpossibleNumbers(decoder)
  }

  /// Numbers that no stage writes: whoever uses a document may rely on shares being shares.
  private func refuseImpossibleNumbers(_ decoder: any Decoder) throws {
    let share = -0.001...1.001
    var fault: Field?
    if let language, !share.contains(language.confidence) { fault = .language }
    if let duplicate {
      let isFine =
        share.contains(duplicate.score) && duplicate.coverage.count == 2
        && duplicate.coverage.allSatisfy(share.contains)
        && duplicate.evidence?.contains { $0.mine < 0 || $0.theirs < 0 } != true
      if !isFine { fault = .duplicate }
    }
    let isFine = { (report: EarlierReport) in
      share.contains(report.score) && report.coverage.count == 2 && report.coverage.allSatisfy(share.contains)
    }
    if earlier?.allSatisfy(isFine) == false { fault = .earlier }
    if sentences?.contains(where: { $0.start < 0 || $0.end < $0.start }) == true { fault = .sentences }
    if let fault {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath + [fault], debugDescription: "a number is out of its range"))
    }
  }

  /// Writes the document; what is unknown or empty is left out.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Field.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(kind, forKey: .kind)
    try fields.encodeIfPresent(origin, forKey: .origin)
    try fields.encodeIfPresent(title, forKey: .title)
    try fields.encode(text, forKey: .text)
    try fields.encodeIfPresent(published, forKey: .published)
    try fields.encodeIfPresent(author, forKey: .author)
    try fields.encodeIfPresent(url, forKey: .url)
    try fields.encodeIfPresent(language, forKey: .language)
    try fields.encodeIfPresent(sentences, forKey: .sentences)
    try fields.encodeIfPresent(duplicate, forKey: .duplicate)
    try fields.encodeIfPresent(decisions, forKey: .decisions)
    try fields.encodeIfPresent(earlier, forKey: .earlier)
    try fields.encodeIfPresent(story, forKey: .story)
    try fields.encodeIfPresent(summary, forKey: .summary)
    if !parents.isEmpty { try fields.encode(parents, forKey: .parents) }
    if !metadata.isEmpty { try fields.encode(metadata, forKey: .metadata) }
    if !history.isEmpty { try fields.encode(history, forKey: .history) }
  }
}

/// How the project writes a value as one line of JSON: sorted keys, slashes as they are, no line break inside.
public enum JSONLine {
  /// One line of UTF-8, without the line break.
  public static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  /// The same value over several indented lines, for files that people read; ends with a line break.
  public static func encodeReadably(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return try encoder.encode(value) + Data([0x0A])
  }
}

extension Document.TextRange: Codable {
  /// Reads `[start, end]`.
  public init(from decoder: any Decoder) throws {
    var pair = try decoder.unkeyedContainer()
    self.init(start: try pair.decode(Int.self), end: try pair.decode(Int.self))
  }

  /// Writes `[start, end]`.
  public func encode(to encoder: any Encoder) throws {
    var pair = encoder.unkeyedContainer()
    try pair.encode(start)
    try pair.encode(end)
  }
}

extension Document.Evidence: Codable {
  /// Reads `[mine, theirs, score]`.
  public init(from decoder: any Decoder) throws {
    var triple = try decoder.unkeyedContainer()
    self.init(
      mine: try triple.decode(Int.self), theirs: try triple.decode(Int.self), score: try triple.decode(Double.self))
  }

  /// Writes `[mine, theirs, score]`.
  public func encode(to encoder: any Encoder) throws {
    var triple = encoder.unkeyedContainer()
    try triple.encode(mine)
    try triple.encode(theirs)
    try triple.encode(score)
  }
}
