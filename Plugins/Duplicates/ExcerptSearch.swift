import StageKit

/// Finds texts that are, for the most part, in a longer one of the same language: an agency's flash in the full report,
/// the lead of an article, an article in a digest.
///
/// Candidates share passages (see ``Passages``) that few other texts have; they are then measured by all of their
/// words. Texts that hang together are grouped by how much they share on average, so that two different excerpts of one
/// text are not one article.
struct ExcerptSearch {
  /// How an excerpt resembles the text that it is in.
  struct Link: Sendable, Equatable {
    /// Words that both have.
    var shared: Int
    /// Words of the two texts.
    var counts: (Int, Int)
    /// The share of the shorter text's passages that the longer one has.
    var passages: Double

    /// The share of the shorter text's words that the longer one has.
    var containment: Double { Double(shared) / Double(max(1, min(counts.0, counts.1))) }

    /// What ties one of the two, by rank, to the other.
    func tie(of copy: Int, to other: Int) -> DuplicateGroups.Link {
      // The first count is that of the smaller rank.
      let (mine, theirs) = copy < other ? counts : (counts.1, counts.0)
      return DuplicateGroups.Link(
        of: other, kind: .near, score: containment,
        coverage: (Double(shared) / Double(max(1, mine)), Double(shared) / Double(max(1, theirs))))
    }

    static func == (a: Link, b: Link) -> Bool {
      a.shared == b.shared && a.counts == b.counts && a.passages == b.passages
    }
  }

  /// Shorter texts say too little: their words are in any long text.
  static let fewestWords = 20
  /// The least share of the shorter text's words, unless near duplicates must have more in common. Not tuned: unrelated
  /// texts of one language share a third, reports on one event half. With as much, texts of like length are near
  /// duplicates, so that this does not loosen what makes those.
  private static let sufficientWords = 0.85
  /// The least share of the shorter text's passages; one word in ten may be another. More than a half, so that two
  /// texts which have nothing in common do not become one by way of a third.
  static let sufficientPassages = 0.55
  /// What stands in more texts than this is no passage but a formula.
  private static let mostTexts = 32
  /// So many of the texts that share most passages are measured.
  private static let mostMeasured = 8
  /// Of the near copies that a text has, so many must agree with a group as it does.
  private static let mostCopies = 8

  /// From this Jaccard similarity on, texts are near duplicates.
  let nearThreshold: Double
  let features: CorpusFeatures
  /// The near copies of texts, by rank.
  let copies: [Int: [Int]]
  let workers: Int
  let flag: CancellationFlag

  /// Groups of two or more documents, by rank, in ascending order; and how documents of one group are tied.
  ///
  /// - Parameter ranks: the texts to look at, ascending.
  func find(among ranks: [Int]) throws -> (groups: [[Int]], links: [Pair: Link]) {
    let members = ranks.filter { features.words.count(of: features.place(of: $0)) >= Self.fewestWords }
    let index = try PassageIndex(members.map { features.place(of: $0) }, features.passages, mostTexts: Self.mostTexts)
    let flag = flag
    let found = parallelMap(members.count, workers: workers) { number -> Result<[(Pair, Link)], any Error> in
      guard !flag.isCancelled else { return .success([]) }
      return Swift.Result { try self.links(of: number, members, index) }
    }
    try flag.check()
    var links: [Pair: Link] = [:]
    for list in found { for (pair, link) in try list.get() { links[pair] = link } }
    let groups = try LinkClusters.of(links.keys.map { ($0.a, $0.b) }).flatMap { try self.groups(of: $0, links) }
    var numbers: [Int: Int] = [:]
    for (number, members) in groups.enumerated() { for member in members { numbers[member] = number } }
    return (groups, links.filter { numbers[$0.key.a] != nil && numbers[$0.key.a] == numbers[$0.key.b] })
  }

  /// Two documents by rank, the smaller first.
  struct Pair: Hashable, Comparable, Sendable {
    let a: Int
    let b: Int

