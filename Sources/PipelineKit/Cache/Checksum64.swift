/// A 64-bit checksum against damage by chance: torn writes, flipped bits, zeros where bytes were.
///
/// A step is a bijection of the state for any word and of the word for any state, so that a change within one word is
/// always noticed; any other damage goes unnoticed once in 2^64. It is no protection against people.
struct Checksum64 {
  /// Not zero: a record of zeros, which a power cut can leave, must not look whole.
  private(set) var value: UInt64 = 0x6A09_E667_F3BC_C908

  /// Adds a number.
  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 32
  }

  /// Adds bytes, eight at a time as little-endian numbers; zeros fill up the last one, so add the length as well.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let whole = bytes.count & ~7
    var offset = 0
    while offset < whole {
      add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    guard whole < bytes.count else { return }
    var last: UInt64 = 0
    for index in (whole..<bytes.count).reversed() { last = last << 8 | UInt64(bytes[index]) }
    add(last)
  }
}
