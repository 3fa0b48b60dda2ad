/// A small generator of numbers whose sequence is fixed by its state, so that results are the same on every machine:
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
@usableFromInline package struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline package var state: UInt64

  @inlinable package init(state: UInt64) { self.state = state }

  /// The next 64 bits.
  @inlinable package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A number from 0 up to, and without, `bound`, by the high half of a product (Lemire 2019).
  @inlinable package mutating func next(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The finaliser: spreads every bit over all others.
  @inlinable package static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
