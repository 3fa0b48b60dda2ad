import StageKit

/// Reads documents back, has their sentences encoded, and puts them into a space.
struct SentenceReader {
  let corpus: Corpus
  let vectors: SentenceVectors
  let context: StageContext

  /// A document of more sentences than this is compared by its first ones: the work for a pair grows with the product
  /// of both.
  static let mostSentences = 1000
  /// How many sentences are asked for at once.
  private static let batch = 4096

  /// The space of some documents, not centred yet.
  ///
  /// - Parameter ranks: the documents, in the order of the input.
  private func space(of ranks: [Int]) async throws -> SentenceSpace {
    let counts = ranks.map { min(Self.mostSentences, corpus.features.sentences(of: $0)) }
    let total = counts.reduce(0, +)
    let long = ranks.count { corpus.features.sentences(of: $0) > Self.mostSentences }
    if long > 0 {
      context.warn(
        "\(long) \(long == 1 ? "document has" : "documents have") more than \(Self.mostSentences) sentences; "
          + "translations were looked for in the first \(Self.mostSentences)")
    }
    var space = try SentenceSpace(
      dimension: vectors.dimension, sentences: total, in: context.scratchDirectory())
    var start = 0
    while start < ranks.count {
      var end = start
      var size = 0
      while end < ranks.count, end == start || size + counts[end] <= Self.batch {
        size += counts[end]
        end += 1
      }
      try await add(Array(ranks[start..<end]), to: &space, total: total)
      start = end
    }
    return space
  }

  /// The space of some documents, centred.
  ///
  /// - Parameter ranks: the documents, in the order of the input.
  func centredSpace(of ranks: [Int]) async throws -> SentenceSpace {
    let (identity, workers) = (vectors.identity, context.workers)
    return try await offloadWatching(changing: try await space(of: ranks)) { space, _ in
      try space.centre(identity: identity, workers: workers)
    }.value
  }

  private func add(_ ranks: [Int], to space: inout SentenceSpace, total: Int) async throws {
    let sentences = try ranks.map { rank in
      try corpus.document(rank).sentenceTexts(limit: Self.mostSentences)
    }
    let (context, done) = (context, space.weights.count)
    let size = sentences.reduce(0) { $0 + $1.count }
    let matrix = try await vectors.matrix(for: Array(sentences.joined())) { part, of in
      // Sentences that were encoded before cost nothing; the bar counts them as soon as the batch begins.
      context.progress(min(total, done + size - of + part), of: total, "sentences")
    }
    var row = 0
    for (rank, own) in zip(ranks, sentences) {
      let values = matrix.values[row * matrix.columns..<(row + own.count) * matrix.columns]
      try space.add(own, vectors: values, language: corpus.features.language(of: rank))
      row += own.count
    }
    context.progress(done + size, of: total, "sentences")
  }
}
