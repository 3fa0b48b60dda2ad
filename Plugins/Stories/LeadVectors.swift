import StageKit

/// What reports are about, as one vector each: the mean of their headline and first five sentences.
///
/// News says what happened first; what follows is background that reports on other events have too. Sentences weigh by
/// their length. docs/stories.md has what was measured: fewer sentences miss independent reports, more of them mix
/// events. Encoding the lead or the whole text as one, at further cost, was no better. Rare numbers that reports share
/// are further columns, see ``LeadNumbers``.
struct LeadVectors {
  private static let sentences = 5
  /// Texts that wait until there are enough for the encoder to be busy.
  private static let batch = 1024

  private let encoder: SentenceVectors
  private var centering: LanguageCentering
  private var texts: [String] = []
  private var waiting: [(texts: Range<Int>, language: String)] = []
  private var values: [Float] = []
  private var numbers = LeadNumbers()
  private var languages: [String] = []

  /// No reports yet.
  init(_ encoder: SentenceVectors, languageMean: LanguageMean?) {
    self.encoder = encoder
    centering = LanguageCentering(dimension: encoder.dimension, known: languageMean)
  }

  /// Adds a report whose sentences are known.
  mutating func add(_ document: Document) async throws {
    let title = [document.title].compactMap { $0 }.filter { !$0.isEmpty }
    let sentences = document.sentenceTexts(limit: LeadNumbers.sentences)
    let lead = title + sentences.prefix(Self.sentences)
    numbers.add(title + sentences)
    waiting.append((texts.count..<texts.count + lead.count, document.language?.code ?? "und"))
    texts += lead
    if texts.count >= Self.batch { try await encode() }
  }

  /// How many columns the rows have.
  var columns: Int { encoder.dimension + LeadNumbers.columns }

  /// One row for each group of reports, given by their numbers in the order of adding: the mean of their vectors of
  /// norm 1, so that the product of two rows is the mean similarity between their reports; zeros if none has text.
  mutating func vectors(of groups: [[Int]]) async throws -> Matrix {
    try await encode()
    let mean = centering.means()
    let dimension = encoder.dimension
    let rows = zip(groups, numbers.rows(of: groups)).map { group, numbers in
      var sum = [Float](repeating: 0, count: dimension)
      var count: Float = 0
      for report in group {
        let lead = values[report * dimension..<(report + 1) * dimension]
        guard lead.contains(where: { $0 != 0 }) else { continue }
        VectorMath.add(LanguageCentering.centred(lead, by: mean(languages[report])), to: &sum)
        count += 1
      }
      // Not made a unit vector: the noise of single reports would be gone from large groups alone, and one threshold
      // would not fit both.
      return sum.map { $0 / max(1, count) } + numbers
    }
    return Matrix(rows: rows, columns: columns)
  }

  private mutating func encode() async throws {
    let matrix = try await encoder.matrix(for: texts)
    for report in waiting {
      var sum = [Float](repeating: 0, count: encoder.dimension)
      let lengths = report.texts.map { Float(texts[$0].unicodeScalars.count) }
      let total = lengths.reduce(0, +)
      for (row, length) in zip(report.texts, lengths) where total > 0 {
        VectorMath.add(matrix[row: row], times: length / total, to: &sum)
      }
      if !report.texts.isEmpty { centering.add(sum, language: report.language) }
      values += sum
      languages.append(report.language)
    }
    texts.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
  }
}
