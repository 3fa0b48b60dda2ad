import StageKit

/// Aligns documents with each other and judges them, as a search for translations does with each of its candidates; for
/// measurements.
package struct AlignmentRun: Sendable {
  private let space: SentenceSpace

  /// Centres the documents' vectors.
  ///
  /// - Parameters:
  ///   - documents: the sentences of each, and its BCP 47 code.
  ///   - vectors: what the encoder gave for all sentences, one row each.
  ///   - identity: the encoder's.
  /// - Throws: ``StageError`` when the disk has no room.
  package init(
    _ documents: [(sentences: [String], language: String)], vectors: Matrix, identity: String, workers: Int
  ) throws {
    var space = try SentenceSpace(
      dimension: vectors.columns, sentences: documents.reduce(0) { $0 + $1.sentences.count })
    var row = 0
    for (sentences, language) in documents {
      let end = row + sentences.count
      try space.add(
        sentences, vectors: vectors.values[row * vectors.columns..<end * vectors.columns],
        language: LanguageKey(language))
      row = end
    }
    try space.centre(identity: identity, workers: workers)
    self.space = space
  }

  /// How sure it is that two documents, given by their numbers, are one text: from 0 to 1.
  package func score(_ a: Int, _ b: Int) -> Double { TranslationSearch.judge(space, a, b).score }
}
