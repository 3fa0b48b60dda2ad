import Foundation
import StageKit

/// Splits a file into lines at the byte `\n`, holding no more than one line of at most `limit` bytes and a block.
///
/// U+2028 and U+0085 are ordinary text in JSON and split nothing.
struct JSONLineSplitter {
  /// One line.
  struct Line {
    /// Where it starts in the file.
    let offset: Int
    /// From 1.
    let number: Int
    /// How many bytes it has, without the line break.
    let length: Int
    /// Its bytes; nil if they are more than the limit.
    let bytes: [UInt8]?
    /// Whether a line break, and not the end of the file, ends it.
    let isClosed: Bool
  }

  private let file: OpenFile
  private let limit: Int
  private var block: [UInt8] = []
  private var position = 0
  private var offset = 0
  private var number = 0
  private var isAtEnd = false
  private static let blockSize = 256 << 10

  init(_ file: OpenFile, limit: Int) {
    self.file = file
    self.limit = limit
  }

  /// The next line, or nil after the last.
  ///
  /// - Throws: ``StageError`` when the file can't be read on; there is no line after that.
  mutating func next() throws(StageError) -> Line? {
    var kept: [UInt8] = []
    var length = 0
    while true {
      if position == block.count {
        try refill()
        guard !block.isEmpty else { return length > 0 ? line(kept, length, isClosed: false) : nil }
      }
      let lineBreak = block[position...].withUnsafeBytes { bytes -> Int? in
        guard let start = bytes.baseAddress, let found = memchr(start, 0x0A, bytes.count) else { return nil }
        return position + (UnsafeRawPointer(found) - start)
      }
      let end = lineBreak ?? block.count
      length += end - position
      if length <= limit { kept += block[position..<end] } else { kept = [] }
      position = lineBreak.map { $0 + 1 } ?? end
      if lineBreak != nil { return line(kept, length, isClosed: true) }
    }
  }

  private mutating func refill() throws(StageError) {
    position = 0
    block = isAtEnd ? [] : try file.read(Self.blockSize)
    isAtEnd = block.isEmpty
  }

  private mutating func line(_ bytes: [UInt8], _ length: Int, isClosed: Bool) -> Line {
    defer { offset += length + (isClosed ? 1 : 0) }
    number += 1
    return Line(
      offset: offset, number: number, length: length, bytes: length <= limit ? bytes : nil, isClosed: isClosed)
  }
}
