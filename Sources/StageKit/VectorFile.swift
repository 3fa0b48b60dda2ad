import Foundation

/// Rows of numbers in a file: what would fill the memory of a run over many documents.
///
/// Used by one task at a time; calls block.
struct VectorFile: ~Copyable {
  private let file: ScratchFile
  private let rowBytes: Int
  /// How many rows there are.
  private(set) var count = 0
  private var buffer: [Float] = []
  private let columns: Int
  private static let bufferedRows = 512

  /// An empty file in a folder, for rows of so many numbers.
  ///
  /// - Throws: ``StageError``.
  init(in directory: URL, columns: Int) throws(StageError) {
    file = try ScratchFile(in: directory, name: "vectors")
    self.columns = columns
    rowBytes = columns * MemoryLayout<Float>.stride
  }

  /// Adds rows at the end: a whole number of them.
  mutating func append(_ values: some Sequence<Float>) throws(StageError) {
    buffer.append(contentsOf: values)
    count = rowsOnDisk + buffer.count / columns
    if buffer.count >= Self.bufferedRows * columns { try flush() }
  }

  /// Puts a row into `values`, from `start` on.
  func read(_ row: Int, into values: inout [Float], at start: Int) throws(StageError) {
    guard row < rowsOnDisk else {
      let from = (row - rowsOnDisk) * columns
      values.replaceSubrange(start..<start + columns, with: buffer[from..<from + columns])
      return
    }
    let place = row * rowBytes
    try values.withUnsafeMutableBufferPointer { values throws(StageError) in
      let row = UnsafeMutableBufferPointer(rebasing: values[start..<start + columns])
      try file.read(into: UnsafeMutableRawBufferPointer(row), at: place)
    }
  }

  private var rowsOnDisk = 0

  private mutating func flush() throws(StageError) {
    let end = rowsOnDisk * rowBytes
    try buffer.withUnsafeBufferPointer { values throws(StageError) in
      try file.write(UnsafeRawBufferPointer(values), at: end)
    }
    rowsOnDisk += buffer.count / columns
    buffer.removeAll(keepingCapacity: true)
  }
}
