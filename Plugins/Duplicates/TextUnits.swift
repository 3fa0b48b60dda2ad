/// The units that near duplicates are compared by: the set of a text's words, each as a 32-bit hash.
///
/// Words are runs of letters, marks and digits. Where a script writes no spaces, its letters are taken in overlapping
/// groups instead: pairs of Chinese and Japanese characters, and triples in Thai, Lao, Khmer and Burmese, whose
/// alphabets are small. Word sets find more edited copies than longer shingles do, at the same precision: an edited
/// word touches one unit and not five.
enum TextUnits {
  /// The distinct units of a text, in ascending order.
  ///
  /// - Parameter text: normalised, so that case and typography make no difference.
  static func of(_ text: String) -> [UInt32] {
    var text = text
    var units: [UInt32] = text.withUTF8 { bytes in
      var scanner = Scanner()
      scanner.units.reserveCapacity(bytes.count / 5)
      var index = 0
      while index < bytes.count { scanner.take(nextScalar(bytes, &index)) }
      scanner.endWord()
      return scanner.units
    }
    units.sort()
    return units.deduplicated()
  }

  /// Decodes one scalar of well-formed UTF-8, as Swift's strings always are.
  @inline(__always)
  private static func nextScalar(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32 {
    let first = UInt32(bytes[index])
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var scalar = length == 1 ? first : first & (0x7F >> UInt32(length))
    for offset in 1..<max(1, length) where index + offset < bytes.count {
      scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3F)
    }
    index += length
    return scalar
  }

  private struct Scanner {
    var units: [UInt32] = []
    private var group = 0
    private var word: UInt64 = 0xCBF2_9CE4_8422_2325
    private var length = 0
    private var previous: UInt32 = 0
    private var beforePrevious: UInt32 = 0

    mutating func take(_ scalar: UInt32) {
      let kind = UnitScript.group(of: scalar)
      if kind != group { endWord() }
      guard kind != UnitScript.separator else { return }
      group = kind
      length += 1
      if kind == UnitScript.spaced {
        word = (word ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3
      } else {
        if length >= kind {
          add(UInt64(scalar) | UInt64(previous) << 21 | (kind == 3 ? UInt64(beforePrevious) << 42 : 0))
        }
        beforePrevious = previous
        previous = scalar
      }
    }

    /// Ends a run of scalars of one group; what is shorter than a group of letters is a unit by itself.
    mutating func endWord() {
      if group == UnitScript.spaced {
        add(word)
      } else if group != UnitScript.separator, length < group {
        add(UInt64(previous) | (length == 2 ? UInt64(beforePrevious) << 21 : 0))
      }
      group = UnitScript.separator
      word = 0xCBF2_9CE4_8422_2325
      length = 0
      previous = 0
      beforePrevious = 0
    }

    private mutating func add(_ key: UInt64) {
      units.append(UInt32(truncatingIfNeeded: SplitMix64.mixed(key) >> 32))
    }
  }
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
