import Foundation
import StageKit

/// Finds the members of a space that are one text in several languages.
///
/// Candidates are aligned and judged; members that hang together by accepted pairs are then aligned with all others of
/// their cluster, also those that no search proposed, and grouped by how much they agree on average. Of what was
/// aligned only scores are kept: an alignment that is to be shown is made again.
struct TranslationSearch {
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
    /// The scores of pairs that reach the threshold, and of others in their clusters.
    fileprivate var scores: [Int: Double] = [:]
    fileprivate let count: Int

    /// How sure it is that two members are one text; nil if they were found to be none, or not compared.
    func score(_ a: Int, _ b: Int) -> Double? { scores[min(a, b) * count + max(a, b)] }
  }

  /// So many pairs are aligned before what falls short is forgotten.
  private static let batch = 1 << 16

  private let space: SentenceSpace
  private let threshold: Double
  private let ties: [Int: Double]
  private let directory: URL?
  private let workers: Int
  private let flag: CancellationFlag

  /// Prepares a search in a centred space.
  ///
  /// - Parameters:
  ///   - threshold: the least score of a duplicate.
  ///   - ties: pairs of members that are duplicates already.
  ///   - directory: where vectors go when they are too many for memory.
  init(
    _ space: SentenceSpace, threshold: Double, ties: [Tie] = [], in directory: URL? = nil, workers: Int,
    watching flag: CancellationFlag
  ) {
    self.ties = Dictionary(
      ties.map { ($0.a * space.members.count + $0.b, $0.score) }, uniquingKeysWith: { first, _ in first })
    self.space = space
    self.threshold = threshold
    self.directory = directory
    self.workers = workers
    self.flag = flag
  }

  /// Searches. Blocks the calling thread.
  ///
  /// - Throws: ``StageError`` when the disk has no room; on cancellation.
  func run() throws -> Result {
    var result = Result(count: space.members.count)
    let candidates = try TranslationCandidates(space, in: directory, workers: workers, watching: flag)
      .pairs(watching: flag)
    try align(candidates, keepingAll: false, into: &result)
    let clusters = clusters(in: result)
    try align(clusters.flatMap { missingPairs(of: $0, in: result) }, keepingAll: true, into: &result)
    result.groups = clusters.flatMap { groups(of: $0, in: result) }.sorted { $0[0] < $1[0] }
    return result
  }

  private func align(_ pairs: [(Int, Int)], keepingAll: Bool, into result: inout Result) throws {
    let (space, flag) = (space, flag)
    for start in stride(from: 0, to: pairs.count, by: Self.batch) {
      let part = pairs[start..<min(pairs.count, start + Self.batch)]
      let scores = parallelMap(part.count, workers: workers) { index in
        flag.isCancelled ? 0 : Self.judge(space, part[start + index].0, part[start + index].1).score
      }
      try flag.check()
      for (pair, score) in zip(part, scores) where keepingAll || score >= threshold {
        result.scores[pair.0 * result.count + pair.1] = score
      }
    }
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
    guard let score = result.score(a, b), score >= threshold else { return false }
    return space.members[a].language.mayTranslate(space.members[b].language)
  }

  /// Members that hang together by accepted pairs: two or more each, in ascending order.
  private func clusters(in result: Result) -> [[Int]] {
    let keys = Set(result.scores.keys).union(ties.keys)
    return LinkClusters.of(
      keys.map { ($0 / result.count, $0 % result.count) }.filter { isLink($0.0, $0.1, in: result) })
  }

  /// The pairs of a cluster whose scores are not known. Members in one language are aligned too: they are no
  /// translations, but whether they say the same tells if the cluster belongs together.
  private func missingPairs(of cluster: [Int], in result: Result) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for (position, a) in cluster.enumerated() {
      for b in cluster[(position + 1)...] where result.score(a, b) == nil { pairs.append((a, b)) }
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
        scores[i * count + j] = max(result.score(a, b) ?? 0, ties[a * result.count + b] ?? 0)
        links[i * count + j] = isLink(cluster[i], cluster[j], in: result)
      }
    }
    return AverageLinkage.groups(of: count, threshold: threshold, scores: scores, links: links)
      .filter { $0.count > 1 }
      .map { $0.map { cluster[$0] } }
  }
}
