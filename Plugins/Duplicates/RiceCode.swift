/// Ascending 32-bit numbers by their differences in a Rice code (Rice 1979): the lower bits of each as they are, the
/// rest as so many ones and a zero. For hashes this is within half a bit of the best there is.
enum RiceCode {
  /// Appends numbers that ascend strictly.
  static func append(_ numbers: [UInt32], to bytes: inout [UInt8]) {
    let lower = lowerBits(numbers.count)
    var (bits, filled) = (UInt64(0), UInt64(0))
    func put(_ value: UInt64, _ count: UInt64) {
      bits |= value << filled
      filled += count
      while filled >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
        filled -= 8
      }
    }
    var least: UInt64 = 0
    for number in numbers {
      let difference = UInt64(number) - least
      var upper = difference >> lower
      while upper >= 32 {
        put(0xFFFF_FFFF, 32)
        upper -= 32
      }
      put(1 << upper - 1, upper + 1)
      put(difference & (1 << lower - 1), lower)
      least = UInt64(number) + 1
    }
    if filled > 0 { bytes.append(UInt8(truncatingIfNeeded: bits)) }
  }

  /// Reads so many numbers.
  ///
  /// - Parameters:
  ///   - count: how many; no more than the caller has memory for.
  ///   - bytes: where they begin; what follows may be anything.
  ///   - position: moved past the bytes that were read.
  /// - Returns: nil if these are no bytes of so many numbers.
  static func read(_ count: Int, from bytes: UnsafeRawBufferPointer, _ position: inout Int) -> [UInt32]? {
    let lower = lowerBits(count)
    // Each number takes at least its lower bits and a zero.
    guard count <= bytes.count * 8 / Int(lower + 1) else { return nil }
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    var (bits, filled, index) = (UInt64(0), UInt64(0), 0)
    /// Sees to it that there are more than 56 bits, or all that are left.
    func fill() {
      while filled <= 56, index < bytes.count {
        bits |= UInt64(bytes[index]) << filled
        filled += 8
        index += 1
      }
    }
    var least: UInt64 = 0
    for _ in 0..<count {
      var upper: UInt64 = 0
      while true {
        fill()
        let ones = min(UInt64((~bits).trailingZeroBitCount), filled)
        upper += ones
        guard upper <= 1 << (32 - lower), ones < filled || index < bytes.count else { return nil }
        bits = ones < 64 ? bits >> ones : 0
        filled -= ones
        if filled > 0 { break }
      }
      // The zero that ends the ones.
      bits >>= 1
      filled -= 1
      fill()
      guard filled >= lower else { return nil }
      let number = least + (upper << lower | bits & (1 << lower - 1))
      bits >>= lower
      filled -= lower
      guard number <= UInt64(UInt32.max) else { return nil }
      numbers.append(UInt32(number))
      least = number + 1
    }
    // What was read ahead goes back; bits that only fill the last byte do not count.
    position += index - Int(filled / 8)
    return numbers
  }

  /// How many bits of a difference are written as they are: those of the mean difference, but for the first.
  private static func lowerBits(_ count: Int) -> UInt64 {
    let mean = (1 << 32) / UInt64(max(1, count))
    return UInt64(max(0, 63 - mean.leadingZeroBitCount))
  }
}
