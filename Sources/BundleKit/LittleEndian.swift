/// ZIP's numbers: unsigned, least significant byte first.
extension Array<UInt8> {
  /// The number that starts at `position`. The caller has made sure that all its bytes are there.
  func number<Number: FixedWidthInteger & UnsignedInteger>(at position: Int, as type: Number.Type) -> Number {
    precondition(position >= 0 && position <= count - MemoryLayout<Number>.size, "a number runs past its record")
    return withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: type)) }
  }

  /// Appends a number in as many bytes as its type has.
  mutating func append(number: some FixedWidthInteger & UnsignedInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
