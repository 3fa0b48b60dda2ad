import StageKit

/// One result in a segment, as bytes.
///
/// Little-endian: the two numbers of the key and a checksum of key, length and payload (8 bytes each), the length of the
/// payload (4 bytes), the payload, zeros up to a multiple of 8 bytes.
enum SegmentRecord {
  /// What a segment begins with.
  static let magic: UInt64 = 0x0100_4745_5359_454B
  /// Where the first record of a segment begins.
  static let firstOffset = 8
  static let headerBytes = 28
  /// A record's size has 21 bits in the table, in units of 8 bytes.
  static let largestBytes = ((1 << 21) - 1) << 3
  static let largestPayload = largestBytes - headerBytes - 7

  /// The whole size of a record; `payload` is at most ``largestPayload``.
  static func size(payload: Int) -> Int { (headerBytes + payload + 7) & ~7 }

  /// The checksum that belongs to a result.
  static func checksum(of payload: UnsafeRawBufferPointer, for key: ContentKey) -> UInt64 {
    var checksum = Checksum64()
    checksum.add(UInt64(payload.count))
    checksum.add(key.high)
    checksum.add(key.low)
    checksum.add(payload)
    return checksum.value
  }

  /// Adds a record to the end of a buffer.
  static func append(_ payload: UnsafeRawBufferPointer, for key: ContentKey, checksum: UInt64, to buffer: inout [UInt8])
  {
    for number in [key.high, key.low, checksum] {
      withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
    }
    withUnsafeBytes(of: UInt32(payload.count).littleEndian) { buffer.append(contentsOf: $0) }
    buffer.append(contentsOf: payload)
    for _ in headerBytes + payload.count..<size(payload: payload.count) { buffer.append(0) }
  }

  /// The size that a record's header claims; nil if the header is cut off or the size impossible.
  static func claimedSize(_ header: UnsafeRawBufferPointer) -> Int? {
    guard header.count >= headerBytes else { return nil }
    let payload = Int(UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 24, as: UInt32.self)))
    return payload <= largestPayload ? size(payload: payload) : nil
  }

  /// Key and payload of a record that is exactly these bytes; nil if any of them is damaged.
  static func verified(_ record: UnsafeRawBufferPointer) -> (key: ContentKey, payload: UnsafeRawBufferPointer)? {
    guard claimedSize(record) == record.count else { return nil }
    let number = { UInt64(littleEndian: record.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
    let length = Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: 24, as: UInt32.self)))
    let key = ContentKey(high: number(0), low: number(8))
    let payload = UnsafeRawBufferPointer(rebasing: record[headerBytes..<headerBytes + length])
    return checksum(of: payload, for: key) == number(16) ? (key, payload) : nil
  }
}

/// Where a record lies, in 64 bits: the segment's number (16), offset (27) and size (21), both in units of 8 bytes.
struct RecordPlace: Equatable {
  let bits: UInt64

  /// Segments have numbers below this; the last one is never given.
  static let segmentLimit = 0xFFFF
  /// Where a segment must end at the latest: one GiB.
  static let offsetLimit = 1 << 30

  init(bits: UInt64) { self.bits = bits }

  /// A place; offset and size are multiples of 8 within the limits.
  init(segment: Int, offset: Int, size: Int) {
    bits = UInt64(segment) << 48 | UInt64(offset >> 3) << 21 | UInt64(size >> 3)
  }

  var segment: Int { Int(bits >> 48) }
  var offset: Int { Int(bits >> 21 & 0x7FF_FFFF) << 3 }
  var size: Int { Int(bits & 0x1F_FFFF) << 3 }
  var end: Int { offset + size }

  /// The same place in a segment of another number.
  func inSegment(_ number: Int) -> RecordPlace {
    RecordPlace(bits: bits & 0xFFFF_FFFF_FFFF | UInt64(number) << 48)
  }
}
