import Foundation
import StageKit
import TextKit

/// Two documents side by side: what ``FindDuplicates`` would say of them if they were alone, and why.
///
/// It is judged by the very functions and thresholds of the stage. One thing differs: the stage centres vectors by all
/// documents of a run, and here there are two, so that the score of a translation may be some hundredths off.
public struct DocumentComparison: Sendable, Encodable {
  /// What the two are to each other.
  public enum Verdict: String, Sendable, Encodable {
    /// The same text, up to white space, case and typography.
    case exact
    /// The same text with small edits.
    case near
    /// The same text in another language.
    case translation
    /// Most of one is in the other, longer one: in its language, or translated.
    case excerpt
    /// No duplicates, whatever else they have in common.
    case different
  }

  /// What the words of the two have in common.
  public struct Words: Sendable, Encodable {
    /// The words that both have, divided by those that either has.
    public var similarity: Double
    /// The share of each one's words that the other has too, the first document's first.
    public var coverage: [Double]
  }

  /// What the sentences of the two have in common, by meaning.
  public struct Alignment: Sendable, Encodable {
    /// How sure it is that they are one text, from 0 to 1.
    public var score: Double
    /// The share of each text in sentences that match, the first document's first.
    public var coverage: [Double]
    /// How far the matches stand out from other pairs of the same sentences, 0 to 1.
    public var margin: Double
    /// The mean similarity of the matches.
    public var similarity: Double
    /// By how many standard deviations the common order of sentences is better than chance; 0 for very short texts.
    public var order: Double
    /// The share of the texts that follows the common order.
    public var orderShare: Double
    /// The matches, in the order of the first document.
    public var matches: [Match]
  }

  /// Sentences that say the same: one and one, one and two, or two and one.
  public struct Match: Sendable, Encodable {
    /// Sentences of the first document, from 0.
    public var first: [Int]
    /// Sentences of the second document, from 0.
    public var second: [Int]
    /// Their similarity, at most 1.
    public var score: Double
  }

  /// The verdict.
  public private(set) var verdict = Verdict.different
  /// What `find-duplicates` would call it; nil if it would not call them duplicates.
  public private(set) var kind: Document.DuplicateKind?
  /// How sure it is, as `find-duplicates` would write it; for different texts the score that fell short.
  public private(set) var score = 0.0
  /// The least score that would have made them duplicates.
  public private(set) var threshold = 0.0
  /// The share of each text that is in the other one, the first document's first.
  public private(set) var coverage = [0.0, 0.0]
  /// What their words have in common.
  public private(set) var words: Words?
  /// What their sentences have in common; nil without a model.
  public private(set) var alignment: Alignment?
  /// What could not be looked at and why, and what else explains the verdict.
  public private(set) var notes: [String] = []

  /// Of a text that is covered less than this, only a part is in the other one.
  private static let whole = 0.64

