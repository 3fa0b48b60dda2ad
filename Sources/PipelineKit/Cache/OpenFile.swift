import Foundation
import StageKit

/// An open file, closed with the object. Functions give nil or an `errno` instead of throwing: a cache has no errors.
final class OpenFile: Sendable {
  /// What is known of an open regular file.
  struct Facts {
    var bytes: Int
    /// Whether the file still has a name.
    var isLinked: Bool
  }

  private let descriptor: Int32

  /// Opens a file; nil (and `errno`) if that fails. Links are not followed, and a pipe of that name does not block.
  init?(_ path: String, _ flags: Int32) {
    let opened = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    // Before the object is whole: its `deinit` would spoil `errno`.
    guard opened >= 0 else { return nil }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Size and links; nil unless it is a regular file.
  var facts: Facts? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Facts(bytes: Int(status.st_size), isLinked: status.st_nlink > 0)
  }

  /// Takes the file for this process, until the object goes or ``unlock()``; false if another one has it or the file
  /// system knows no locks.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Gives the file free again.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// Reads up to as many bytes as there is room for; returns how many there were, none if it can't.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
    WholeTransfer.read(into: buffer, from: descriptor, at: offset) ?? 0
  }

  /// Writes all bytes at a place; returns 0, or why not.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    WholeTransfer.write(bytes, to: descriptor, at: offset)
  }

  /// Cuts the file; what can't be cut stays.
  func truncate(to bytes: Int) { _ = ftruncate(descriptor, off_t(bytes)) }

  /// Waits until the content is safe from a power cut; returns 0, or why not.
  func synchronize() -> Int32 { fsync(descriptor) == 0 ? 0 : errno }
}
