import CPrefetch

/// The n-grams of a text, each with its number of occurrences: a hash table in memory that someone else keeps.
struct NgramCounts {
  /// How many different n-grams there are.
  private(set) var distinct = 0

  /// A used slot: 20 bits row, 16 bits blocks, 28 bits occurrences, from the lowest on. 0 if it is free.
  private let slots: UnsafeMutableBufferPointer<UInt64>
  /// The used slots in the order in which their n-grams came up.
  private let order: UnsafeMutableBufferPointer<UInt32>
  private let shift: UInt64

  private static let keyBits: UInt64 = 36
  private static let one: UInt64 = 1 << keyBits
  private static let key = one - 1

  /// How large a table a text needs: a power of two that it fills by half at most, and room for each n-gram.
  static func capacity(bytes: Int, features: Int) -> (slots: Int, ngrams: Int) {
    let ngrams = max(32, min(bytes, features))
    return (1 << (Int.bitWidth - (2 * ngrams - 1).leadingZeroBitCount), ngrams)
  }

  /// An empty table.
  ///
  /// - Precondition: the sizes are those of ``capacity(bytes:features:)``.
  init(slots: UnsafeMutableBufferPointer<UInt64>, order: UnsafeMutableBufferPointer<UInt32>) {
    UnsafeMutableRawBufferPointer(slots).initializeMemory(as: UInt8.self, repeating: 0)
    self.slots = slots
    self.order = order
    shift = UInt64(64 - slots.count.trailingZeroBitCount)
  }

  /// Runs the automaton over a text and counts what it finds.
  mutating func count(_ text: UnsafeBufferPointer<UInt8>, _ file: LanguageModelFile) {
    let mask = slots.count - 1
    let weights = file.weights
    var used = 0
    file.forEachStep(over: text) { step in
      guard step.hasRow else { return }
      let key = step.bits >> 28
      var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
      while true {
        let found = slots[slot]
        if found == 0 {
          slots[slot] = key | Self.one
          // They will be added up; a row for each block is at most three lines of the cache.
          let row = weights + step.row
          for line in 0..<3 { prefetch(row + 4 * line) }
          order[used] = UInt32(truncatingIfNeeded: slot)
          used &+= 1
          break
        }
        if found & Self.key == key {
          slots[slot] = found &+ Self.one
          break
        }
        slot = (slot &+ 1) & mask
      }
    }
    distinct = used
  }
}

extension NgramCounts {
  /// An n-gram of the text.
  struct Ngram {
    fileprivate let bits: UInt64

    /// How often it occurs.
    var occurrences: Int { Int(truncatingIfNeeded: bits >> keyBits) }
    /// Where its weights begin.
    var row: Int { Int(truncatingIfNeeded: bits & 0xFFFFF) }
    /// Which weights it has.
    var blocks: UInt16 { UInt16(truncatingIfNeeded: bits >> 20) }
  }

  /// Calls `body` with all n-grams in groups of at most `atOnce` that occur equally often, those up to `most` times in
  /// ascending order and then the others one by one; with the number of occurrences.
  ///
  /// The groups are the same for the same text, the order within a group is not to be relied on.
  func forEachGroup(upTo most: Int, atOnce: Int, _ body: (Int, UnsafeBufferPointer<Ngram>) -> Void) {
    // Sorted by counting: where in `sorted` the n-grams of each number of occurrences begin.
    withUnsafeTemporaryAllocation(of: Int.self, capacity: most + 2) { starts in
      withUnsafeTemporaryAllocation(of: Ngram.self, capacity: max(1, distinct)) { sorted in
        starts.initialize(repeating: 0)
        for place in 0..<distinct {
          starts[min(Ngram(bits: slots[Int(order[place])]).occurrences, most + 1)] += 1
        }
        var sum = 0
        for list in starts.indices { (starts[list], sum) = (sum, sum + starts[list]) }
        for place in 0..<distinct {
          let ngram = Ngram(bits: slots[Int(order[place])])
          let list = min(ngram.occurrences, most + 1)
          sorted[starts[list]] = ngram
          starts[list] += 1
        }
        var place = 0
        while place < distinct {
          let occurrences = sorted[place].occurrences
          var end = place + 1
          while end < min(distinct, place + atOnce), sorted[end].occurrences == occurrences { end += 1 }
          body(occurrences, UnsafeBufferPointer(rebasing: sorted[place..<end]))
          place = end
        }
      }
    }
  }
}
