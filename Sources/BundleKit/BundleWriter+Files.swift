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
    try requireOpen()
    let path = file.path
    let source = try await WorkQueue.run { () throws(BundleError) in try InputFile(path: path) }
    let lines = DocumentLines(source, limit: BundleLimits.standard.lineBytes)
    let table = position(of: IndexEntry.table)
    var count = 0
    while try await WorkQueue.run({ () throws(BundleError) in try lines.readOn() }) {
      for line in lines.lines where !line.isEmpty {
        let part = try lines.withBytes(of: line) { bytes throws(BundleError) in
          guard let id = JSONKey.id(ofLine: bytes) else {
            let what = "line \(lines.number(of: line)) is no JSON object with an id; every document needs one"
            throw BundleError(.invalidInput, what, path: path)
          }
          return try put(bytes, into: table, id: id)
        }
        count += 1
        if let part = part ?? nil { try await enqueue(part) }
        if index.isFull { try await spillIndex() }
      }
    }
    return count
  }
}
