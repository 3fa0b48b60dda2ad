import Foundation
import StageKit

/// A regular file that is read at any place, by several threads at once, and is never held in memory as a whole.
final class InputFile: Sendable {
  /// As messages show it.
  let path: String
  /// Its size when it was opened.
  let bytes: UInt64
  private let descriptor: Int32

  /// Opens a file that is there; folders, pipes and devices are refused.
  init(path: String) throws(BundleError) {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
      let number = errno
      close(descriptor)
      if !isKnown { throw .system("open", path, errno: number) }
      throw BundleError(.invalidInput, "this is a folder, pipe or device; give the path of a file", path: path)
    }
    self.path = path
    self.descriptor = descriptor
    self.bytes = UInt64(clamping: status.st_size)
  }

  /// Reads a file that is still being written or has no name, through a descriptor of its own.
  init(duplicating descriptor: Int32, bytes: UInt64, path: String) throws(BundleError) {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .system("open", path, errno: errno) }
    self.path = path
    self.descriptor = copy
    self.bytes = bytes
  }

  deinit { close(descriptor) }

  /// Fills the buffer from a place in the file. A file that ends before is an error: it was checked when opened.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(BundleError) {
    guard !buffer.isEmpty else { return }
    guard let start = Int(exactly: offset), !start.addingReportingOverflow(buffer.count).overflow else {
      throw BundleError(.damagedDirectory, "a place in it is beyond any file", path: path)
    }
    guard let count = WholeTransfer.read(into: buffer, from: descriptor, at: start) else {
      throw .system("read", path, errno: errno)
    }
    guard count == buffer.count else {
      throw BundleError(.io, "the file became shorter while it was being read; try again", path: path)
    }
  }

  /// Some bytes of the file. The caller has made sure that `count` is reasonable.
  func read(_ count: Int, at offset: UInt64) throws(BundleError) -> [UInt8] {
    try [UInt8](filling: count) { buffer throws(BundleError) in
      try read(into: buffer, at: offset)
      return count
    }
  }
}
