/// Reads little-endian numbers one after the other and never past the end.
struct ByteCursor {
  private let bytes: UnsafeRawBufferPointer
  private let path: String
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// The next `count` bytes; `what` names them in the error.
  mutating func take(_ count: some BinaryInteger, _ what: String) throws(EncoderError) -> UnsafeRawBufferPointer {
    guard let count = Int(exactly: count), count >= 0, count <= bytes.count - offset else {
      throw .malformed(path, "it ends at byte \(bytes.count), within \(what) from byte \(offset) on")
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  /// Where the next `count` elements of `size` bytes each lie.
  mutating func skip(_ count: some BinaryInteger, of size: Int, _ what: String) throws(EncoderError) -> Range<Int> {
    let start = offset
    let (total, overflow) = (Int(exactly: count) ?? Int.max).multipliedReportingOverflow(by: size)
    _ = try take(overflow ? Int.max : total, what)
    return start..<offset
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self, _ what: String) throws(EncoderError) -> T {
    T(littleEndian: try take(MemoryLayout<T>.size, what).loadUnaligned(as: T.self))
  }

  mutating func float(_ what: String) throws(EncoderError) -> Float {
    Float(bitPattern: try integer(UInt32.self, what))
  }

  /// The next 32-bit signed integer, which must lie in `range`.
  mutating func size(_ what: String, in range: ClosedRange<Int>) throws(EncoderError) -> Int {
    let value = Int(try integer(Int32.self, what))
    guard range.contains(value) else {
      throw .malformed(path, "\(what) is \(value), not in \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }
}

extension UnsafeRawBufferPointer {
  /// The 32-bit integer number `index`, little-endian, wherever it lies.
  func word(_ index: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
  }
}
