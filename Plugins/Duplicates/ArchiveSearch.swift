import Foundation
import StageKit

/// Finds today's documents in the bundles of earlier days.
///
/// Of today's documents an index of hashes and passages is in memory, and the space of their sentences where
/// translations are looked for; of the archive some hundred documents at a time. So memory does not grow with the
/// archive. Near copies and excerpts are found by a common passage, translations among the five documents of today that
/// an earlier one is most like; all are judged by the functions and thresholds that today's are judged by.
struct ArchiveSearch {
  /// Earlier reports by rank.
  typealias Found = [Int: [Document.EarlierReport]]

  let options: FindDuplicates.Options
  let corpus: Corpus
  let context: StageContext

  /// So many documents of the archive are in memory at once.
  private static let batch = 256
  /// So many reports are kept of one document, the earliest ones.
  private static let mostReports = 10

  private var features: CorpusFeatures { corpus.features }

  /// Looks through all bundles of days before this run's.
  ///
  /// - Parameter leaders: today's documents that are no copies of others in their language, by rank: what translations
  ///   are looked for among.
  func run(leaders: [Int]) async throws -> Found {
    let today = try await offload { [features] in try TodayIndex(features) }
    var space: SentenceSpace?
    var members: [Int] = []
    if options.kinds.contains(.translation), let vectors = context.vectors {
      members = features.translatable(leaders)
      let reader = SentenceReader(corpus: corpus, vectors: vectors, context: context)
      space = try await reader.centredSpace(of: members)
    }
    var found: Found = [:]
    var (bundles, documents, later) = (0, 0, 0)
    for url in ArchiveBundle.files(options.against) {
      let bundle: ArchiveBundle
      do {
        bundle = try await offload { try ArchiveBundle(at: url) }
        guard bundle.date < context.run.date else {
          later += 1
          continue
        }
        documents += try await look(into: bundle, today, &space, members, &found)
        bundles += 1
      } catch let error as StageError {
        context.warn("\(url.lastPathComponent) was not compared with, or not wholly: \(error)")
      }
    }
    context.note("archive-bundles", .integer(bundles))
    context.note("archive-documents", .integer(documents))
    if later > 0 { context.note("archive-bundles-of-today-or-later", .integer(later)) }
    context.note("reported-earlier", .integer(found.count))
    return found.mapValues { reports in
      let ordered = reports.sorted { a, b in
        (a.date, a.bundle, b.score, a.id) < (b.date, b.bundle, a.score, b.id)
      }
      return Array(ordered.prefix(Self.mostReports))
    }
  }

  /// Puts the vectors of documents' sentences where bundles take them from.
  ///
  /// - Parameter leaders: the documents, by rank; what is too short for translations is left out.
  func keepVectors(of leaders: [Int]) async throws {
    guard options.kinds.contains(.translation), let vectors = context.vectors else { return }
    let members = features.translatable(leaders)
    guard !members.isEmpty else { return }
    let file = try context.scratchDirectory().appendingPathComponent("vectors.bin")
    var writer = try ArchiveVectors.Writer(at: file, identity: vectors.identity, dimension: vectors.dimension)
    for start in stride(from: 0, to: members.count, by: Self.batch) {
      let sentences = try members[start..<min(start + Self.batch, members.count)].flatMap { rank in
        try corpus.document(rank).sentenceTexts(limit: SentenceReader.mostSentences)
      }
      let matrix = try await vectors.matrix(for: sentences)
      for (row, sentence) in sentences.enumerated() { try writer.add(sentence, matrix[row: row]) }
    }
    try writer.finish()
    context.attach(file, in: "vectors", ending: "bin")
  }

  /// - Returns: how many documents of the bundle were compared.
  private func look(
    into bundle: ArchiveBundle, _ today: TodayIndex, _ space: inout SentenceSpace?, _ members: [Int],
    _ found: inout Found
  ) async throws -> Int {
    let reader = FeatureReader(
      wantsUnits: true, wantsTranslations: options.kinds.contains(.translation), store: context.store)
    let stored = try await storedVectors(of: bundle)
    var count = 0
    var (own, reports) = (space, found)
    try await bundle.forEachBatch(of: Self.batch) { batch in
      let (workers, options, features) = (context.workers, options, features)
      let looked = try await offloadWatching { flag -> [Looked] in
        let looked = parallelMap(batch.count, workers: workers) { index -> Swift.Result<Looked, any Error> in
          Swift.Result {
            try flag.check()
            var document = batch[index]
            let text = reader.features(of: &document)
            let copies = try today.copies(of: text, options, features)
            return Looked(document: document, isLongEnough: text.isLongEnough, copies: copies)
          }
        }
        return try looked.map { try $0.get() }
      }
      for one in looked { for (rank, match) in one.copies { reports.add(one.document.id, match, to: rank, bundle) } }
      if own != nil, !members.isEmpty {
        let candidates = looked.filter { $0.isLongEnough && $0.document.sentences?.isEmpty == false }.map(\.document)
        for (document, number, match) in try await translations(of: candidates, among: &own, stored) {
          let rank = members[number]
          // What is a copy in its own language is none in another one.
          let isKnown = reports[rank]?.contains { $0.id == document && $0.bundle == bundle.name } ?? false
          if !isKnown { reports.add(document, match, to: rank, bundle) }
        }
      }
      count += batch.count
      context.progress(count, of: count, "documents of \(bundle.name)")
    }
    (space, found) = (own, reports)
    return count
  }

