import StageKit
import TextKit

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
    return text.withUTF8 { of($0) }
  }

  /// The distinct units of a normalised text's UTF-8, in ascending order.
  static func of(_ text: UnsafeBufferPointer<UInt8>) -> [UInt32] { RadixSort.sortedSet(inOrder(text)) }

  /// The units of a normalised text's UTF-8 as they follow each other.
  static func inOrder(_ text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
    var scanner = Scanner()
    scanner.units.reserveCapacity(text.count / 5 + 16)
    UnitScript.basicPlane.withUnsafeBufferPointer { groups in
      var index = 0
      while index < text.count {
        let byte = text[index]
        let (scalar, length) = byte < 0x80 ? (UInt32(byte), 1) : text.scalarValue(at: index)
        scanner.take(scalar, scalar < 0x10000 ? Int(groups[Int(scalar)]) : UnitScript.group(of: scalar))
        index += length
      }
    }
    scanner.endWord()
    return scanner.units
  }

  private struct Scanner {
    var units: [UInt32] = []
    private var group = 0
    private var word = FNV1a()
    private var length = 0
    private var previous: UInt32 = 0
    private var beforePrevious: UInt32 = 0

    @inline(__always)
    mutating func take(_ scalar: UInt32, _ kind: Int) {
      if kind != group { endWord() }
      guard kind != UnitScript.separator else { return }
      group = kind
      length += 1
      if kind == UnitScript.spaced {
        word.add(UInt64(scalar))
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
        add(word.value)
      } else if group != UnitScript.separator, length < group {
        add(UInt64(previous) | (length == 2 ? UInt64(beforePrevious) << 21 : 0))
      }
      group = UnitScript.separator
      word = FNV1a()
      length = 0
      previous = 0
      beforePrevious = 0
    }

    private mutating func add(_ key: UInt64) {
      units.append(UInt32(truncatingIfNeeded: SplitMix64.mixed(key) >> 32))
    }
  }
}
