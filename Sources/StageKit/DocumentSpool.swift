import Foundation

/// Documents on disk, for corpus stages that must see all before they pass on any.
///
/// A file of ``DocumentRecord``s in the stage's scratch directory and an index of offsets in memory (8 bytes a
/// document). Used by one task at a time.
public final class DocumentSpool {
  private let file: ScratchFile
  /// What has not been written yet: the end of the file.
  private var buffer: [UInt8] = []
  private var offsets = [0]
  /// Records are written and read back in blocks of about so many bytes.
  private static let blockSize = 1 << 20

  /// How many documents it holds.
  public var count: Int { offsets.count - 1 }

  /// How much of the file is written.
  private var written: Int { offsets[count] - buffer.count }

  /// An empty spool; nothing of its file is left when the spool, or the process, is gone.
  ///
  /// - Throws: ``StageError`` when the file can't be made.
  public init(in directory: URL, name: String = "documents") throws {
    file = try ScratchFile(in: directory, name: name)
  }

  /// Adds a document at the end.
  ///
  /// - Returns: its index, from 0.
  @discardableResult
  public func append(_ document: Document) throws -> Int {
    let start = buffer.count
    DocumentRecord.append(document, to: &buffer)
    offsets.append(offsets[count] + buffer.count - start)
    if buffer.count >= Self.blockSize { try flush() }
    return count - 1
  }

  /// Reads one document back.
  public func document(at index: Int) throws -> Document {
    let length = offsets[index + 1] - offsets[index]
    if offsets[index] >= written {
      let start = offsets[index] - written
      return try buffer[start..<start + length].withUnsafeBytes(DocumentRecord.read)
    }
    return try file.read(UInt8.self, count: length, at: offsets[index]).withUnsafeBytes(DocumentRecord.read)
  }

  /// Reads all documents back, in order.
  public func forEach(_ body: (Int, Document) async throws -> Void) async throws {
    var index = 0
    while index < count {
      try flush()
      var end = index + 1
      while end < count, offsets[end + 1] - offsets[index] <= Self.blockSize { end += 1 }
      let base = offsets[index]
      let length = offsets[end] - base
      let block = try await offload { [file] in try file.read(UInt8.self, count: length, at: base) }
      while index < end {
        let range = offsets[index] - base..<offsets[index + 1] - base
        try await body(index, try block[range].withUnsafeBytes(DocumentRecord.read))
        index += 1
      }
    }
  }

  private func flush() throws {
    guard !buffer.isEmpty else { return }
    try buffer.withUnsafeBytes { try file.write($0, at: written) }
    buffer.removeAll(keepingCapacity: true)
  }
}
