/// Sorts the hashes of one text: by their bytes from the lowest to the highest, in time that grows with their number.
enum RadixSort {
  /// The distinct numbers in ascending order.
  static func sortedSet(_ numbers: [UInt32]) -> [UInt32] {
    guard numbers.count > 64 else { return numbers.sorted().deduplicated() }
    let count = numbers.count
    var counts = [Int32](repeating: 0, count: 4 * 256)
    var source = numbers
    var target = [UInt32](repeating: 0, count: count)
    counts.withUnsafeMutableBufferPointer { counts in
      source.withUnsafeMutableBufferPointer { source in
        target.withUnsafeMutableBufferPointer { target in
          for number in source {
            for digit in 0..<4 { counts[digit << 8 | digit8(number, digit)] += 1 }
          }
          var (from, to) = (source, target)
          for digit in 0..<4 {
            var start: Int32 = 0
            for value in digit << 8..<(digit + 1) << 8 { (counts[value], start) = (start, start + counts[value]) }
            for number in from {
              let place = digit << 8 | digit8(number, digit)
              to[Int(counts[place])] = number
              counts[place] += 1
            }
            swap(&from, &to)
          }
        }
      }
    }
    // After four passes the numbers are where they began.
    return source.deduplicated()
  }

  @inline(__always)
  private static func digit8(_ number: UInt32, _ digit: Int) -> Int { Int(number >> UInt32(8 * digit) & 0xFF) }
}

extension Array where Element: Equatable {
  /// A sorted array without repetitions.
  func deduplicated() -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    for element in self where element != result.last { result.append(element) }
    return result
  }
}
