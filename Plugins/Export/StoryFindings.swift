import StageKit

/// What `summarize` says of a story beside its sentences, as it stands in a summary's `metadata`.
public struct StoryKeywords: Sendable, Equatable, Codable {
  /// People, places, companies, in the summary's language.
  public var names: [String]
  /// Countries, in the summary's language.
  public var places: [String]
  /// Figures of the sentences that matter most, as they are written.
  public var numbers: [String]
  /// Days, as they are written.
  public var dates: [String]

  /// All of them in one row.
  var all: [String] { places + names + dates + numbers }

  init?(_ value: JSONValue?) {
    guard case .object(let fields)? = value else { return nil }
    func list(_ key: String) -> [String] {
      guard case .array(let values)? = fields[key] else { return [] }
      return values.compactMap { value in
        if case .string(let text) = value { text } else { nil }
      }
    }
    (names, places, numbers, dates) = (list("names"), list("places"), list("numbers"), list("dates"))
  }
}

/// Something that the reports of a story do not share.
public struct StoryDifference: Sendable, Equatable, Codable {
  /// A sentence of a report.
  public struct Statement: Sendable, Equatable, Codable {
    /// The report's id.
    public var id: String
    /// The sentence's number in it.
    public var sentence: Int
    /// The sentence.
    public var text: String
    /// Its language's code.
    public var language: String
    /// The figure that is meant, as it is written.
    public var number: String?
  }

  /// `numbers`: figures disagree; `report`: one report alone says it; `language`: reports in one language alone do.
  public var kind: String
  /// One for each report that is quoted.
  public var statements: [Statement]

  init?(_ value: JSONValue) {
    guard case .object(let fields) = value, case .string(let kind)? = fields["kind"],
      case .array(let entries)? = fields["statements"]
    else { return nil }
    self.kind = kind
    statements = entries.compactMap { entry in
      guard case .object(let fields) = entry, case .string(let id)? = fields["id"],
        case .integer(let sentence)? = fields["sentence"], case .string(let text)? = fields["text"]
      else { return nil }
      var statement = Statement(id: id, sentence: sentence, text: text, language: "und")
      if case .string(let language)? = fields["language"] { statement.language = language }
      if case .string(let number)? = fields["number"] { statement.number = number }
      return statement
    }
    guard !statements.isEmpty else { return nil }
  }

  /// All that are well formed.
  static func all(_ value: JSONValue?) -> [StoryDifference] {
    guard case .array(let entries)? = value else { return [] }
    return entries.compactMap(StoryDifference.init)
  }
}
