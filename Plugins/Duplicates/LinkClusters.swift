/// Items that hang together by links, in clusters that are small enough to look at all their pairs.
enum LinkClusters {
  /// Larger clusters are taken apart: to look at all pairs of one takes too long, and those of that size hang together
  /// by mistakes.
  static let largest = 256

  /// The clusters of two items or more, each in ascending order, by their first items.
  ///
  /// Of too large a cluster each item that is left takes those that it is linked to directly; these are a cluster, and
  /// whoever is then alone is in none.
  /// - Parameter links: in any order.
  static func of(_ links: [(Int, Int)], largest: Int = Self.largest) -> [[Int]] {
    let items = links.flatMap { [$0.0, $0.1] }.sorted().deduplicated()
    let places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, $0) })
    let known = links.compactMap { link in
      places[link.0].flatMap { a in places[link.1].map { (min(a, $0), max(a, $0)) } }
    }
    var sets = DisjointSets(count: items.count)
    for (a, b) in known { sets.join(a, b) }
    let classes = sets.classes()
    let isTooLarge = classes.contains { $0.count > largest }
    let neighbours = isTooLarge ? neighbours(known, among: items.count) : []
    return classes.flatMap { $0.count <= largest ? [$0] : stars($0, neighbours, largest) }
      .map { $0.map { items[$0] } }.sorted { $0[0] < $1[0] }
  }

  private static func neighbours(_ links: [(Int, Int)], among count: Int) -> [[Int]] {
    var neighbours = [[Int]](repeating: [], count: count)
    for (a, b) in links {
      neighbours[a].append(b)
      neighbours[b].append(a)
    }
    return neighbours
  }

  private static func stars(_ cluster: [Int], _ neighbours: [[Int]], _ largest: Int) -> [[Int]] {
    var taken: Set<Int> = []
    return cluster.compactMap { item -> [Int]? in
      guard taken.insert(item).inserted else { return nil }
      let own = neighbours[item].sorted().deduplicated().filter { !taken.contains($0) }.prefix(largest - 1)
      taken.formUnion(own)
      return own.isEmpty ? nil : ([item] + own).sorted()
    }
  }
}
