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
    let members = candidates.filter { features.isLongEnough($0) }
      .sorted { features.place(of: $0) < features.place(of: $1) }
    let languages = Set(members.map(features.language))
    guard members.count > 1, languages.count > 1 || languages.contains(where: \.isUnknown) else {
      context.note("translations", "nothing to compare: no two texts in different languages")
      return groups
    }
    let space = try await SentenceReader(corpus: corpus, vectors: vectors, context: context).space(of: members)
    let (identity, workers, threshold) = (vectors.identity, context.workers, options.translationThreshold)
    let (found, result) = try await offloadWatching { flag in
      var space = space
      space.centre(identity: identity, workers: workers)
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
        space, threshold: threshold, ties: ties, workers: workers, watching: flag
      ).run()
      for group in found.groups {
        result.join(group.map { members[$0] }.sorted()) { a, b in
          if let tie = excerpts[.init(a, b)] { return tie.tie(of: a, to: b) }
          guard let first = places[a], let second = places[b],
            space.members[first].language.mayTranslate(space.members[second].language),
            let verdict = found.verdict(first, second), let alignment = verdict.alignment
          else { return nil }
          let forward = DuplicateGroups.Link(
            of: first < second ? b : a, kind: .translation, score: verdict.score, coverage: alignment.coverage,
            evidence: alignment.evidence)
          return first < second ? forward : forward.reversed(of: b)
        }
      }
      return (found, result)
    }
    context.note("translation-pairs-aligned", .integer(found.comparisons))
    context.note("sentences-compared", .integer(space.weights.count))
    return result
  }
}
