/// FNV-1a with 64 bits (Fowler, Noll, Vo): a quick hash of short keys, the same on every machine and in every run.
///
/// Its upper bits hardly differ between short keys; where they matter, mix once more (``SplitMix64/mixed(_:)``).
/// A type of the package is inlined in other modules only if it is usable from inlined code.
@usableFromInline package struct FNV1a: Sendable, Equatable {
  /// The hash of what was added so far.
  @usableFromInline package var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of nothing.
  @inlinable package init() {}

  /// The hash of bytes.
  @inlinable package init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(UInt64(byte)) }
  }

  /// Adds a byte, or another number as though it were one.
  @inlinable @inline(__always) package mutating func add(_ number: UInt64) {
    value = (value ^ number) &* 0x100_0000_01B3
  }
}
