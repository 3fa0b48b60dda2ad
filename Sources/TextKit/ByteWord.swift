/// Eight bytes of a text that are looked at together, in a register (SWAR: Lamport, "Multiple byte processing with
/// full-word instructions", 1975). Answers are masks with the highest bit of each byte that is meant.
@usableFromInline package struct ByteWord: Sendable {
  /// The bytes, the first of the text lowest.
  @usableFromInline package let bits: UInt64

  /// The highest bit of each byte.
  @inlinable package static var high: UInt64 { 0x8080_8080_8080_8080 }
  /// How many bytes it has.
  @inlinable package static var count: Int { 8 }

  /// The eight bytes from `index` on.
  ///
  /// - Precondition: there are eight.
  @inlinable package init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
    bits = UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  /// The bytes that are not ASCII.
  @inlinable package var nonASCII: UInt64 { bits & Self.high }

  /// How many ASCII bytes it begins with, 0...8.
  @inlinable package var leadingASCII: Int { nonASCII.trailingZeroBitCount >> 3 }

  /// The ASCII bytes from `low` to `high`.
  ///
  /// - Precondition: 0 < `low` <= `high` < 0x80.
  @inline(__always) @inlinable package func ascii(_ low: UInt8, _ high: UInt8) -> UInt64 {
    let seven = bits & ~Self.high
    // Nothing is carried from byte to byte: 0x7F and 0x7F are less than 0x100.
    let reached = seven &+ Self.ones &* UInt64(0x80 &- low)
    let passed = seven &+ Self.ones &* UInt64(0x7F &- high)
    return reached & ~passed & ~bits & Self.high
  }

  /// The ASCII bytes up to `high`.
  @inline(__always) @inlinable package func ascii(through high: UInt8) -> UInt64 {
    let passed = (bits & ~Self.high) &+ Self.ones &* UInt64(0x7F &- high)
    return ~passed & ~bits & Self.high
  }

  /// The ASCII letters.
  @inline(__always) @inlinable package var letters: UInt64 {
    // The bit that small letters have and capitals do not is set in all; nothing else becomes a letter by it.
    ByteWord(bits: bits | Self.ones &* 0x20).ascii(0x61, 0x7A)
  }

  /// The part of a mask that is about the first `count` bytes, of which there are 0...8.
  @inlinable package static func first(_ count: Int, of mask: UInt64) -> UInt64 {
    count >= Self.count ? mask : mask & (1 &<< UInt64(truncatingIfNeeded: count &* 8) &- 1)
  }

  @inlinable static var ones: UInt64 { 0x0101_0101_0101_0101 }

  @usableFromInline init(bits: UInt64) { self.bits = bits }
}
