import Foundation

/// Reads and writes of whole stretches of a file: the system may do only a part of either, or be interrupted.
package enum WholeTransfer {
  /// Reads from a place of a file until the buffer is full or the file ends.
  ///
  /// - Returns: how many bytes there were; nil if reading failed, and `errno` says why.
  package static func read(
    into buffer: UnsafeMutableRawBufferPointer, from descriptor: CInt, at offset: Int
  ) -> Int? {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all bytes at a place of a file, which grows as needed.
  ///
  /// - Returns: 0, or the `errno` that tells why not.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt, at offset: Int) -> CInt {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : ENOSPC }
      done += count
    }
    return 0
  }
}
