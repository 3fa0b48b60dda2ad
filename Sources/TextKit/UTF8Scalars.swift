extension UnsafeBufferPointer<UInt8> {
  /// The scalar whose first byte is at `index`, and how many bytes it has, in UTF-8 that is known to be valid.
  ///
  /// Walking bytes by hand costs a fraction of what a `UnicodeScalarView` costs in another module, where nothing of it
  /// is specialised. What is not valid UTF-8 gives U+FFFD and never a read beyond the end.
  @inline(__always) @inlinable package func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(self[index])
    if first < 0x80 { return (Unicode.Scalar(UInt8(truncatingIfNeeded: first)), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard index + length <= count else { return ("\u{FFFD}", count - index) }
    // Spelt out: as a loop it took twice as long.
    func rest(_ offset: Int) -> UInt32 { UInt32(self[index + offset] & 0x3F) }
    let value =
      switch length {
      case 2: (first & 0x1F) << 6 | rest(1)
      case 3: (first & 0x0F) << 12 | rest(1) << 6 | rest(2)
      default: (first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3)
      }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// How many scalars UTF-8 has that is known to be valid: the bytes that begin one, eight at a time.
  package var scalarCount: Int {
    var (total, index) = (0, 0)
    while count - index >= ByteWord.count {
      let bits = ByteWord(self, at: index).bits
      // Bytes that go on have the upper bit and not the next one. The product's highest byte is the sum of all bytes.
      let starts = (~bits >> 7 | bits >> 6) & ByteWord.ones
      total += Int(truncatingIfNeeded: (starts &* ByteWord.ones) >> 56)
      index += ByteWord.count
    }
    for byte in self[index...] where byte & 0xC0 != 0x80 { total += 1 }
    return total
  }
}
