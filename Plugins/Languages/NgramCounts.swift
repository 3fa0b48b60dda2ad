/// The n-grams of a text, each with its number of occurrences: a hash table in memory that someone else keeps.
struct NgramCounts {
  /// How many different n-grams there are.
  private(set) var distinct = 0

  /// A used slot: 20 bits row, 16 bits blocks, 28 bits occurrences, from the lowest on. 0 if it is free.
  private let slots: UnsafeMutableBufferPointer<UInt64>
  /// The used slots in the order in which their n-grams came up; behind as many places, the next in the list of those
  /// with as many occurrences.
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
  /// - Precondition: the sizes are those of ``capacity(bytes:features:)``, `order` having room for two lists.
  init(slots: UnsafeMutableBufferPointer<UInt64>, order: UnsafeMutableBufferPointer<UInt32>) {
    slots.initialize(repeating: 0)
    self.slots = slots
    self.order = order
    shift = UInt64(64 - slots.count.trailingZeroBitCount)
  }

  /// Runs the automaton over a text and counts what it finds.
  mutating func count(_ text: UnsafeBufferPointer<UInt8>, _ file: LanguageModelFile) {
    // Checked when the file was loaded: each base plus a byte is a slot, each pair of bytes has its step.
    let (steps, pairs) = (file.slots, file.pairs)
    let mask = slots.count - 1
    var base = pairs[0].base
    var previous = 0
    var used = 0
    for byte in text {
      let other = pairs[previous << 8 | Int(byte)]
      let own = steps[base + Int(byte)]
      let step = own.byte == byte ? own : other
      base = step.base
      previous = Int(byte)
      guard step.hasRow else { continue }
      let key = step.bits >> 28
      var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
      while true {
        let found = slots[slot]
        if found == 0 {
          slots[slot] = key | Self.one
          order[used] = UInt32(truncatingIfNeeded: slot)
          used += 1
          break
        }
        if found & Self.key == key {
          slots[slot] = found &+ Self.one
          break
        }
        slot = (slot + 1) & mask
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

  /// Calls `body` with each n-gram, those with equal numbers of occurrences together, from few to many up to
  /// `most`, then those with more one by one; `close` behind each such group with its number of occurrences.
  func forEachGroup(upTo most: Int, _ body: (Ngram) -> Void, close: (Int, _ members: Int) -> Void) {
    let none = UInt32.max
    let following = distinct
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: most + 2) { heads in
      heads.initialize(repeating: none)
      for place in 0..<distinct {
        let list = min(Ngram(bits: slots[Int(order[place])]).occurrences, most + 1)
        order[following + place] = heads[list]
        heads[list] = UInt32(truncatingIfNeeded: place)
      }
      for list in 1...most + 1 {
        var place = heads[list]
        var members = 0
        while place != none {
          let ngram = Ngram(bits: slots[Int(order[Int(place)])])
          body(ngram)
          members += 1
          if list > most { close(ngram.occurrences, 1) }
          place = order[following + Int(place)]
        }
        if list <= most, members > 0 { close(list, members) }
      }
    }
  }
}
