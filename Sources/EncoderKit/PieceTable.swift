/// Finds pieces by their bytes: a hash table, and a filter that knows which strings begin a piece.
///
/// The filter does what a trie would (say early that nothing longer will match) in 1 MB and without building a
/// tree at every start of the program. It may say yes wrongly, which costs a look-up; the table compares bytes and
/// never errs.
struct PieceTable: Sendable {
  /// Score of each piece, by id.
  let scores: [Float]
  /// Bytes of the longest piece.
  let longest: Int
  /// Most scalars that a piece has.
  let longestInScalars: Int

  private let offsets: [Int]
  private let text: [UInt8]
  /// High half: hash of a piece; low half: its id plus one, or 0 in an empty slot.
  private let slots: [UInt64]
  private let slotMask: Int
  /// A bit for the hash of every beginning of a piece.
  private let beginnings: [UInt64]
  private let beginningMask: UInt32

  /// Pieces by ascending id; of equal ones the first is found.
  init(scores: [Float], offsets: [Int], text: [UInt8]) {
    let slotCount = Self.powerOfTwo(atLeast: 2 * scores.count)
    let bitCount = max(64, Self.powerOfTwo(atLeast: 32 * scores.count))
    var slots = [UInt64](repeating: 0, count: slotCount)
    var beginnings = [UInt64](repeating: 0, count: bitCount / 64)
    let beginningMask = UInt32(truncatingIfNeeded: bitCount - 1)
    var longest = 1
    var longestInScalars = 1
    for id in scores.indices {
      let bytes = offsets[id]..<offsets[id + 1]
      guard !bytes.isEmpty else { continue }
      var hash = PieceHash()
      var scalars = 0
      for index in bytes {
        hash.add(text[index])
        // Only whole scalars are ever looked up.
        guard index + 1 == bytes.upperBound || text[index + 1] & 0xC0 != 0x80 else { continue }
        scalars += 1
        let bit = hash.mixed & beginningMask
        beginnings[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
      }
      longest = max(longest, bytes.count)
      longestInScalars = max(longestInScalars, scalars)
      var slot = Int(hash.mixed) & (slotCount - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
      slots[slot] = UInt64(hash.mixed) << 32 | UInt64(id + 1)
    }
    self.scores = scores
    self.offsets = offsets
    self.text = text
    self.slots = slots
    self.slotMask = slotCount - 1
    self.beginnings = beginnings
    self.beginningMask = beginningMask
    self.longest = longest
    self.longestInScalars = longestInScalars
  }

  /// Whether a piece may begin with the bytes of this hash.
  func mayBegin(_ hash: PieceHash) -> Bool {
    let bit = hash.mixed & beginningMask
    return beginnings[Int(bit >> 6)] >> UInt64(bit & 63) & 1 == 1
  }

  /// The id of the piece that is exactly these bytes, whose hash is `hash`.
  func id(of bytes: Slice<UnsafeBufferPointer<UInt8>>, _ hash: PieceHash) -> Int? {
    var slot = Int(hash.mixed) & slotMask
    while slots[slot] != 0 {
      if UInt32(slots[slot] >> 32) == hash.mixed {
        let id = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if text[offsets[id]..<offsets[id + 1]].elementsEqual(bytes) { return id }
      }
      slot = (slot + 1) & slotMask
    }
    return nil
  }

  private static func powerOfTwo(atLeast count: Int) -> Int {
    1 << (Int.bitWidth - (max(count, 2) - 1).leadingZeroBitCount)
  }
}

/// A hash that grows byte by byte: 32-bit FNV-1a, with a final mix so that its low bits can be used alone.
struct PieceHash {
  private var state: UInt32 = 0x811C_9DC5

  mutating func add(_ byte: UInt8) { state = (state ^ UInt32(byte)) &* 0x0100_0193 }

  /// The hash of the bytes so far.
  var mixed: UInt32 {
    let x = (state ^ state >> 16) &* 0x7FEB_352D
    return x ^ x >> 15
  }
}
