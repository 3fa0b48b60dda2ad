import Foundation

/// A file for what must not lie in memory. It has no name once it is open, so that nothing of it outlives the process.
///
/// Any number of threads may read and write at once, each its own part. Calls block.
package final class ScratchFile: Sendable {
  private let descriptor: CInt
  /// Where it was made, for messages.
  private let path: String

  /// An empty file in a directory.
  ///
  /// - Throws: ``StageError`` when the file can't be made.
  package init(in directory: URL, name: String) throws(StageError) {
    // Two files of one name in one directory are two files.
    path = directory.appendingPathComponent("\(name)-\(UInt64.random(in: 0 ... .max))").path
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("write", path, errno) }
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Writes bytes at an offset; the file grows as needed.
  ///
  /// - Throws: ``StageError`` when it can't.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StageError) {
    let failed = WholeTransfer.write(bytes, to: descriptor, at: offset)
    guard failed == 0 else { throw Self.failure("write", path, failed) }
  }

  /// Fills a buffer with the bytes from an offset on.
  ///
  /// - Throws: ``StageError`` when the file can't be read, or has fewer.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StageError) {
    guard let count = WholeTransfer.read(into: buffer, from: descriptor, at: offset) else {
      throw Self.failure("read", path, errno)
    }
    guard count == buffer.count else { throw StageError("io", "can't read \(path): it ends too early; check the disk") }
  }

  /// Reads numbers back that were written as they lie in memory.
  package func read<Number: FixedWidthInteger>(
    _ type: Number.Type, count: Int, at offset: Int
  ) throws -> [Number] {
    try [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      initialized = count
    }
  }

  private static func failure(_ verb: String, _ path: String, _ number: CInt) -> StageError {
    let advice =
      switch number {
      case ENOSPC, EDQUOT: "free some space, or set TOOLKIT_CACHE_DIR to another disk"
      case ENOENT: "its folder does not exist, or has vanished; run again"
      case EIO: "check the disk"
      default: "is it writable?"
      }
    return StageError("io", "can't \(verb) \(path): \(String(cString: strerror(number))); \(advice)")
  }
}
