import Foundation

/// Documents on disk, for corpus stages that must see all before they pass on any.
///
/// A file of ``DocumentRecord``s in the stage's scratch directory and an index of offsets in memory (8 bytes a
/// document). Used by one task at a time.
public final class DocumentSpool {
  private let file: ScratchFile
  /// What has not been written yet: the end of the file.
  private var buffer: [UInt8] = []
  private var offsets: [UInt64] = [0]
  /// Records are written and read back in blocks of about so many bytes.
  private static let blockSize = 1 << 20

  /// How many documents it holds.
  public var count: Int { offsets.count - 1 }

  /// How much of the file is written.
  private var written: UInt64 { offsets[count] - UInt64(buffer.count) }

  /// An empty spool; its file is removed when the spool is.
  ///
  /// - Throws: ``StageError`` when the file can't be made.
  public init(in directory: URL, name: String = "documents") throws {
    file = try ScratchFile(directory.appendingPathComponent("\(name).records"))
  }

  /// Adds a document at the end.
  ///
  /// - Returns: its index, from 0.
  @discardableResult
  public func append(_ document: Document) throws -> Int {
    let start = buffer.count
    DocumentRecord.append(document, to: &buffer)
    offsets.append(offsets[count] + UInt64(buffer.count - start))
    if buffer.count >= Self.blockSize { try flush() }
    return count - 1
  }

  /// Reads one document back.
  public func document(at index: Int) throws -> Document {
    let length = Int(offsets[index + 1] - offsets[index])
    if offsets[index] >= written {
      let start = Int(offsets[index] - written)
      return try buffer[start..<start + length].withUnsafeBytes(DocumentRecord.read)
    }
    return try file.read(length, at: offsets[index]).withUnsafeBytes(DocumentRecord.read)
  }

  /// Reads all documents back, in order.
  public func forEach(_ body: (Int, Document) async throws -> Void) async throws {
    var index = 0
    while index < count {
      try flush()
      var end = index + 1
      while end < count, offsets[end + 1] - offsets[index] <= UInt64(Self.blockSize) { end += 1 }
      let base = offsets[index]
      let length = Int(offsets[end] - base)
      let block = try await offload { [file] in try file.read(length, at: base) }
      while index < end {
        let range = Int(offsets[index] - base)..<Int(offsets[index + 1] - base)
        try await body(index, try block[range].withUnsafeBytes(DocumentRecord.read))
        index += 1
      }
    }
  }

  private func flush() throws {
    guard !buffer.isEmpty else { return }
    try file.write(buffer, at: written)
    buffer.removeAll(keepingCapacity: true)
  }
}

/// A file that only this process uses, and that is removed with the last reference to it.
private final class ScratchFile: Sendable {
  private let path: String
  private let descriptor: CInt

  init(_ url: URL) throws {
    path = url.path
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.unwritable(path, errno) }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// Writes all of `bytes`.
  func write(_ bytes: [UInt8], at offset: UInt64) throws {
    try bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw Self.unwritable(path, count < 0 ? errno : ENOSPC) }
        done += count
      }
    }
  }

  /// Reads exactly `count` bytes.
  func read(_ count: Int, at offset: UInt64) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { throw StageError("io", "can't read \(path): \(String(cString: strerror(errno)))") }
        guard got > 0 else { throw StageError("io", "\(path) was cut short while the run used it") }
        filled += got
      }
    }
  }

  private static func unwritable(_ path: String, _ number: CInt) -> StageError {
    let advice =
      switch number {
      case ENOSPC: "free some space, or set TOOLKIT_CACHE_DIR to another disk"
      case ENOENT: "its folder does not exist, or has vanished; run again"
      default: "is it writable?"
      }
    return StageError("io", "can't write \(path): \(String(cString: strerror(number))); \(advice)")
  }
}
