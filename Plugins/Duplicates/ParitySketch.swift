/// Says of two sets, without looking at them, that they differ in at least so many elements: the bitmap filter for
/// exact set similarity joins (Sandes, Teodoro, Melo 2020).
///
/// Each element flips one of 256 bits. What both sets have flips the same bits, so every bit that differs stands for an
/// element that only one of them has. The bound is close for sets that differ in little, as texts from one template do,
/// and says nothing of sets that differ in hundreds of elements.
struct ParitySketch: Sendable, Equatable {
  private let bits: SIMD4<UInt64>

  /// The sketch of a set of hashes.
  init(of units: [UInt32]) {
    var bits = SIMD4<UInt64>()
    for unit in units { bits[Int(unit >> 6 & 3)] ^= 1 << UInt64(unit & 63) }
    self.bits = bits
  }

  /// No more than the number of elements that only one of the two sets has.
  func leastDifference(from other: ParitySketch) -> Int { Int((bits ^ other.bits).nonzeroBitCount.wrappedSum()) }
}