  /// Compares two documents, whose languages are known if they can be. Gives them sentences if they have none.
  ///
  /// - Parameters:
  ///   - options: the thresholds; `kinds` plays no part.
  ///   - vectors: the sentence encoder; nil if there is no model.
  ///   - reason: why there is none.
  /// - Throws: what the encoder throws; on cancellation.
  public init(
    _ first: inout Document, _ second: inout Document, options: FindDuplicates.Options = .init(),
    vectors: SentenceVectors?, missing reason: String? = nil
  ) async throws {
    let reader = FeatureReader(wantsUnits: true, wantsTranslations: true, store: nil)
    let (mine, theirs) = (reader.features(of: &first), reader.features(of: &second))
    compareWords(mine, theirs, options)
    if let vectors {
      try await align(first, second, vectors)
    } else {
      notes.append("sentences were not compared: \(reason ?? "the sentence encoder's model is missing")")
    }
    if verdict == .different {
      judgeTranslation(
        LanguageKey(first.language?.code), LanguageKey(second.language?.code),
        areLongEnough: mine.isLongEnough && theirs.isLongEnough, options)
    }
    if verdict != .exact, verdict != .different, coverage.contains(where: { $0 < Self.whole }) { verdict = .excerpt }
  }

  private mutating func compareWords(_ mine: TextFeatures, _ theirs: TextFeatures, _ options: FindDuplicates.Options) {
    let shared = NearDuplicates.countShared(mine.units, theirs.units, mostDifferent: .max) ?? 0
    if !mine.units.isEmpty, !theirs.units.isEmpty {
      let link = NearDuplicates.Link(leader: 0, shared: shared, mine: mine.units.count, theirs: theirs.units.count)
      let shares = [Double(shared) / Double(link.mine), Double(shared) / Double(link.theirs)]
      words = Words(similarity: link.similarity.toFourDecimals, coverage: shares.map(\.toFourDecimals))
      coverage = shares.map(\.toFourDecimals)
      score = link.similarity.toFourDecimals
    }
    let fewest = min(mine.units.count, theirs.units.count)
    threshold = NearDuplicates.threshold(options.nearThreshold, units: fewest).toFourDecimals
    if let fingerprint = mine.fingerprint, fingerprint == theirs.fingerprint {
      (verdict, kind, score, coverage) = (.exact, .exact, 1, [1, 1])
    } else if let copy = CopyByWords(
      (mine.units, mine.passages), (theirs.units, theirs.passages), nearThreshold: options.nearThreshold)
    {
      (verdict, kind, score) = (.near, .near, copy.score.toFourDecimals)
      if copy.isExcerpt { threshold = ExcerptSearch.threshold(options.nearThreshold) }
    }
  }

  private mutating func align(_ first: Document, _ second: Document, _ vectors: SentenceVectors) async throws {
    let sentences = [first, second].map { $0.sentenceTexts(limit: SentenceReader.mostSentences) }
    guard sentences.allSatisfy({ !$0.isEmpty }) else { return }
    if [first, second].contains(where: { ($0.sentences?.count ?? 0) > SentenceReader.mostSentences }) {
      notes.append("only the first \(SentenceReader.mostSentences) sentences were compared")
    }
    let matrix = try await vectors.matrix(for: sentences[0] + sentences[1])
    var space = try SentenceSpace(dimension: matrix.columns, sentences: matrix.rows)
    let middle = sentences[0].count * matrix.columns
    try space.add(sentences[0], vectors: matrix.values[..<middle], language: LanguageKey(first.language?.code))
    try space.add(sentences[1], vectors: matrix.values[middle...], language: LanguageKey(second.language?.code))
    let identity = vectors.identity
    let (found, score) = try await offloadWatching(changing: space) { space, _ in
      try space.centre(identity: identity, workers: 1)
      return TranslationSearch.judge(space, 0, 1)
    }.result
    alignment = Alignment(
      score: score.toFourDecimals, coverage: [found.coverage.mine, found.coverage.theirs].map(\.toFourDecimals),
      margin: found.margin.toFourDecimals, similarity: found.similarity.toFourDecimals,
      order: found.order.z.toFourDecimals, orderShare: found.order.share.toFourDecimals,
      matches: found.matches.map {
        Match(first: Array($0.mine), second: Array($0.theirs), score: Double(min(1, $0.score)).toFourDecimals)
      })
  }

  private mutating func judgeTranslation(
    _ mine: LanguageKey, _ theirs: LanguageKey, areLongEnough: Bool, _ options: FindDuplicates.Options
  ) {
    guard mine.mayTranslate(theirs), let alignment else { return }
    (score, threshold, coverage) = (alignment.score, options.translationThreshold, alignment.coverage)
    guard areLongEnough else {
      notes.append("a text of so few letters can't be told from a translation of another one")
      return
    }
    if alignment.score >= options.translationThreshold { (verdict, kind) = (.translation, .translation) }
  }
}
