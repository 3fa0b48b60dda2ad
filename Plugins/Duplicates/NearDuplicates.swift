import Foundation
import StageKit

/// Finds texts that are another one with small edits, by the words they have in common.
///
/// Candidates come from MinHash bands; each is then measured by the exact Jaccard similarity of the two word sets.
/// Texts are taken best first (see ``Ranking``), and each joins the most similar text before it that joined none, or
/// else stands for itself. So every copy is like its leader, chains of copies of copies cannot grow, and ten thousand
/// versions of one text are measured ten thousand times, not fifty million.
///
/// The detected language plays no part: texts of two languages share too few words, and a close copy whose language
/// was taken for a sister language is still a copy.
struct NearDuplicates {
  /// How a text resembles its leader.
  struct Link: Sendable, Equatable {
    /// The rank of the leader.
    var leader: Int
    /// How many words both have.
    var shared: Int
    /// How many words the text has.
    var mine: Int
    /// How many words the leader has.
    var theirs: Int

    /// Shared words over all words of both.
    var similarity: Double { Double(shared) / (Double(mine + theirs) - Double(shared)) }
  }

  /// From this Jaccard similarity on, texts are near duplicates.
  let threshold: Double
  /// How many threads may compute signatures.
  let workers: Int
  /// The words of all texts, by place.
  let words: WordSets
  /// For files of some 400 bytes a text.
  let directory: URL
  let flag: CancellationFlag
  /// Told how many texts of how many are done.
  let progress: @Sendable (Int, Int) -> Void
  /// How many pairs were measured in the last search: those whose sizes and sketches allow it.
  private(set) var comparisons = 0
  /// How many texts of the last search were not compared with all that share a band with them, see ``Leaders``.
  private(set) var incomplete = 0
  /// So many leaders are measured for one text, those of the smallest classes first. News comes nowhere near it; texts
  /// made from one template may.
  static let mostMeasured = 64
  private var cache = WordCache()

  init(
    threshold: Double, workers: Int, words: WordSets, directory: URL, watching flag: CancellationFlag,
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) {
    self.threshold = threshold
    self.workers = workers
    self.words = words
    self.directory = directory
    self.flag = flag
    self.progress = progress
  }

  /// Calls `found` for each text that has a leader, by rank. Blocks the calling thread.
  ///
  /// - Parameters:
  ///   - order: the places of all texts by rank.
  ///   - takesPart: whether a text, by its rank, is looked at.
  mutating func find(
    in order: [Int32], where takesPart: (Int) -> Bool, found: (_ rank: Int, _ link: Link) -> Void
  ) throws {
    (comparisons, incomplete) = (0, 0)
    var ranks: [Int32] = []
    var texts = 0
    for rank in order.indices where takesPart(rank) {
      texts += 1
      if words.count(of: Int(order[rank])) > 0 { ranks.append(Int32(rank)) }
    }
    let (places, numbers) = inOrderOfFile(ranks.map { order[Int($0)] })
    let classes = try classes(of: places, among: texts)
    var leaders = Leaders(classes: classes.count)
    var candidates: [Int32] = []
    for (index, rank) in ranks.enumerated() {
      try flag.check()
      if index & 0x3FF == 0 { progress(texts / 2 + index / 2, texts) }
      let own = try classes.classes(of: Int(numbers[index]))
      guard !own.isEmpty else { continue }
      let units = try cache.words(of: Int(order[Int(rank)]), in: words)
      let text = Leader(rank: rank, count: Int32(units.count), sketch: ParitySketch(of: units))
      var isWhole = leaders.collect(for: rank, in: own, into: &candidates)
      let best = try best(for: text, units, among: candidates, of: leaders, in: order, &isWhole)
      incomplete += isWhole ? 0 : 1
      if let best { found(Int(rank), best) } else { leaders.add(text, to: own) }
    }
    progress(texts, texts)
  }

  /// How a text resembles the most similar of its candidates; nil if it is like none.
  ///
  /// - Parameter isWhole: set to false when there are too many candidates to measure them all.
  private mutating func best(
    for text: Leader, _ units: [UInt32], among candidates: [Int32], of leaders: Leaders, in order: [Int32],
    _ isWhole: inout Bool
  ) throws -> Link? {
    var (best, measured) = (Link?.none, 0)
    for candidate in candidates {
      let leader = leaders[candidate]
      guard let limits = Limits(text, leader, threshold, best) else { continue }
      guard measured < Self.mostMeasured else {
        isWhole = false
        break
      }
      measured += 1
      let theirs = try cache.words(of: Int(order[Int(leader.rank)]), in: words)
      guard let shared = Self.countShared(units, theirs, mostDifferent: limits.difference) else { continue }
      let link = Link(leader: Int(leader.rank), shared: shared, mine: units.count, theirs: theirs.count)
      guard link.similarity >= limits.similarity else { continue }
      // The better text wins among equally similar ones: the result must not hang on the order of bands.
      if let best, (best.similarity, link.leader) >= (link.similarity, best.leader) { continue }
      best = link
    }
    comparisons += measured
    return best
  }

