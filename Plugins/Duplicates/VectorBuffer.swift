import Foundation
import StageKit

/// Numbers in a row, like an array; in a mapped file of the run's folder where they are many, so that the system can
/// take their memory back.
///
/// A value like an array: a copy shares the memory until one of both is changed.
struct VectorBuffer: Sendable {
  /// More than this lies in a file: 512 MB, the sentences of some twenty thousand news reports.
  static let memoryLimit = 512 << 20

  /// How many numbers there are.
  private(set) var count = 0
  private var region: Region
  private let directory: URL?
  private let limit: Int

  /// An empty buffer with room for so many numbers.
  ///
  /// - Parameters:
  ///   - directory: where the file goes; without one all is in memory.
  ///   - limit: bytes from which on it lies in a file.
  /// - Throws: ``StageError`` when the disk has no room.
  init(capacity: Int, in directory: URL?, limit: Int = Self.memoryLimit) throws {
    self.directory = directory
    self.limit = limit
    region = try Region(capacity: capacity, in: directory, limit: limit)
  }

  /// Whether the numbers lie in a file.
  var isMapped: Bool { region.isMapped }

  /// Adds numbers at the end.
  ///
  /// - Throws: ``StageError`` when the disk has no room.
  mutating func append(_ numbers: UnsafeBufferPointer<Float>) throws {
    try reserve(count + numbers.count)
    if let source = numbers.baseAddress { (region.base + count).update(from: source, count: numbers.count) }
    count += numbers.count
  }

  /// Makes room, and sees to it that nobody else has this memory.
  private mutating func reserve(_ needed: Int) throws {
    let isOwn = isKnownUniquelyReferenced(&region)
    guard !isOwn || needed > region.capacity else { return }
    let capacity = needed > region.capacity ? max(needed, region.capacity / 2 * 3) : region.capacity
    let other = try Region(capacity: capacity, in: directory, limit: limit)
    other.base.update(from: region.base, count: count)
    region = other
  }

  /// Removes numbers at the end.
  mutating func removeLast(_ numbers: Int) { count -= numbers }

  /// Calls `body` with the numbers.
  func withUnsafeBufferPointer<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(region) { try body(UnsafeBufferPointer(start: region.base, count: count)) }
  }

  /// Calls `body` with the numbers, to be changed.
  ///
  /// - Throws: ``StageError`` when others have the same memory and the disk has no room for a copy; what `body` throws.
  mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try reserve(count)
    return try withExtendedLifetime(region) { try body(UnsafeMutableBufferPointer(start: region.base, count: count)) }
  }
}

/// Memory for so many numbers: zeros at first.
private final class Region: Sendable {
  let capacity: Int
  let isMapped: Bool
  // Whoever has this object alone may write; `VectorBuffer` sees to that.
  nonisolated(unsafe) let base: UnsafeMutablePointer<Float>
  private let bytes: Int

  init(capacity: Int, in directory: URL?, limit: Int) throws {
    self.capacity = max(1, capacity)
    let (bytes, overflow) = self.capacity.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow else { throw StageError("out-of-memory", "\(capacity) numbers are more than fit into memory") }
    let path = bytes > limit ? directory?.appendingPathComponent("vectors-\(UInt64.random(in: 0 ... .max))").path : nil
    let descriptor = try path.map { try Self.file($0, bytes) } ?? -1
    defer { if descriptor >= 0 { close(descriptor) } }
    let flags = descriptor >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS
    guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, descriptor, 0), memory != MAP_FAILED else {
      throw StageError(
        "out-of-memory", "there is no memory for \(bytes >> 20) MB of vectors: \(String(cString: strerror(errno)))")
    }
    self.bytes = bytes
    isMapped = descriptor >= 0
    base = memory.bindMemory(to: Float.self, capacity: self.capacity)
  }

  deinit { munmap(base, bytes) }

  /// A file that is on the disk in full: to write to a page that the disk has no room for would end the process.
  private static func file(_ path: String, _ bytes: Int) throws -> CInt {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StageError("io", "can't write \(path): \(String(cString: strerror(errno))); is the disk full or read-only?")
    }
    unlink(path)
    #if canImport(Darwin)
      var store = fstore_t(
        fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(bytes),
        fst_bytesalloc: 0)
      let failure = fcntl(descriptor, F_PREALLOCATE, &store) < 0 || ftruncate(descriptor, off_t(bytes)) < 0 ? errno : 0
    #else
      let failure = posix_fallocate(descriptor, 0, off_t(bytes))
    #endif
    guard failure == 0 else {
      close(descriptor)
      throw StageError(
        "io",
        "can't reserve \(bytes >> 20) MB for vectors in the run's folder: \(String(cString: strerror(failure))); free "
          + "some space, or move the cache")
    }
    return descriptor
  }
}
