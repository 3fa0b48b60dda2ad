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
package final class MappedFile: Sendable {
  /// Why a file can't be mapped.
  package struct Fault: Error, Equatable {
    /// What is wrong, without the path: "No such file or directory".
    package let detail: String
    /// Whether the file is there but has no bytes.
    package let isEmpty: Bool
  }

  /// Where it was found.
  package let path: String
  /// How many bytes it has.
  package let count: Int
  // Read-only memory that nobody can change through us: safe to share.
  private nonisolated(unsafe) let base: UnsafeRawPointer

  /// The bytes; valid as long as this object is.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Maps a regular, non-empty file.
  ///
  /// - Throws: ``Fault`` when there is none or it can't be read.
  package init(path: String) throws(Fault) {
    func failure(_ detail: String) -> Fault { Fault(detail: detail, isEmpty: false) }
    // Not blocking: `open` would wait for ever on a pipe of that name.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure("it is not a regular file") }
    guard status.st_size > 0, let count = Int(exactly: status.st_size) else {
      throw Fault(detail: "it is empty", isEmpty: true)
    }
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
