/// What the splitter knows of one language.
struct SentenceRules: Sendable {
  /// How an abbreviation behaves at its full stop.
  enum Abbreviation: Sendable {
    /// Something always follows: titles, "e.g.".
    case always
    /// An abbreviation only before a number, where "no." and "jan." are not words.
    case beforeNumber
    /// May end a sentence as well: "etc.", "Inc.".
    case maybeLast
  }

  /// What a full stop behind a number can mean.
  enum Ordinals: Sendable {
    /// The end of the sentence and nothing else.
    case without
    /// An ordinal, before words that are written small ("3. toukokuuta"); Roman ones before names too.
    case beforeSmall
    /// An ordinal, before words that are capitalised as well: "27. Januar", "2. Dünya Savaşı".
    case beforeAll
  }

  /// Abbreviations in lower case, without their last full stop.
  let abbreviations: [String: Abbreviation]
  /// Words in lower case that, capitalised behind an abbreviation, show that a new sentence has begun.
  let starters: Set<String>
  /// Words that take up the quotation before them ("…", he said), so that the sentence goes on.
  let quotatives: [[Unicode.Scalar]]
  /// How the language writes ordinal numbers.
  let ordinals: Ordinals

  /// The rules for a BCP 47 code; those common to all languages when it is nil or not in the tables.
  static func rules(for language: String?) -> SentenceRules {
    guard let base = language?.lowercased().prefix(while: { $0 != "-" && $0 != "_" }) else { return common }
    return byLanguage[aliases[String(base)] ?? String(base)] ?? common
  }

  private static let aliases = [
    "nb": "no", "nn": "no", "da": "no", "bs": "hr", "sr": "hr", "sh": "hr", "cnr": "hr", "ms": "id", "tl": "fil",
    "be": "uk", "ne": "hi", "as": "bn", "prs": "fa", "lb": "de",
  ]

  private static let common = SentenceRules(SentenceTable(SentenceTable.titles))

  private static let byLanguage: [String: SentenceRules] = SentenceTable.byLanguage.mapValues(SentenceRules.init)

  private init(_ table: SentenceTable) {
    var abbreviations: [String: Abbreviation] = [:]
    for source in [SentenceTable.everywhere, table] {
      for word in source.always.split(separator: " ") { abbreviations[String(word)] = .always }
      for word in source.beforeNumber.split(separator: " ") { abbreviations[String(word)] = .beforeNumber }
      for word in source.maybeLast.split(separator: " ") { abbreviations[String(word)] = .maybeLast }
    }
    self.abbreviations = abbreviations
    starters = Set(table.starters.split(separator: " ").map(String.init))
    quotatives = table.quotatives.split(separator: " ").map { Array($0.unicodeScalars) }
    ordinals = table.ordinals
  }
}
