/// ZIP's numbers: unsigned, least significant byte first.
extension Array<UInt8> {
  /// The number that starts at `position`. The caller has made sure that all its bytes are there.
  func number<Number: FixedWidthInteger & UnsignedInteger>(at position: Int, as type: Number.Type) -> Number {
    var value: Number = 0
    for index in 0..<MemoryLayout<Number>.size {
      value |= Number(truncatingIfNeeded: self[position + index]) << Number(truncatingIfNeeded: 8 * index)
    }
    return value
  }

  /// Appends a number in as many bytes as its type has.
  mutating func append(number: some FixedWidthInteger & UnsignedInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
