#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A whole file, mapped read-only: pages come in when they are touched and can leave again.
///
/// Whoever shortens the file while it is mapped makes the process fail on the pages that are gone; the model is
/// therefore replaced by renaming a new file over it, never by writing into it.
final class MappedFile: Sendable {
  let path: String
  let count: Int
  // Read-only memory that nobody can change through us: safe to share.
  private nonisolated(unsafe) let base: UnsafeRawPointer

  /// The bytes; valid as long as this object is.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Maps a regular, non-empty file.
  ///
  /// - Throws: `EncoderError` when there is none or it can't be read.
  init(path: String) throws(EncoderError) {
    func failure(_ detail: String) -> EncoderError { EncoderError(code: .unreadable, path: path, detail: detail) }
    // Not blocking: `open` would wait for ever on a pipe of that name.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure("it is not a regular file") }
    guard status.st_size > 0, let count = Int(exactly: status.st_size) else { throw .malformed(path, "it is empty") }
    let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { throw failure(String(cString: strerror(errno))) }
    self.path = path
    self.count = count
    base = UnsafeRawPointer(mapped)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: base), count)
  }
}
