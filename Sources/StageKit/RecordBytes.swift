/// Reads the numbers and strings of a ``DocumentRecord``, which may be damaged: no length is believed before it was
/// checked against what is left.
///
/// Unsigned numbers are in groups of seven bits, the lowest first, the high bit set on all but the last (LEB128).
/// Signed ones are folded before: 0, -1, 1, -2 … become 0, 1, 2, 3 … Doubles are eight bytes, little-endian. Strings
/// are their length in bytes and UTF-8.
struct RecordReader {
  /// How deep metadata may lie in itself; as much as `JSONEncoder` writes.
  static let maximumDepth = 512

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  /// Starts at the first byte.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How many bytes have not been read.
  private var left: Int { bytes.count - position }

  /// An error that says where reading has come to.
  func damaged(_ what: String) -> StageError {
    StageError(
      "damaged-record",
      "the stored form of a document is damaged (\(what), before byte \(position) of \(bytes.count)); it was cut short, "
        + "altered, or written by another version: remove the file it came from, and run again")
  }

  mutating func byte() throws -> UInt8 {
    guard position < bytes.count else { throw damaged("it ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func mask() throws -> DocumentRecord.Fields {
    let low = try byte()
    let high = try byte()
    return .init(rawValue: UInt16(low) | UInt16(high) << 8)
  }

  mutating func unsigned() throws -> UInt64 {
    var value = UInt64(try byte())
    guard value > 0x7F else { return value }
    value &= 0x7F
    for shift in stride(from: UInt64(7), through: 63, by: 7) {
      let next = UInt64(try byte())
      value |= (next & 0x7F) << shift
      // The tenth byte has room for one bit.
      if next <= 0x7F, shift < 63 || next <= 1 { return value }
    }
    throw damaged("a number is too large")
  }

  mutating func integer() throws -> Int {
    let folded = try unsigned()
    return Int(truncatingIfNeeded: folded >> 1) ^ -Int(truncatingIfNeeded: folded & 1)
  }

  mutating func double() throws -> Double {
    guard left >= 8 else { throw damaged("it ends in a number") }
    defer { position += 8 }
    return Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
  }

  /// How many elements follow, if each of them takes at least `size` bytes.
  mutating func count(ofAtLeast size: Int) throws -> Int {
    guard let count = Int(exactly: try unsigned()), count <= left / size else {
      throw damaged("a length is beyond its end")
    }
    return count
  }

  mutating func text() throws -> String {
    let count = try count(ofAtLeast: 1)
    let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    guard let text = piece.withMemoryRebound(to: UInt8.self, { String(utf8: $0) }) else {
      throw damaged("a text is not UTF-8")
    }
    position += count
    return text
  }

  mutating func texts() throws -> [String] {
    let count = try count(ofAtLeast: 1)
    var texts: [String] = []
    texts.reserveCapacity(count)
    for _ in 0..<count { texts.append(try text()) }
    return texts
  }

  /// Refuses bytes after the last field.
  func end() throws {
    guard left == 0 else { throw damaged("\(left) bytes follow it") }
  }
}

/// The writing side of ``RecordReader``.
extension [UInt8] {
  mutating func append(unsigned value: UInt64) {
    var rest = value
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func append(integer value: Int) { append(unsigned: UInt64(bitPattern: Int64(value << 1 ^ value >> 63))) }

  mutating func append(count: Int) { append(unsigned: UInt64(count)) }

  mutating func append(double value: Double) {
    var bits = value.bitPattern.littleEndian
    Swift.withUnsafeBytes(of: &bits) { append(contentsOf: $0) }
  }

  mutating func append(text: String) {
    append(count: text.utf8.count)
    append(utf8: text)
  }

  mutating func append(texts: [String]) {
    append(count: texts.count)
    for text in texts { append(text: text) }
  }

  /// The bytes of a text and nothing else.
  mutating func append(utf8 text: String) {
    if text.utf8.withContiguousStorageIfAvailable({ append(contentsOf: UnsafeRawBufferPointer($0)) }) == nil {
      append(contentsOf: text.utf8)
    }
  }

  mutating func append(mask: DocumentRecord.Fields) {
    append(UInt8(truncatingIfNeeded: mask.rawValue))
    append(UInt8(truncatingIfNeeded: mask.rawValue >> 8))
  }

  mutating func set(mask: DocumentRecord.Fields, at index: Int) {
    self[index] = UInt8(truncatingIfNeeded: mask.rawValue)
    self[index + 1] = UInt8(truncatingIfNeeded: mask.rawValue >> 8)
  }
}
