import Foundation

extension BundleWriter {
  /// Says which columns a table has, before it is added.
  public func describe(_ name: String, as schema: TableSchema) { resources.schemas[name] = schema }

  /// Adds the lines of a file of JSON Lines as documents, each known by its `id`.
  ///
  /// - Parameter file: UTF-8, one JSON object a line; empty lines are left out.
  /// - Returns: how many documents it has.
  /// - Throws: `BundleError` for a line without an id, or when a file fails.
  public nonisolated(nonsending) func addDocuments(contentsOf file: URL) async throws -> Int {
    let path = file.path
    let source = try await WorkQueue.run { () throws(BundleError) in try InputFile(path: path) }
    let lines = FileLines(source, limit: BundleLimits.standard.lineBytes)
    var count = 0
    while true {
      let block = try await WorkQueue.run { () throws(BundleError) in try lines.next() }
      guard let block else { return count }
      for line in block {
        guard let id = line.id else {
          throw BundleError(
            .invalidInput, "line \(line.number) is no JSON object with an id; every document needs one", path: path)
        }
        try await append(line.bytes, to: "documents", id: id)
        count += 1
      }
    }
  }
}

/// A file of lines, read block by block. One caller at a time.
private final class FileLines: @unchecked Sendable {
  private static let blockBytes: UInt64 = 1 << 20

  private let file: InputFile
  private var cutter: LineCutter
  private var place: UInt64 = 0
  private var isDone = false

  init(_ file: InputFile, limit: Int) {
    self.file = file
    cutter = LineCutter(limit: limit, member: file.path)
  }

  /// Some more lines; `nil` after the last.
  func next() throws(BundleError) -> [BundleLine]? {
    guard !isDone else { return nil }
    var lines: [BundleLine] = []
    func take(_ place: LinePlace, _ bytes: UnsafeRawBufferPointer) {
      guard !bytes.isEmpty else { return }
      lines.append(
        BundleLine(member: place.member, number: place.number, offset: place.offset, bytes: Data(bytes)))
    }
    if place < file.bytes {
      let block = try file.read(Int(min(Self.blockBytes, file.bytes - place)), at: place)
      place += UInt64(block.count)
      try block.withRawBytes { raw throws(BundleError) in try cutter.take(raw, take) }
    } else {
      isDone = true
      try cutter.finish(take)
    }
    return lines
  }
}
