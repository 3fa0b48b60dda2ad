import StageKit

/// Groups of duplicates as ties between documents, to be taken apart and put together by ``Overrules``.
///
/// A tie that an analyst made is never cut; of others, the weakest one on the way between two documents that must be
/// kept apart goes first.
struct GroupGraph {
  /// A tie between two documents.
  struct Tie {
    var a: Int
    var b: Int
    /// What ties the second to the first.
    var link: DuplicateGroups.Link
    /// Whether an analyst made it.
    var isDecided = false
  }

  private var ties: [Tie?] = []
  /// For each document the numbers of its ties.
  private var neighbours: [Int: [Int]] = [:]

  /// Adds a tie.
  mutating func add(_ tie: Tie) {
    ties.append(tie)
    for document in [tie.a, tie.b] { neighbours[document, default: []].append(ties.count - 1) }
  }

  /// Cuts ties until there is no way between two documents.
  ///
  /// - Returns: the best score among the ties that were cut; nil if the two were apart already.
  mutating func separate(_ a: Int, _ b: Int) -> Double? {
    var best: Double?
    while let way = way(from: a, to: b) {
      // Among equally weak ones the last on the way; decided ones on all of it would have been refused with the file.
      let weakest = way.reversed().filter { ties[$0]?.isDecided == false }
        .min { (ties[$0]?.link.score ?? 0) < (ties[$1]?.link.score ?? 0) }
      guard let weakest, let tie = ties[weakest] else { return best }
      ties[weakest] = nil
      best = max(best ?? 0, tie.link.score)
    }
    return best
  }

  /// Says that an analyst made the tie of two documents, if they have one.
  ///
  /// - Returns: whether they have one.
  mutating func decide(_ a: Int, _ b: Int) -> Bool {
    guard
      let number = neighbours[a]?.first(where: { number in
        ties[number].map { [$0.a, $0.b].contains(b) } ?? false
      })
    else { return false }
    ties[number]?.isDecided = true
    return true
  }

  /// Whether there is a way between two documents.
  func areTogether(_ a: Int, _ b: Int) -> Bool { way(from: a, to: b) != nil }

  /// The ties on the shortest way between two documents, from the first to the second.
  private func way(from start: Int, to end: Int) -> [Int]? {
    var arrived: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let here = queue[next]
      next += 1
      if here == end { break }
      for number in neighbours[here] ?? [] {
        guard let tie = ties[number] else { continue }
        let other = tie.a == here ? tie.b : tie.a
        guard other != start, arrived[other] == nil else { continue }
        arrived[other] = number
        queue.append(other)
      }
    }
    var way: [Int] = []
    var here = end
    while here != start {
      guard let number = arrived[here], let tie = ties[number] else { return nil }
      way.append(number)
      here = tie.a == here ? tie.b : tie.a
    }
    return way.reversed()
  }

  /// What the groups are now: for each document its group's first one, and what ties it to a document that is nearer to
  /// that; no tie for the first one.
  func trees() -> [Int: (original: Int, link: DuplicateGroups.Link?)] {
    var found: [Int: (original: Int, link: DuplicateGroups.Link?)] = [:]
    for start in neighbours.keys.sorted() where found[start] == nil {
      found[start] = (start, nil)
      var queue = [start]
      var next = 0
      while next < queue.count {
        let here = queue[next]
        next += 1
        for number in neighbours[here] ?? [] {
          guard let tie = ties[number] else { continue }
          let other = tie.a == here ? tie.b : tie.a
          guard found[other] == nil else { continue }
          found[other] = (start, other == tie.b ? tie.link : tie.link.reversed(of: tie.b))
          queue.append(other)
        }
      }
    }
    return found
  }
}
