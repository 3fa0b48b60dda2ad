import Foundation
import StageKit

/// Which documents are worth aligning: those whose sentences are alike on average, and which share rare numbers.
///
/// Numbers alone find nine in ten translations, averages alone as many, both together 99 in 100 (measured among 738
/// documents in 122 languages). Up to ``DocumentCells/exact`` documents, each is compared with all others; of more, with
/// those of the cells that it is most like, and with those that share rare numbers with it wherever they are.
struct TranslationCandidates {
  /// How many partners each document proposes; a pair is a candidate if either side proposes it.
  static let partners = 10
  /// What the numbers' cosine counts for.
  private static let numberWeight: Float = 0.6
  /// From this cosine of numbers on, a document is compared with another one in whatever cell.
  private static let tellingNumbers: Float = 0.25

  private let space: SentenceSpace
  private let cells: DocumentCells
  /// The documents' vectors by their places in the cells.
  private let vectors: VectorBuffer
  private let numbers: NumberProfiles
  private let workers: Int

  /// Prepares the search among the members of a centred space.
  ///
  /// - Parameters:
  ///   - directory: where vectors go when they are too many for memory.
  ///   - few: up to so many documents are compared with all others.
  /// - Throws: ``StageError`` when the disk has no room; on cancellation.
  init(
    _ space: SentenceSpace, in directory: URL? = nil, workers: Int, watching flag: CancellationFlag,
    few: Int = DocumentCells.exact
  ) throws {
    let (cells, means) = try Self.cells(space, in: directory, workers: workers, watching: flag, few: few)
    try self.init(space, cells, means: means, in: directory, workers: workers)
  }

  /// The cells; and the documents' vectors if they lie in the order of these. If not, they are gone when this returns: to
  /// make them again takes little time, and two of each would be too much memory.
  private static func cells(
    _ space: SentenceSpace, in directory: URL?, workers: Int, watching flag: CancellationFlag, few: Int
  ) throws -> (DocumentCells, VectorBuffer?) {
    let members = (0..<space.members.count).map { Int32(clamping: $0) }
    let means = try DocumentMeans.of(space, members, in: directory)
    let cells = try means.withUnsafeBufferPointer { vectors in
      try DocumentCells.of(vectors, dimension: space.dimension, workers: workers, watching: flag, few: few)
    }
    return (cells, cells.ranges.count > 1 ? nil : means)
  }

  /// Prepares the search among the members before `middle`, for those from there on.
  init(_ space: SentenceSpace, before middle: Int, workers: Int) throws {
    try self.init(space, DocumentCells(one: middle), means: nil, in: nil, workers: workers)
  }

  private init(
    _ space: SentenceSpace, _ cells: DocumentCells, means: VectorBuffer?, in directory: URL?, workers: Int
  ) throws {
    self.space = space
    self.cells = cells
    self.workers = workers
    // Members that are in no cell search, and are not found.
    let order = cells.order + (cells.order.count..<space.members.count).map { Int32(clamping: $0) }
    vectors = try means ?? DocumentMeans.of(space, order, in: directory)
    numbers = NumberProfiles(space, order: order)
  }

  /// The pairs to align, first member first, in ascending order.
  ///
  /// - Throws: on cancellation.
  func pairs(watching flag: CancellationFlag) throws -> [(Int, Int)] {
    let count = space.members.count
    var keys: [Int] = []
    for (place, partners) in try proposals(of: 0..<count, watching: flag).enumerated() {
      let member = Int(cells.order[place])
      for other in partners { keys.append(min(member, Int(other)) * count + max(member, Int(other))) }
    }
    keys.sort()
    return keys.deduplicated().map { ($0 / count, $0 % count) }
  }

  /// How many partners an earlier document proposes, see ``pairs(from:watching:)``.
  private static let earlierPartners = 5

  /// The pairs of members in the cells with those from `middle` on, as the latter propose them.
  func pairs(from middle: Int, watching flag: CancellationFlag) throws -> [(Int, Int)] {
    try proposals(of: middle..<space.members.count, watching: flag).enumerated().flatMap { index, partners in
      partners.prefix(Self.earlierPartners).map { (Int($0), middle + index) }
    }
  }

  /// The best partners of the documents at some places, best first.
  private func proposals(of places: Range<Int>, watching flag: CancellationFlag) throws -> [[Int32]] {
    // Enough at once that those who look into the same cell make a full tile; few enough for all threads to have work.
    let block = min(512, max(Self.tile, places.count / (8 * max(1, workers))))
    let starts = Array(stride(from: places.lowerBound, to: places.upperBound, by: block))
    let proposals = parallelMap(starts.count, workers: workers) { number in
      propose(from: starts[number]..<min(places.upperBound, starts[number] + block), watching: flag)
    }
    try flag.check()
    return proposals.flatMap { $0 }
  }

  /// Documents a side of a tile; their vectors and those of as many partners stay in the processor's cache.
  private static let tile = 32

  private func propose(from block: Range<Int>, watching flag: CancellationFlag) -> [[Int32]] {
    var best = [BestPartners](repeating: BestPartners(), count: block.count)
    vectors.withUnsafeBufferPointer { vectors in
      guard let base = vectors.baseAddress else { return }
      var search = TileSearch(
        base: base, dimension: space.dimension, block: block, numbers: numbers, weight: Self.numberWeight)
      let chosen = cells.cellsToSearch(block) { base + $0 * space.dimension }
      var visitors = [[Int]](repeating: [], count: cells.ranges.count)
      for (index, own) in chosen.enumerated() { for cell in own { visitors[Int(cell)].append(index) } }
      for (cell, all) in visitors.enumerated() {
        for start in stride(from: 0, to: all.count, by: Self.tile) {
          guard !flag.isCancelled else { return }
          let queries = Array(all[start..<min(all.count, start + Self.tile)])
          search.compare(queries, with: cells.ranges[cell], width: Self.tile) { query, place, score in
            offer(place, score, to: &best[query], of: block.lowerBound + query)
            return best[query].lowest
          }
        }
      }
      guard cells.ranges.count > 1 else { return }
      for query in 0..<block.count {
        let seen = Set(chosen[query])
        search.compareByNumbers(query, least: Self.tellingNumbers) { place in
          !seen.contains(Int32(cells.cell(of: place)))
        } found: { place, score in
          offer(place, score, to: &best[query], of: block.lowerBound + query)
        }
      }
    }
    return best.map(\.members)
  }

  private func offer(_ place: Int, _ score: Float, to best: inout BestPartners, of query: Int) {
    guard place != query, score >= best.lowest else { return }
    let member = cells.order[place]
    let own = query < cells.order.count ? Int(cells.order[query]) : query
    guard space.members[own].language.mayTranslate(space.members[Int(member)].language) else { return }
    best.insert(member, score)
  }
}

/// The best partners seen so far; of equal ones those with the smallest numbers, so that the order in which they come
/// plays no part.
private struct BestPartners {
  private var scored: [(score: Float, member: Int32)] = []

  /// What a newcomer has to reach.
  var lowest: Float {
    scored.count < TranslationCandidates.partners ? -.infinity : scored[scored.count - 1].score
  }

  /// Best first.
  var members: [Int32] { scored.map(\.member) }

  mutating func insert(_ member: Int32, _ score: Float) {
    let place = scored.firstIndex { ($0.score, member) < (score, $0.member) } ?? scored.count
    scored.insert((score, member), at: place)
    if scored.count > TranslationCandidates.partners { scored.removeLast() }
  }
}
