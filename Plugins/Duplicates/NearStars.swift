/// Looks whether the copies of one text agree with each other too, and not only with that text.
///
/// Where the threshold is high they must: what differs from a text in a third differs from another such text in two
/// thirds at most. With a low threshold, two texts with nothing in common may each resemble a third one. Those are told
/// apart here: a copy stays if it has at least half of what the threshold asks for in common with every copy before it;
/// the others are looked at anew, among themselves.
struct NearStars {
  /// A copy with what ties it to its leader.
  typealias Copy = (rank: Int, link: NearDuplicates.Link)

  /// That of the search.
  let threshold: Double
  /// The words of all texts, by place.
  let words: WordSets
  /// The places of documents by rank.
  let order: [Int32]
  /// A copy is measured against no more than so many others.
  private static let mostMeasured = 64

  /// The copies with their leaders, by rank; some have another leader than before, or none any more.
  func split(_ copies: [Copy]) throws -> [Copy] {
    var stars: [Int: [Copy]] = [:]
    for copy in copies { stars[copy.link.leader, default: []].append(copy) }
    var kept: [Copy] = []
    for leader in stars.keys.sorted() {
      var star = (stars[leader] ?? []).sorted { $0.rank < $1.rank }
      while !star.isEmpty {
        let (agreeing, others) = try parted(star)
        kept += agreeing
        guard let first = others.first else { break }
        let own = try units(first.rank)
        star = try others.dropFirst().compactMap { other in
          var link = NearDuplicates.compare(try units(other.rank), own, threshold: threshold)
          link?.leader = first.rank
          return link.map { (other.rank, $0) }
        }
      }
    }
    return kept.sorted { $0.rank < $1.rank }
  }

  /// The copies of a leader that all agree with each other, and the others.
  private func parted(_ star: [Copy]) throws -> (agreeing: [Copy], others: [Copy]) {
    let agreement = threshold / 2
    var (agreeing, others): ([Copy], [Copy]) = ([], [])
    var loosest = Double.infinity
    for copy in star {
      // What two texts lack is no more than what both lack of the leader: Jaccard's distance is a metric.
      let enough = 1 + agreement - copy.link.similarity
      var agrees = true
      if loosest < enough {
        let own = try units(copy.rank)
        for other in agreeing.lazy.filter({ $0.link.similarity < enough }).prefix(Self.mostMeasured) {
          let theirs = try units(other.rank)
          let shared = NearDuplicates.countShared(own, theirs, mostDifferent: .max) ?? 0
          agrees = Double(shared) >= agreement * Double(own.count + theirs.count - shared)
          if !agrees { break }
        }
      }
      if agrees {
        agreeing.append(copy)
        loosest = min(loosest, copy.link.similarity)
      } else {
        others.append(copy)
      }
    }
    return (agreeing, others)
  }

  private func units(_ rank: Int) throws -> [UInt32] { try words.words(of: Int(order[rank])) }
}
