import Foundation

/// Documents on disk, for corpus stages that must see all before they pass on any.
///
/// A file of JSON Lines in the stage's scratch directory and an index of offsets in memory (8 bytes a document).
/// Used by one task at a time.
public final class DocumentSpool {
  private let file: FileHandle
  private let url: URL
  private var buffer = Data()
  private var offsets: [UInt64] = [0]
  private static let bufferSize = 1 << 20

  /// How many documents it holds.
  public var count: Int { offsets.count - 1 }

  /// An empty spool; its file is removed when the spool is.
  ///
  /// - Throws: ``StageError`` when the file can't be made.
  public init(in directory: URL, name: String = "documents") throws {
    url = directory.appendingPathComponent("\(name).jsonl")
    guard FileManager.default.createFile(atPath: url.path, contents: nil),
      let file = FileHandle(forUpdatingAtPath: url.path)
    else { throw StageError("io", "can't write \(url.path); is the disk full or read-only?") }
    self.file = file
  }

  deinit {
    try? file.close()
    try? FileManager.default.removeItem(at: url)
  }

  /// Adds a document at the end.
  ///
  /// - Returns: its index, from 0.
  @discardableResult
  public func append(_ document: Document) throws -> Int {
    let line = try document.jsonLine()
    buffer.append(line)
    buffer.append(0x0A)
    offsets.append(offsets[offsets.count - 1] + UInt64(line.count) + 1)
    if buffer.count >= Self.bufferSize { try flush() }
    return count - 1
  }

  /// Reads one document back.
  public func document(at index: Int) throws -> Document {
    try flush()
    try file.seek(toOffset: offsets[index])
    guard let line = try file.read(upToCount: Int(offsets[index + 1] - offsets[index])) else {
      throw StageError("io", "\(url.path) was cut short while the run used it")
    }
    return try JSONDecoder().decode(Document.self, from: line)
  }

  /// Reads all documents back, in order.
  public func forEach(_ body: (Int, Document) async throws -> Void) async throws {
    let decoder = JSONDecoder()
    try flush()
    var index = 0
    while index < count {
      // Read about a megabyte of whole lines at once.
      var end = index + 1
      while end < count, offsets[end + 1] - offsets[index] <= UInt64(Self.bufferSize) { end += 1 }
      try file.seek(toOffset: offsets[index])
      guard let block = try file.read(upToCount: Int(offsets[end] - offsets[index])),
        block.count == Int(offsets[end] - offsets[index])
      else { throw StageError("io", "\(url.path) was cut short while the run used it") }
      let base = offsets[index]
      for current in index..<end {
        let from = block.startIndex + Int(offsets[current] - base)
        let to = block.startIndex + Int(offsets[current + 1] - base) - 1
        try await body(current, try decoder.decode(Document.self, from: block[from..<to]))
      }
      index = end
    }
  }

  private func flush() throws {
    guard !buffer.isEmpty else { return }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: buffer)
    } catch {
      throw StageError("io", "can't write \(url.path): \(error.localizedDescription); is the disk full?")
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
