import StageKit

/// Appends to a ``ScratchFile`` in large pieces; used by one thread at a time.
struct ScratchWriter {
  /// What it writes to; holds all that was appended after ``flush()``.
  let file: ScratchFile
  /// How many bytes have been appended.
  private(set) var end = 0
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 20

  /// A writer to an empty file.
  init(_ file: ScratchFile) { self.file = file }

  /// Adds bytes at the end.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    buffer.append(contentsOf: bytes)
    end += bytes.count
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Writes what has been appended.
  mutating func flush() throws {
    try buffer.withUnsafeBytes { try file.write($0, at: end - $0.count) }
    buffer.removeAll(keepingCapacity: true)
  }
}
