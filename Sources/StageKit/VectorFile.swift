import Foundation

/// Rows of numbers in a file: what would fill the memory of a run over many documents.
///
/// Has no name in the file system once it is open, so nothing of it is left however the run ends. Used by one task at
/// a time; calls block.
struct VectorFile: ~Copyable {
  private let descriptor: CInt
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
    let path = directory.appendingPathComponent("vectors-\(UInt64.random(in: 0 ... .max))").path
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StageError("io", "can't write \(path): \(String(cString: strerror(errno))); is the disk full or read-only?")
    }
    unlink(path)
    self.columns = columns
    rowBytes = columns * MemoryLayout<Float>.stride
  }

  deinit { close(descriptor) }

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
    let isWhole = values.withUnsafeMutableBytes { bytes -> Bool in
      var done = 0
      while done < rowBytes {
        let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[start * 4 + done..<start * 4 + rowBytes])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(row * rowBytes + done))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return false }
        done += got
      }
      return true
    }
    guard isWhole else { throw StageError("io", "the run's file of vectors can't be read; check the disk") }
  }

  private var rowsOnDisk = 0

  private mutating func flush() throws(StageError) {
    let start = rowsOnDisk * rowBytes
    let failure = buffer.withUnsafeBytes { bytes -> CInt in
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(start + done))
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return errno }
        done += written
      }
      return 0
    }
    guard failure == 0 else {
      let reason = failure == ENOSPC ? "the disk is full; free some space, or move the cache" : "check the disk"
      throw StageError(
        "io", "can't write vectors to the run's folder: \(String(cString: strerror(failure))); \(reason)")
    }
    rowsOnDisk += buffer.count / columns
    buffer.removeAll(keepingCapacity: true)
  }
}
