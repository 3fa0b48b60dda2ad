import StageKit

extension FindDuplicates {
  /// Translations among the documents that are no copies.
  ///
  /// Excerpts take part too: whether an excerpt and a translation belong together shows only when both are aligned, and
  /// a text may be all that two have in common.
  /// - Parameter excerpts: how they are tied to what they are from, by rank.
  func addTranslations(
    to groups: DuplicateGroups, _ excerpts: [ExcerptSearch.Pair: ExcerptSearch.Link], in corpus: Corpus
  ) async throws -> DuplicateGroups {
    guard let vectors = context.vectors else {
      let reason = "the sentence encoder's model is missing"
      context.warn("translated duplicates were not looked for: \(reason)")
      context.note("translations", .string("not looked for: \(reason)"))
      return groups
    }
    let features = corpus.features
    let tied = Set(excerpts.keys.flatMap { [$0.a, $0.b] }).filter { !groups.isIndependent($0) }
    let candidates = (groups.independent + tied).filter { features.sentences(of: $0) > 0 }
    let short = candidates.count { !features.isLongEnough($0) }
    if short > 0 { context.note("too-short-for-translations", .integer(short)) }
    let members = features.translatable(candidates)
    let languages = Set(members.map(features.language))
    guard members.count > 1, languages.count > 1 || languages.contains(where: \.isUnknown) else {
      context.note("translations", "nothing to compare: no two texts in different languages")
      return groups
    }
    let space = try await SentenceReader(corpus: corpus, vectors: vectors, context: context).centredSpace(of: members)
    let (workers, threshold) = (context.workers, options.translationThreshold)
    let directory = try context.scratchDirectory()
    let (found, result) = try await offloadWatching { flag in
      // Members are in the order of the input here, and by rank in the groups.
      let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
      var ties: [TranslationSearch.Tie] = []
      var result = groups
      for (pair, link) in excerpts {
        guard let a = places[pair.a], let b = places[pair.b] else { continue }
        // Not quite certain, so that two texts that have nothing in common do not come together over a third.
        let score = max(min(link.containment, 0.98), threshold)
        ties.append(.init(a: min(a, b), b: max(a, b), score: score))
        for document in [pair.a, pair.b] { result.release(document) }
      }
      let found = try TranslationSearch(
        space, threshold: threshold, ties: ties, in: directory, workers: workers, watching: flag
      ).run()
      for group in found.groups {
        result.join(group.map { members[$0] }.sorted()) { copy, other in
          if let tie = excerpts[.init(copy, other)] { return tie.containment }
          guard let first = places[copy], let second = places[other],
            space.members[first].language.mayTranslate(space.members[second].language),
            let score = found.score(first, second), score >= threshold
          else { return nil }
          return score
        } link: { copy, other in
          if let tie = excerpts[.init(copy, other)] { return tie.tie(of: copy, to: other) }
          guard let first = places[copy], let second = places[other] else { return nil }
          return Self.link(space, first, of: copy, to: second, other)
        }
      }
      return (found, result)
    }
    context.note("translation-pairs-aligned", .integer(found.comparisons))
    context.note("sentences-compared", .integer(space.weights.count))
    return result
  }

  /// What ties a translation to another document, with the sentences that say the same.
  ///
  /// - Parameters:
  ///   - first: the number of the document `copy` in the space.
  ///   - second: that of the document `other`.
  private static func link(
    _ space: SentenceSpace, _ first: Int, of copy: Int, to second: Int, _ other: Int
  ) -> DuplicateGroups.Link {
    // Always the same way round, as a pair was judged.
    let (alignment, score) = TranslationSearch.judge(space, min(first, second), max(first, second))
    let forward = DuplicateGroups.Link(
      of: first < second ? other : copy, kind: .translation, score: score, coverage: alignment.coverage,
      evidence: alignment.evidence)
    return first < second ? forward : forward.reversed(of: other)
  }
}
