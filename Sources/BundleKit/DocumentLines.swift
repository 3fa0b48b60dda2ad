import Foundation

/// The lines of a file, block by block, in one buffer that is used again. One caller at a time.
final class DocumentLines: @unchecked Sendable {
  private static let blockBytes = 512 << 10

  private let file: InputFile
  private let limit: Int
  private var place: UInt64 = 0
  private var buffer: PageBuffer?
  /// Where in the buffer the line begins that has not ended yet.
  private var rest = 0
  private var linesBefore = 0
  private var isDone = false
  /// Where in the buffer the lines of this block are, their line breaks not counted.
  private(set) var lines: [Range<Int>] = []

  /// - Parameter limit: how many bytes a line may have.
  init(_ file: InputFile, limit: Int) {
    self.file = file
    self.limit = limit
  }

  /// Reads the next block and finds its lines, of which there may be none; false after the last. Blocks for the disk.
  func readOn() throws(BundleError) -> Bool {
    guard !isDone else { return false }
    linesBefore += lines.count
    lines.removeAll(keepingCapacity: true)
    let buffer = try bufferWithRoom()
    var start = buffer.count
    rest = 0
    let count = Int(min(UInt64(Self.blockBytes), file.bytes - place))
    try buffer.fill { free throws(BundleError) in
      try file.read(into: UnsafeMutableRawBufferPointer(rebasing: free[..<count]), at: place)
      return count
    }
    place += UInt64(count)
    buffer.withRawBytes { raw in
      while let base = raw.baseAddress, let found = memchr(base + start, Int32(UInt8(ascii: "\n")), raw.count - start) {
        let end = UnsafeRawPointer(found) - base
        lines.append(rest..<end)
        (rest, start) = (end + 1, end + 1)
      }
    }
    isDone = place == file.bytes
    if isDone, rest < buffer.count { lines.append(rest..<buffer.count) }
    guard buffer.count - rest <= limit else {
      throw .over("line \(linesBefore + lines.count + 1) is longer than that", limit, "bytes a line").at(file.path)
    }
    return true
  }

  /// The buffer, with the line that has not ended in front and room for a block behind it.
  private func bufferWithRoom() throws(BundleError) -> PageBuffer {
    buffer?.drop(before: rest)
    if let buffer, buffer.room >= Self.blockBytes { return buffer }
    // A line that goes on and on is copied as often as its length doubles.
    let held = buffer?.count ?? 0
    guard let larger = PageBuffer(capacity: 2 * (held + Self.blockBytes)) else { throw .noMemory(file.path) }
    _ = buffer?.withRawBytes { larger.append($0) }
    buffer = larger
    return larger
  }

  /// Calls `body` with the bytes of a line of this block.
  func withBytes<Value>(
    of line: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(BundleError) -> Value
  ) throws(BundleError) -> Value? {
    try buffer?.withRawBytes { raw throws(BundleError) in try body(raw.slice(line)) }
  }

  /// The number of a line of this block in the file, from 1.
  func number(of line: Range<Int>) -> Int { linesBefore + (lines.firstIndex(of: line) ?? 0) + 1 }
}
