import Foundation

/// Finds the lines in a block of bytes that have some text in them, with what the C library has for that: a bundle may
/// hold millions, of which a question concerns a few.
enum LineSearch {
  /// The lines that end in `bytes`, without their line ends, and where the last one ended.
  ///
  /// - Parameters:
  ///   - known: so many bytes at the start are known to have no line end.
  ///   - needles: lines without any of these are left out; nil for all. Empty lines always are.
  static func lines(
    in bytes: UnsafeRawBufferPointer, known: Int = 0, with needles: [[UInt8]]?
  ) -> (lines: [Range<Int>], end: Int) {
    var lines: [Range<Int>] = []
    var start = 0
    var position = known
    while let end = place(of: 0x0A, in: bytes, position..<bytes.count) {
      if end > start, has(any: needles, in: bytes, start..<end) { lines.append(start..<end) }
      start = end + 1
      position = start
    }
    return (lines, start)
  }

  /// Whether any of `needles` is in a part of `bytes`; nil stands for something that is everywhere.
  static func has(any needles: [[UInt8]]?, in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    guard let needles else { return true }
    return needles.contains { has($0, in: bytes, range) }
  }

  private static func has(_ needle: [UInt8], in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    guard let first = needle.first, let base = bytes.baseAddress else { return needle.isEmpty }
    guard range.count >= needle.count else { return false }
    var rest = range.lowerBound..<(range.upperBound - needle.count + 1)
    while let found = place(of: first, in: bytes, rest) {
      if memcmp(base + found, needle, needle.count) == 0 { return true }
      rest = (found + 1)..<rest.upperBound
    }
    return false
  }

  private static func place(of byte: UInt8, in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    guard let base = bytes.baseAddress, !range.isEmpty,
      let found = memchr(base + range.lowerBound, Int32(byte), range.count)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