  /// The places in ascending order, in which signatures are made, and for each place where it stands among them.
  private func inOrderOfFile(_ places: [Int32]) -> (sorted: [Int32], numbers: [Int32]) {
    var indices = [Int32](repeating: -1, count: Int(places.max() ?? -1) + 1)
    for (index, place) in places.enumerated() { indices[Int(place)] = Int32(index) }
    var sorted: [Int32] = []
    sorted.reserveCapacity(places.count)
    var numbers = [Int32](repeating: 0, count: places.count)
    for (place, index) in indices.enumerated() where index >= 0 {
      numbers[Int(index)] = Int32(sorted.count)
      sorted.append(Int32(place))
    }
    return (sorted, numbers)
  }

  /// Which texts share bands.
  private func classes(of places: [Int32], among texts: Int) throws -> BandClasses {
    let common = try CommonUnits(words, of: places, among: texts, workers: workers, watching: flag)
    let keys = try BandKeys(of: places.count, in: directory)
    let blocks = words.blocks(of: places)
    let (words, progress) = (words, progress)
    try parallel(blocks.count, workers: workers, watching: flag) { number in
      let block = blocks[number]
      var rare: [UInt32] = []
      var table = [UInt64](repeating: 0, count: block.count * MinHash.bands)
      var index = 0
      try words.forEach(places[block]) { _, units in
        if rare.count < units.count { rare = [UInt32](repeating: 0, count: units.count) }
        let count = common.copyRare(of: units, into: &rare)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: MinHash.bands) { keys in
          rare.withUnsafeBufferPointer { rare in
            MinHash.write(keysOf: UnsafeBufferPointer(rebasing: rare[..<count]), to: keys)
          }
          for band in 0..<MinHash.bands { table[band * block.count + index] = keys[band] }
        }
        index += 1
      }
      try keys.write(table, from: block.lowerBound)
      progress(block.upperBound / 2, texts)
    }
    return try BandClasses(of: keys, in: directory, workers: workers, watching: flag)
  }

  /// A short text says little: of two lines with ten words each, eight in common are often two events. Below 20 units
  /// the threshold rises, up to 0.2 more.
  static func threshold(_ threshold: Double, units: Int) -> Double {
    min(1, threshold + max(0, 0.2 * (1 - Double(units) / 20)))
  }

  /// What a pair must fulfil to be found.
  private struct Limits {
    /// The least similarity.
    var similarity: Double
    /// The largest number of words that only one of both has.
    var difference: Int

    /// Nil if the sizes and sketches of both show that it can't be fulfilled.
    init?(_ a: Leader, _ b: Leader, _ threshold: Double, _ best: Link?) {
      let (small, large) = (Int(min(a.count, b.count)), Int(max(a.count, b.count)))
      similarity = max(NearDuplicates.threshold(threshold, units: small), best?.similarity ?? 0)
      // The similarity cannot be more than the ratio of sizes. Where d words are only in one of two sets that have n
      // together, it is (n - d) / (n + d). Rounding must not lose a pair, so a little is added.
      let most = (1 - similarity) / (1 + similarity) * Double(small + large)
      difference = Int(most + 1e-6)
      guard small > 0, Double(small) >= similarity * Double(large) else { return nil }
      guard a.sketch.leastDifference(from: b.sketch) <= difference else { return nil }
    }
  }

  /// How a text resembles another one; nil if they are no near duplicates.
  static func compare(_ mine: [UInt32], _ theirs: [UInt32], threshold: Double) -> Link? {
    guard let shared = countShared(mine, theirs, mostDifferent: .max), shared > 0 else { return nil }
    let link = Link(leader: 0, shared: shared, mine: mine.count, theirs: theirs.count)
    return link.similarity >= self.threshold(threshold, units: min(mine.count, theirs.count)) ? link : nil
  }

  /// How many words two sets share; nil if more than `mostDifferent` are only in one of them.
  static func countShared(_ a: [UInt32], _ b: [UInt32], mostDifferent: Int) -> Int? {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var (i, j, shared) = (0, 0, 0)
        while i < a.count, j < b.count {
          let (x, y) = (a[i], b[j])
          shared += x == y ? 1 : 0
          i += x <= y ? 1 : 0
          j += y <= x ? 1 : 0
          // Each step that shares nothing passes a word that only one of them has.
          if i + j - 2 * shared > mostDifferent { return nil }
        }
        return shared
      }
    }
  }
}

/// The word sets read last: a text is measured against several others in a row.
private struct WordCache {
  private var places = [Int](repeating: -1, count: slots)
  private var sets = [[UInt32]](repeating: [], count: slots)
  private static let slots = 1024
  /// Longer sets are read each time.
  private static let longest = 4096

  mutating func words(of place: Int, in words: WordSets) throws -> [UInt32] {
    let slot = place & (Self.slots - 1)
    if places[slot] == place { return sets[slot] }
    let set = try words.words(of: place)
    guard set.count <= Self.longest else { return set }
    (places[slot], sets[slot]) = (place, set)
    return set
  }
}