  private struct Looked: Sendable {
    var document: Document
    var isLongEnough: Bool
    var copies: [(rank: Int, match: ArchiveMatch)]
  }

  private func storedVectors(of bundle: ArchiveBundle) async throws -> ArchiveVectors.Reader? {
    guard options.kinds.contains(.translation), let vectors = context.vectors else { return nil }
    return try await bundle.vectors(
      identity: vectors.identity, dimension: vectors.dimension, in: try context.scratchDirectory())
  }

  /// Today's documents, by their numbers in the space, that are translations of some earlier ones.
  private func translations(
    of documents: [Document], among space: inout SentenceSpace?, _ stored: ArchiveVectors.Reader?
  ) async throws -> [(document: String, member: Int, match: ArchiveMatch)] {
    guard let vectors = context.vectors, let today = space, !documents.isEmpty else { return [] }
    var earlier = try SentenceSpace(dimension: vectors.dimension, sentences: 0)
    for document in documents {
      let sentences = document.sentenceTexts(limit: SentenceReader.mostSentences)
      let rows = try await rows(of: sentences, stored, vectors)
      try earlier.add(sentences, vectors: rows[...], language: LanguageKey(document.language?.code))
    }
    let (workers, threshold, identity, added) = (
      context.workers, options.translationThreshold, vectors.identity, earlier
    )
    // Emptied here, so that the space is not copied when it grows.
    space = nil
    let (whole, result) = try await offloadWatching(changing: today) { whole, flag in
      var earlier = added
      let middle = whole.members.count
      try earlier.centre(identity: identity, workers: workers, known: whole.means)
      try whole.append(centred: earlier)
      let pairs = try TranslationCandidates(whole, before: middle, workers: workers)
        .pairs(from: middle, watching: flag)
      let joint = whole
      let judged = parallelMap(pairs.count, workers: workers) { index in
        flag.isCancelled ? nil : TranslationSearch.judge(joint, pairs[index].0, pairs[index].1)
      }
      try flag.check()
      var result: [(Int, Int, ArchiveMatch)] = []
      for (pair, verdict) in zip(pairs, judged) {
        guard let verdict, verdict.score >= threshold else { continue }
        let coverage = verdict.alignment.coverage
        let match = ArchiveMatch(kind: .translation, score: verdict.score, coverage: coverage)
        result.append((pair.1 - middle, pair.0, match))
      }
      whole.removeMembers(from: middle)
      return result
    }
    space = whole
    return result.map { (documents[$0.0].id, $0.1, $0.2) }
  }

  /// The vectors of sentences: as the bundle has them, the others encoded.
  private func rows(
    of sentences: [String], _ stored: ArchiveVectors.Reader?, _ vectors: SentenceVectors
  ) async throws -> [Float] {
    let known = try sentences.map { try stored?.vector(of: $0) }
    let missing = zip(sentences, known).filter { $0.1 == nil }.map(\.0)
    let encoded = missing.isEmpty ? nil : try await vectors.matrix(for: missing)
    var next = 0
    return known.flatMap { vector -> [Float] in
      if let vector { return vector }
      defer { next += 1 }
      return encoded.map { Array($0[row: next]) } ?? []
    }
  }
}

extension ArchiveSearch.Found {
  fileprivate mutating func add(_ id: String, _ match: ArchiveMatch, to rank: Int, _ bundle: ArchiveBundle) {
    self[rank, default: []].append(
      .init(
        id: id, bundle: bundle.name, date: bundle.date, kind: match.kind, score: match.score.toFourDecimals,
        coverage: [match.coverage.mine.toFourDecimals, match.coverage.theirs.toFourDecimals]))
  }
}
