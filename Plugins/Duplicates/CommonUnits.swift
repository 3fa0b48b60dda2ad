import StageKit

/// The units that many texts share: "the", "of". Signatures leave them out, or every text would look a little like
/// every other one and be measured against it.
struct CommonUnits: Sendable {
  private static let slots = 1 << 20
  /// Units of fewer texts than this are never left out: in a small corpus everything may be measured.
  private static let fewest: UInt32 = 100
  /// Texts that would be left with fewer units than this keep them all.
  private static let fewestKept = 8
  /// A bit for each slot that is common.
  private let common: [UInt64]

  /// Counts in how many texts each unit is. Blocks the calling thread.
  ///
  /// - Parameters:
  ///   - words: the sets.
  ///   - places: which of them to count, ascending.
  ///   - texts: how many texts there are, those without units included.
  init(
    _ words: WordSets, of places: [Int32], among texts: Int, workers: Int, watching flag: CancellationFlag
  ) throws {
    // Two units in one slot count together, which can only leave out a few rare ones more.
    let limit = max(Self.fewest, UInt32(clamping: texts / 50))
    let blocks = words.blocks(of: places)
    // Each thread counts into a table of its own (4 MB).
    let threads = max(1, min(workers, 8, blocks.count))
    let tables = (0..<threads).map { _ in CountTable(Self.slots) }
    try parallel(threads, workers: threads, watching: flag) { thread in
      for block in stride(from: thread, to: blocks.count, by: threads) {
        try flag.check()
        try words.forEach(places[blocks[block]]) { _, units in
          for unit in units { tables[thread].counts[Int(unit) & (Self.slots - 1)] += 1 }
        }
      }
    }
    var common = [UInt64](repeating: 0, count: Self.slots / 64)
    for slot in 0..<Self.slots {
      let count = tables.reduce(0) { $0 + $1.counts[slot] }
      if count > limit { common[slot >> 6] |= 1 << UInt64(slot & 63) }
    }
    self.common = common
  }

  /// Writes the units of a text that are not common into `rare`, which has room for all.
  ///
  /// - Returns: how many there are.
  func copyRare(of units: UnsafeBufferPointer<UInt32>, into rare: inout [UInt32]) -> Int {
    var count = 0
    for unit in units {
      let slot = Int(unit) & (Self.slots - 1)
      rare[count] = unit
      count += common[slot >> 6] >> UInt64(slot & 63) & 1 == 0 ? 1 : 0
    }
    if count >= Self.fewestKept { return count }
    for (index, unit) in units.enumerated() { rare[index] = unit }
    return units.count
  }
}

/// Counters that one thread at a time uses.
private final class CountTable: @unchecked Sendable {
  let counts: UnsafeMutableBufferPointer<UInt32>

  init(_ count: Int) {
    counts = .allocate(capacity: count)
    counts.initialize(repeating: 0)
  }

  deinit { counts.deallocate() }
}
