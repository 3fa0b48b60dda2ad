import StageKit

/// Finds the members of a space that are one text in several languages.
///
/// Candidates are aligned and judged; members that hang together by accepted pairs are then aligned with all others of
/// their cluster, also those that no search proposed, and grouped by how much they agree on average.
struct TranslationSearch {
  /// What was found about two members; the first is the one with the smaller number.
  struct Verdict: Sendable {
    /// From 0 to 1.
    var score: Double
    /// The alignment, where the score reaches the threshold.
    var alignment: SentenceAlignment?
  }

  /// Two members that are one text in one language, one of them an excerpt: found by words, before the search.
  struct Tie: Sendable {
    /// The member with the smaller number.
    var a: Int
    /// The other one.
    var b: Int
    /// From 0 to 1.
    var score: Double
  }

  /// What a search finds.
  struct Result: Sendable {
    /// Two or more members each, in ascending order.
    var groups: [[Int]] = []
    /// How many pairs were aligned.
    var comparisons = 0
    fileprivate var verdicts: [Int: Verdict] = [:]
    fileprivate var count = 0

    /// The verdict on two members, if they were compared and may be translations of each other.
    func verdict(_ a: Int, _ b: Int) -> Verdict? { verdicts[min(a, b) * count + max(a, b)] }
  }

  /// Larger clusters are left as the candidates made them: to compare all their members costs too much, and clusters
  /// of that size hang together by mistakes.
  private static let largestCluster = 256

  private let space: SentenceSpace
  private let threshold: Double
  private let ties: [Int: Double]
  private let workers: Int
  private let flag: CancellationFlag

  /// Prepares a search in a centred space.
  ///
  /// - Parameters:
  ///   - threshold: the least score of a duplicate.
  ///   - ties: pairs of members that are duplicates already.
  init(
    _ space: SentenceSpace, threshold: Double, ties: [Tie] = [], workers: Int, watching flag: CancellationFlag
  ) {
    self.ties = Dictionary(
      ties.map { ($0.a * space.members.count + $0.b, $0.score) }, uniquingKeysWith: { first, _ in first })
    self.space = space
    self.threshold = threshold
    self.workers = workers
    self.flag = flag
  }

  /// Searches. Blocks the calling thread.
  ///
  /// - Throws: on cancellation.
  func run() throws -> Result {
    var result = Result()
    result.count = space.members.count
    try align(TranslationCandidates(space, workers: workers).pairs(watching: flag), into: &result)
    let clusters = clusters(in: result)
    try align(clusters.flatMap { missingPairs(of: $0, in: result) }, into: &result)
    result.groups = clusters.flatMap { groups(of: $0, in: result) }.sorted { $0[0] < $1[0] }
    return result
  }

  private func align(_ pairs: [(Int, Int)], into result: inout Result) throws {
    let (space, threshold, flag) = (space, threshold, flag)
    let verdicts = parallelMap(pairs.count, workers: workers) { index in
      guard !flag.isCancelled else { return Verdict(score: 0) }
      let (a, b) = pairs[index]
      let (alignment, score) = Self.judge(space, a, b)
      return Verdict(score: score, alignment: score >= threshold ? alignment : nil)
    }
    try flag.check()
    for (pair, verdict) in zip(pairs, verdicts) { result.verdicts[pair.0 * result.count + pair.1] = verdict }
    result.comparisons += pairs.count
  }

  /// Aligns two members of a centred space and says how sure it is that they are one text, from 0 to 1.
  static func judge(_ space: SentenceSpace, _ a: Int, _ b: Int) -> (alignment: SentenceAlignment, score: Double) {
    let alignment = SentenceAlignment(space, a, b)
    let sentences = min(space.members[a].rows.count, space.members[b].rows.count)
    return (alignment, TranslationRule.score(alignment, sentences: sentences))
  }

  private func isLink(_ a: Int, _ b: Int, in result: Result) -> Bool {
    if ties[min(a, b) * result.count + max(a, b)] != nil { return true }
    guard let verdict = result.verdict(a, b), verdict.score >= threshold else { return false }
    return space.members[a].language.mayTranslate(space.members[b].language)
  }

  /// Members that hang together by accepted pairs: two or more each, in ascending order.
  private func clusters(in result: Result) -> [[Int]] {
    var parents = Array(0..<result.count)
    func root(_ member: Int) -> Int {
      var member = member
      while parents[member] != member {
        parents[member] = parents[parents[member]]
        member = parents[member]
      }
      return member
    }
    for key in Set(result.verdicts.keys).union(ties.keys).sorted() {
      let (a, b) = (key / result.count, key % result.count)
      guard isLink(a, b, in: result) else { continue }
      let (x, y) = (root(a), root(b))
      parents[max(x, y)] = min(x, y)
    }
    var members: [Int: [Int]] = [:]
    for member in 0..<result.count { members[root(member), default: []].append(member) }
    return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  /// The pairs of a cluster that have not been aligned. Members in one language are aligned too: they are no
  /// translations, but whether they say the same tells if the cluster belongs together.
  private func missingPairs(of cluster: [Int], in result: Result) -> [(Int, Int)] {
    guard cluster.count <= Self.largestCluster else { return [] }
    var pairs: [(Int, Int)] = []
    for (position, a) in cluster.enumerated() {
      for b in cluster[(position + 1)...] where result.verdict(a, b) == nil { pairs.append((a, b)) }
    }
    return pairs
  }

  private func groups(of cluster: [Int], in result: Result) -> [[Int]] {
    let count = cluster.count
    var scores = [Double](repeating: 0, count: count * count)
    var links = [Bool](repeating: false, count: count * count)
    for i in 0..<count {
      for j in 0..<count where i != j {
        let (a, b) = (min(cluster[i], cluster[j]), max(cluster[i], cluster[j]))
        scores[i * count + j] = max(result.verdict(a, b)?.score ?? 0, ties[a * result.count + b] ?? 0)
        links[i * count + j] = isLink(cluster[i], cluster[j], in: result)
      }
    }
    return AverageLinkage.groups(of: count, threshold: threshold, scores: scores, links: links)
      .filter { $0.count > 1 }
      .map { $0.map { cluster[$0] } }
  }
}
