/// What two texts in one language are to each other, if one is a copy of the other: a near copy, else an excerpt.
struct CopyByWords: Sendable {
  /// How sure it is, from 0 to 1.
  let score: Double
  /// The share of each text's words that the other one has too.
  let coverage: (mine: Double, theirs: Double)
  /// Whether one is an excerpt of the other.
  let isExcerpt: Bool

  /// Compares two texts by their words and passages, see ``TextFeatures``; nil if neither is a copy of the other.
  init?(
    _ mine: (words: [UInt32], passages: [UInt32]), _ theirs: (words: [UInt32], passages: [UInt32]),
    nearThreshold: Double
  ) {
    if let link = NearDuplicates.compare(mine.words, theirs.words, threshold: nearThreshold) {
      let shared = Double(link.shared)
      (score, isExcerpt) = (link.similarity, false)
      coverage = (shared / Double(link.mine), shared / Double(link.theirs))
      return
    }
    let link = ExcerptSearch.measure(mine.words, theirs.words, mine.passages, theirs.passages)
    let shorter = mine.words.count <= theirs.words.count ? mine : theirs
    guard ExcerptSearch.isExcerpt(link, passages: shorter.passages.count, nearThreshold: nearThreshold) else {
      return nil
    }
    (score, isExcerpt) = (link.containment, true)
    coverage = link.tie(of: 0, to: 1).coverage
  }
}
