import Foundation
import StageKit

/// A file for what must not lie in memory. It has no name once it is open, so that nothing of it outlives the process.
///
/// Any number of threads may read and write at once, each its own part.
final class ScratchFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// An empty file in a directory.
  ///
  /// - Throws: ``StageError`` when the file can't be made.
  init(in directory: URL, name: String) throws {
    path = directory.appendingPathComponent(name).path
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("make", path) }
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Writes bytes at an offset; the file grows as needed.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failure("write", path) }
      done += written
    }
  }

  /// Fills a buffer with the bytes from an offset on.
  ///
  /// - Throws: ``StageError`` when the file can't be read, or has fewer.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw Self.failure("read", path) }
      done += got
    }
  }

  /// Reads numbers back that were written as they lie in memory.
  func read<Number: FixedWidthInteger>(_ type: Number.Type, count: Int, at offset: Int) throws -> [Number] {
    try [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      initialized = count
    }
  }

  private static func failure(_ verb: String, _ path: String) -> StageError {
    StageError(
      "io", "can't \(verb) \(path): \(String(cString: strerror(errno))); is the disk full or read-only?")
  }
}

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
