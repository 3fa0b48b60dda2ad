/// UTF-8 that grows at its end, in memory of its own; it begins with a space that ``trimmed`` leaves out.
///
/// Appending does not look whether there is room: whoever appends makes room for many scalars at once.
struct FoldedBytes {
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes there are, the space at the start included.
  var count = 1

  /// Nothing, with room for `room` bytes.
  init(room: Int) {
    capacity = room + 32
    bytes = .allocate(capacity: capacity)
    bytes[0] = 0x20
  }

  /// Gives the memory back; nothing may be used afterwards.
  func free() { bytes.deallocate() }

  /// Sees to it that `room` more bytes can be appended.
  mutating func makeRoom(_ room: Int) {
    guard count + room > capacity else { return }
    capacity = 2 * (count + room)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = larger
  }

  /// The last byte.
  var last: UInt8 { bytes[count - 1] }

  /// Where the last scalar ends that is no space.
  var letterEnd: Int { last == 0x20 ? count - 1 : count }

  /// Whether the last scalar that is no space is an i.
  var endsInI: Bool { letterEnd > 0 && bytes[letterEnd - 1] == 0x69 }

  /// All bytes without spaces at both ends; spaces never follow one another.
  var trimmed: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + 1, count: max(0, letterEnd - 1))
  }

  /// Appends a space, unless the last byte is one.
  @inline(__always)
  mutating func appendSpace() {
    bytes[count] = 0x20
    count += last == 0x20 ? 0 : 1
  }

  /// Appends two to four bytes of another text.
  @inline(__always)
  mutating func copy(_ source: UnsafeBufferPointer<UInt8>, _ position: Int, _ length: Int) {
    for offset in 0..<length { bytes[count + offset] = source[position + offset] }
    count += length
  }

  /// Appends a scalar.
  @inline(__always)
  mutating func append(_ value: UInt32) {
    let end = bytes + count
    if value < 0x80 {
      end[0] = UInt8(truncatingIfNeeded: value)
      count += 1
    } else if value < 0x800 {
      end[0] = UInt8(truncatingIfNeeded: 0xC0 | value >> 6)
      end[1] = UInt8(truncatingIfNeeded: 0x80 | value & 0x3F)
      count += 2
    } else if value < 0x10000 {
      end[0] = UInt8(truncatingIfNeeded: 0xE0 | value >> 12)
      end[1] = UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F)
      end[2] = UInt8(truncatingIfNeeded: 0x80 | value & 0x3F)
      count += 3
    } else {
      end[0] = UInt8(truncatingIfNeeded: 0xF0 | value >> 18 & 0x07)
      end[1] = UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F)
      end[2] = UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F)
      end[3] = UInt8(truncatingIfNeeded: 0x80 | value & 0x3F)
      count += 4
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Decodes one scalar of well-formed UTF-8, as Swift's strings always are.
  ///
  /// - Returns: its value, and how many bytes it takes.
  @inline(__always)
  package func scalarValue(at index: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(self[index])
    if first < 0x80 { return (first, 1) }
    if first < 0xE0 { return ((first & 0x1F) << 6 | continuation(index + 1), 2) }
    if first < 0xF0 { return ((first & 0x0F) << 12 | continuation(index + 1) << 6 | continuation(index + 2), 3) }
    let high = (first & 0x07) << 18 | continuation(index + 1) << 12
    return (high | continuation(index + 2) << 6 | continuation(index + 3), 4)
  }

  @inline(__always)
  private func continuation(_ index: Int) -> UInt32 { UInt32(self[index] & 0x3F) }
}
