import Foundation
import StageKit

/// What is remembered of a document while the others go by, before it is laid out in columns.
struct DocumentFeatures: Sendable {
  fileprivate let text: TextFeatures
  fileprivate let published: Double?
  fileprivate let length: Int
  fileprivate let sentences: Int
  fileprivate let language: LanguageKey
  fileprivate let names: [UInt8]

  /// What is remembered of a document, whose text has been looked at.
  init(_ document: Document, _ features: TextFeatures) {
    text = features
    published = document.published.flatMap(Ranking.seconds)
    length = document.text.scalarCount
    sentences = document.sentences?.count ?? 0
    language = LanguageKey(document.language?.code)
    names = NameFile.record(path: document.origin?.path ?? "", id: document.id)
  }
}

/// What is remembered of all documents: some 60 bytes each, in columns by place, which is the number in the input.
///
/// Words, ids and paths lie on disk. After ``finish(watching:)`` documents have ranks, and nothing is added.
struct CorpusFeatures: Sendable {
  /// The words of the texts, by place.
  private(set) var words: WordSets
  /// Runs of words, by place; see ``Passages``.
  private(set) var passages: WordSets
  private var names: NameFile
  private var published: [Double] = []
  private var lengths: [UInt32] = []
  private var fingerprints: [ContentKey] = []
  private var flags: [Flags] = []
  private var sentenceCounts: [UInt32] = []
  private var languageNumbers: [UInt32] = []
  private var languages: [LanguageKey] = []
  private var numbers: [LanguageKey: UInt32] = [:]
  /// The places of documents by rank.
  private(set) var order: [Int32] = []
  private var ranks: [Int32] = []

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let isDocument = Flags(rawValue: 1)
    static let hasFingerprint = Flags(rawValue: 2)
    static let isLongEnough = Flags(rawValue: 4)
  }

  /// Nothing, with files in `directory`.
  init(in directory: URL) throws {
    words = try WordSets(in: directory)
    passages = try WordSets(in: directory, name: "passages")
    names = try NameFile(in: directory)
  }

  /// Adds the next documents; nil for summaries, which have a place but no rank.
  mutating func append(_ documents: [DocumentFeatures?]) throws {
    try words.append(documents.map { $0?.text.units ?? [] })
    try passages.append(documents.map { $0?.text.passages ?? [] })
    for document in documents {
      let text = document?.text
      try names.append(document?.names ?? [])
      published.append(document?.published ?? .infinity)
      lengths.append(UInt32(clamping: document?.length ?? 0))
      fingerprints.append(text?.fingerprint ?? ContentKey(high: 0, low: 0))
      var own: Flags = document == nil ? [] : .isDocument
      if text?.fingerprint != nil { own.insert(.hasFingerprint) }
      if text?.isLongEnough == true { own.insert(.isLongEnough) }
      flags.append(own)
      sentenceCounts.append(UInt32(clamping: document?.sentences ?? 0))
      languageNumbers.append(number(of: document?.language ?? LanguageKey(nil)))
    }
  }

  private mutating func number(of language: LanguageKey) -> UInt32 {
    if let number = numbers[language] { return number }
    languages.append(language)
    numbers[language] = UInt32(languages.count - 1)
    return UInt32(languages.count - 1)
  }

  /// Ranks the documents; after the last one. Blocks the calling thread.
  mutating func finish(watching flag: CancellationFlag) throws {
    guard flags.count < Int(Int32.max) else {
      throw StageError("too-many-documents", "no more than \(Int32.max) documents can be compared in one run")
    }
    try names.finish()
    order = flags.indices.filter { flags[$0].contains(.isDocument) }.map(Int32.init)
    try RankOrder(published: published, lengths: lengths, names: names, flag: flag).sort(&order)
    ranks = [Int32](repeating: -1, count: flags.count)
    for (rank, place) in order.enumerated() { ranks[Int(place)] = Int32(rank) }
    (published, lengths) = ([], [])
  }

  /// How many documents have a rank.
  var count: Int { order.count }
  /// Where a document stands in the input.
  func place(of rank: Int) -> Int { Int(order[rank]) }
  /// The rank of the document at a place; nil for summaries.
  func rank(of place: Int) -> Int? { ranks[place] < 0 ? nil : Int(ranks[place]) }
  /// A document's id, read from disk.
  func id(of rank: Int) throws -> String { try names.id(of: place(of: rank)) }
  /// The hash of a document's normalised text; nil if nothing is left of it.
  func fingerprint(of rank: Int) -> ContentKey? {
    let place = place(of: rank)
    return flags[place].contains(.hasFingerprint) ? fingerprints[place] : nil
  }
  /// How many sentences a document has; only where translations are looked for.
  func sentences(of rank: Int) -> Int { Int(sentenceCounts[place(of: rank)]) }
  /// See ``TextFeatures/isLongEnough``.
  func isLongEnough(_ rank: Int) -> Bool { flags[place(of: rank)].contains(.isLongEnough) }
  /// Of some documents those that translations are looked for among, in the order of the input: they have sentences,
  /// and are long enough.
  func translatable(_ ranks: [Int]) -> [Int] {
    ranks.filter { sentences(of: $0) > 0 && isLongEnough($0) }.sorted { place(of: $0) < place(of: $1) }
  }
  /// The language of a document.
  func language(of rank: Int) -> LanguageKey { languages[Int(languageNumbers[place(of: rank)])] }
}
