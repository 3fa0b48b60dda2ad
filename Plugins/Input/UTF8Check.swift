import Foundation
import StageKit

/// Where bytes stop being UTF-8, after Table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing
/// above U+10FFFF.
enum UTF8Check {
  /// The offset of the first byte of the first sequence that is not UTF-8; nil if all is well.
  static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      if UTF8Validation.isValid(bytes) { return nil }
      var index = 0
      while index < bytes.count {
        let first = bytes[index]
        if first < 0x80 {
          index += 1
          continue
        }
        guard let (length, second) = shape(of: first), index + length <= bytes.count,
          second.contains(bytes[index + 1])
        else { return index }
        for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 { return index }
        index += length
      }
      return nil
    }
  }

  /// Whether an ASCII character stands in a text: a view of UTF-8 would be asked for one byte after the other.
  static func contains(_ byte: UInt8, in text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
    } ?? text.utf8.contains(byte)
  }

  /// The length of a sequence by its first byte, and what its second byte may be.
  private static func shape(of first: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch first {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }

  /// The number of the line, from 1, that a byte stands in.
  static func line(of offset: Int, in bytes: [UInt8]) -> Int {
    bytes[..<offset].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
  }
}
