extension UnsafeBufferPointer<UInt8> {
  /// The scalar whose first byte is at `index`, and how many bytes it has, in UTF-8 that is known to be valid.
  ///
  /// Walking bytes by hand costs a fraction of what a `UnicodeScalarView` costs in another module, where nothing of it
  /// is specialised. What is not valid UTF-8 gives U+FFFD and never a read beyond the end.
  @inlinable package func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(self[index])
    if first < 0x80 { return (Unicode.Scalar(UInt8(truncatingIfNeeded: first)), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard index + length <= count else { return ("\u{FFFD}", count - index) }
    var value = first & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(self[index + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}
