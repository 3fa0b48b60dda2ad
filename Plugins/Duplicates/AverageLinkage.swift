/// Puts items into groups whose members agree with each other on average, and not only along a chain.
///
/// Agglomerative clustering with average linkage (UPGMA): the two groups with the highest mean score between their
/// members are joined, as long as that mean reaches the threshold. So A and C stay apart, whatever B has in common
/// with each, when A and C themselves have nothing in common.
enum AverageLinkage {
  /// The groups, each in ascending order, by their first members.
  ///
  /// Among equal means the pair with the smallest members is joined first.
  /// - Parameters:
  ///   - count: how many items there are.
  ///   - threshold: the least mean score between two groups that are joined.
  ///   - scores: from 0 to 1, symmetric, row after row.
  ///   - links: which pairs of items may join groups; two groups are joined only over such a pair.
  static func groups(of count: Int, threshold: Double, scores: [Double], links: [Bool]) -> [[Int]] {
    var sums = scores
    var linked = links
    var members = (0..<count).map { [$0] }
    var alive = Array(0..<count)
    while true {
      var best: (mean: Double, a: Int, b: Int)?
      for (position, a) in alive.enumerated() {
        for b in alive[(position + 1)...] where linked[a * count + b] {
          let mean = sums[a * count + b] / Double(members[a].count * members[b].count)
          if mean >= threshold, mean > (best?.mean ?? -1) { best = (mean, a, b) }
        }
      }
      guard let (_, a, b) = best else { break }
      members[a] = (members[a] + members[b]).sorted()
      alive.removeAll { $0 == b }
      for other in alive where other != a {
        for (x, y) in [(a, other), (other, a)] {
          let (from, to) = x == a ? (b, other) : (other, b)
          sums[x * count + y] += sums[from * count + to]
          linked[x * count + y] = linked[x * count + y] || linked[from * count + to]
        }
      }
    }
    return alive.map { members[$0] }.sorted { $0[0] < $1[0] }
  }
}
