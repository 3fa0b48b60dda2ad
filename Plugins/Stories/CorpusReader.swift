import StageKit

/// Learns from all documents, as they go by, what the summaries need: rare words, boilerplate, means of languages.
struct CorpusReader {
  /// What was learnt.
  struct Corpus: Sendable {
    var statistics: WordStatistics
    var boilerplate: Boilerplate
    var languageMean: LanguageMean
  }

  /// Sentences that wait until there are enough for the encoder to be busy.
  private static let batch = 2048

  private let encoder: SentenceVectors?
  /// Whether the means of languages need not be learnt, so that nothing is encoded for them.
  private let knowsMeans: Bool
  private var statistics = WordStatistics()
  private var boilerplate = Boilerplate()
  private var centering: LanguageCentering
  private var texts: [String] = []
  private var languages: [String] = []

  /// Nothing learnt yet.
  init(_ encoder: SentenceVectors?, languageMean: LanguageMean?) {
    self.encoder = encoder
    knowsMeans = languageMean != nil
    centering = LanguageCentering(dimension: encoder?.dimension ?? 0, known: languageMean)
  }

  /// Learns from a document whose sentences are known, and has them encoded; `story` is its story's number.
  mutating func add(_ document: Document, story: Int) async throws {
    let (sentences, language) = (document.sentenceTexts(), document.language?.code ?? "und")
    let seed = SentenceWords.Language(language)
    let read = sentences.map { SentenceWords($0, in: seed) }
    for (sentence, words) in zip(sentences, read) {
      boilerplate.add(words.fingerprint, length: sentence.utf8.count, story: story)
    }
    // Copies would make the words of much-copied articles look common.
    if document.duplicate?.role != .copy { statistics.add(read.map(\.words), language: language) }
    guard encoder != nil, !knowsMeans else { return }
    texts += sentences
    languages += [String](repeating: language, count: sentences.count)
    if texts.count >= Self.batch { try await encode() }
  }

  /// Ends the learning.
  mutating func finish() async throws -> Corpus {
    try await encode()
    return Corpus(statistics: statistics, boilerplate: boilerplate, languageMean: centering.means())
  }

  private mutating func encode() async throws {
    guard let encoder, !texts.isEmpty else { return }
    let matrix = try await encoder.matrix(for: texts)
    for (row, language) in languages.enumerated() { centering.add(matrix[row: row], language: language) }
    texts.removeAll(keepingCapacity: true)
    languages.removeAll(keepingCapacity: true)
  }
}