    init(_ x: Int, _ y: Int) { (a, b) = (min(x, y), max(x, y)) }

    static func < (x: Pair, y: Pair) -> Bool { (x.a, x.b) < (y.a, y.b) }
  }

  /// Where one text is an excerpt of another one.
  private func links(of number: Int, _ members: [Int], _ index: PassageIndex) throws -> [(Pair, Link)] {
    let rank = members[number]
    let passages = try features.passages.words(of: features.place(of: rank))
    guard passages.count >= 2 else { return [] }
    let needed = max(2, Int((Self.sufficientPassages * Double(passages.count)).rounded(.up)))
    let counts = index.sharing(passages, with: number).filter { $0.value >= needed }
    let candidates = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostMeasured)
    let own = try words(rank)
    return try candidates.compactMap { other, _ in
      let theirs = try words(members[other])
      // The longer text finds nothing: it is the shorter one's turn.
      guard theirs.count >= own.count else { return nil }
      let link = try measure(rank, members[other])
      return Self.isExcerpt(link, passages: passages.count, nearThreshold: nearThreshold)
        ? (Pair(rank, members[other]), link) : nil
    }
  }

  /// What two texts have in common.
  private func measure(_ a: Int, _ b: Int) throws -> Link {
    let pair = Pair(a, b)
    let (mine, theirs) = (try words(pair.a), try words(pair.b))
    let passages = try [pair.a, pair.b].map { try features.passages.words(of: features.place(of: $0)) }
    return Self.measure(mine, theirs, passages[0], passages[1])
  }

  /// What two texts have in common, by their words and passages.
  static func measure(_ mine: [UInt32], _ theirs: [UInt32], _ passages: [UInt32], _ others: [UInt32]) -> Link {
    let shared = NearDuplicates.countShared(mine, theirs, mostDifferent: .max) ?? 0
    let common = NearDuplicates.countShared(passages, others, mostDifferent: .max) ?? 0
    // Of the text with fewer words, which is the one that may be an excerpt.
    let fewer = mine.count <= theirs.count ? passages.count : others.count
    return Link(
      shared: shared, counts: (mine.count, theirs.count), passages: Double(common) / Double(max(1, fewer)))
  }

  /// Whether one of two texts is an excerpt of the other.
  ///
  /// - Parameter passages: how many the shorter one has.
  static func isExcerpt(_ link: Link, passages: Int, nearThreshold: Double) -> Bool {
    min(link.counts.0, link.counts.1) >= fewestWords && passages >= 2
      && link.containment >= threshold(nearThreshold) && link.passages >= sufficientPassages
  }

  /// The least share of the shorter text's words.
  static func threshold(_ nearThreshold: Double) -> Double { max(sufficientWords, nearThreshold) }

  /// How much two texts and their near copies have in common, on average.
  private func agreement(_ pair: Pair) throws -> Double {
    let sides = [pair.a, pair.b].map { [$0] + (copies[$0] ?? []).prefix(Self.mostCopies) }
    var sum = 0.0
    for a in sides[0] { for b in sides[1] { sum += min(1, try measure(a, b).passages) } }
    return sum / Double(sides[0].count * sides[1].count)
  }

  private func words(_ rank: Int) throws -> [UInt32] { try features.words.words(of: features.place(of: rank)) }

  private func groups(of cluster: [Int], _ known: [Pair: Link]) throws -> [[Int]] {
    let count = cluster.count
    var scores = [Double](repeating: 0, count: count * count)
    var isLinked = [Bool](repeating: false, count: count * count)
    for i in 0..<count {
      for j in (i + 1)..<count {
        let pair = Pair(cluster[i], cluster[j])
        let score = try agreement(pair)
        for place in [i * count + j, j * count + i] {
          scores[place] = score
          isLinked[place] = known[pair] != nil
        }
      }
    }
    return AverageLinkage.groups(of: count, threshold: Self.sufficientPassages, scores: scores, links: isLinked)
      .filter { $0.count > 1 }.map { $0.map { cluster[$0] } }
  }
}
