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
    /// The leader, as an index of the input.
    var leader: Int
    /// Shared words over all words of both.
    var similarity: Double
    /// The share of the copy's words that the leader has, and the share of the leader's words that the copy has.
    var coverage: (mine: Double, theirs: Double)

    static func == (a: Link, b: Link) -> Bool {
      a.leader == b.leader && a.similarity == b.similarity && a.coverage == b.coverage
    }
  }

  /// From this Jaccard similarity on, texts are near duplicates.
  var threshold: Double
  /// How many threads may compute signatures.
  var workers: Int
  /// How many pairs were measured in the last search.
  private(set) var comparisons = 0

  init(threshold: Double, workers: Int) {
    self.threshold = threshold
    self.workers = workers
  }

  /// The leader of each text; nil for those that stand for themselves.
  ///
  /// - Parameter texts: sorted sets of units, best text first.
  mutating func links(of texts: [[UInt32]]) -> [Link?] {
    let common = CommonUnits(texts)
    var links = [Link?](repeating: nil, count: texts.count)
    var index = BandIndex(capacity: texts.count)
    var leaders: [Int] = []
    comparisons = 0
    // Signatures are made in blocks: in parallel, and without holding those of all texts.
    for start in stride(from: 0, to: texts.count, by: Self.block) {
      let count = min(Self.block, texts.count - start)
      let keys = parallelMap(count, workers: workers) { MinHash.keys(of: common.rareUnits(of: texts[start + $0])) }
      for offset in 0..<count {
        let text = start + offset
        for entry in index.similar(to: keys[offset], asker: Int32(text)) {
          let leader = leaders[entry]
          guard let link = measure(texts[text], texts[leader], leader) else { continue }
          // The better text wins among equally similar ones: the result must not hang on the order of bands.
          if let best = links[text], (best.similarity, leader) >= (link.similarity, best.leader) { continue }
          links[text] = link
        }
        if links[text] == nil {
          leaders.append(text)
          index.insert(keys[offset])
        }
      }
    }
    return links
  }

  private static let block = 1024

  private mutating func measure(_ mine: [UInt32], _ theirs: [UInt32], _ leader: Int) -> Link? {
    let (small, large) = (min(mine.count, theirs.count), max(mine.count, theirs.count))
    let needed = Self.threshold(threshold, units: small)
    // The similarity cannot be more than the ratio of sizes.
    guard small > 0, Double(small) >= needed * Double(large) else { return nil }
    comparisons += 1
    let shared = Double(Self.countShared(mine, theirs))
    let similarity = shared / (Double(mine.count + theirs.count) - shared)
    guard similarity >= needed else { return nil }
    return Link(
      leader: leader, similarity: similarity,
      coverage: (shared / Double(mine.count), shared / Double(theirs.count)))
  }

  /// A short text says little: of two lines with ten words each, eight in common are often two events. Below 20 units
  /// the threshold rises, up to 0.2 more.
  static func threshold(_ threshold: Double, units: Int) -> Double {
    min(1, threshold + max(0, 0.2 * (1 - Double(units) / 20)))
  }

  private static func countShared(_ a: [UInt32], _ b: [UInt32]) -> Int {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var (i, j, shared) = (0, 0, 0)
        while i < a.count, j < b.count {
          let (x, y) = (a[i], b[j])
          shared += x == y ? 1 : 0
          i += x <= y ? 1 : 0
          j += y <= x ? 1 : 0
        }
        return shared
      }
    }
  }
}

/// The units that many texts share: "the", "of". Signatures leave them out, or every text would look a little like
/// every other one and be measured against it.
private struct CommonUnits {
  private static let slots = 1 << 20
  /// Units of fewer texts than this are never left out: in a small corpus everything may be measured.
  private static let fewest: UInt32 = 100
  /// Texts that would be left with fewer units than this keep them all.
  private static let fewestKept = 8
  private var counts = [UInt32](repeating: 0, count: slots)
  private let limit: UInt32

  init(_ texts: [[UInt32]]) {
    // Two units in one slot count together, which can only leave out a few rare ones more.
    limit = max(Self.fewest, UInt32(clamping: texts.count / 50))
    counts.withUnsafeMutableBufferPointer { counts in
      for units in texts {
        for unit in units { counts[Int(unit) & (Self.slots - 1)] += 1 }
      }
    }
  }

  func rareUnits(of units: [UInt32]) -> [UInt32] {
    let rare = units.filter { counts[Int($0) & (Self.slots - 1)] <= limit }
    return rare.count < Self.fewestKept ? units : rare
  }
}
