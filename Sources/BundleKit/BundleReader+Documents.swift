import Foundation
import StageKit

extension BundleReader {
  /// Where the documents of an id lie; usually there is one, and none if the id is unknown.
  ///
  /// Reads `index.json` and one member of the index; a bundle without an index that is known is searched line by line.
  ///
  /// - Throws: `BundleError` when the index is damaged.
  public func entries(for id: String) throws(BundleError) -> [IndexEntry] {
    do throws(BundleError) {
      guard let table = try indexTable() else { return try search(for: id) }
      var found: [IndexEntry] = []
      for part in table.parts(with: IndexEntry.mark(of: id)) {
        found += try entries(of: part, version: table.version, id: id)
      }
      return found
    } catch {
      throw error.at(url.path)
    }
  }

  /// The line that an entry of the index points to, checked against its hash.
  ///
  /// - Throws: `BundleError` when its member is damaged, or the index and the member do not fit each other.
  public func line(at entry: IndexEntry) throws(BundleError) -> Data {
    do throws(BundleError) {
      let shown = printable(entry.id.utf8)
      let (end, overflow) = entry.offset.addingReportingOverflow(entry.length)
      guard let member = member(entry.member), !overflow, entry.offset >= 0, entry.length >= 0, end <= member.bytes
      else {
        throw .badIndex("the index points to a place for '\(shown)' that is not there")
      }
      guard entry.length <= limits.lineBytes else {
        throw .over("the document '\(shown)' has \(entry.length) bytes", limits.lineBytes, "bytes a document")
      }
      if let line = try soonest(entry, of: member) { return Data(line) }
      let line = try bytes(entry.offset..<end, of: member)
      guard line.withRawBytes({ IndexEntry.digest(of: $0) }) == entry.digest else {
        throw .badIndex("the line of '\(shown)' is not the one that the index names (its hash differs)")
      }
      return Data(line)
    } catch {
      throw error.at(url.path)
    }
  }

  /// The documents of a bundle, one after the other.
  ///
  /// - Parameter workers: how many members are inflated ahead of the reader.
  public func documents(workers: Int = 2) -> BundleDocuments { BundleDocuments(lines: lines(workers: workers)) }

  /// The lines of all members with documents.
  ///
  /// - Parameter workers: how many members are inflated ahead of the reader.
  public func lines(workers: Int = 2) -> BundleLines {
    BundleLines(reader: self, members: documentParts, workers: max(1, workers))
  }

  /// What a part of the index says, of all documents or of those with an id.
  func entries(
    of part: IndexTable.Part, version: Int, id: String? = nil
  ) throws(BundleError) -> [IndexEntry] {
    guard let member = member(part.member), member.bytes <= min(limits.manifestBytes, IndexTable.mostPartBytes) else {
      throw .badIndex("\(IndexTable.name) names a part that is not there or too large")
    }
    let found = try content(of: member).withRawBytes { IndexTable.entries(in: $0, version: version, of: id) }
    guard let found else {
      throw .badIndex("\(part.member) is no part of an index of version \(version)", member: part.member)
    }
    return found
  }

  /// The line of an entry without inflating what follows it in its member; `nil` if its hash does not prove it.
  private func soonest(_ entry: IndexEntry, of member: Member) throws(BundleError) -> [UInt8]? {
    guard member.isSmall, member.isDeflated else { return nil }
    let end = entry.offset + entry.length
    let packed = try packed(member)
    guard let content = packed.withRawBytes({ Deflater.inflatePrefix($0, bytes: end) }) else { return nil }
    return content.withRawBytes { raw in
      let line = raw.slice(entry.offset..<end)
      return IndexEntry.digest(of: line) == entry.digest ? Array(line) : nil
    }
  }

  /// A stretch of a member; one that fits memory is inflated as a whole, which is faster.
  private func bytes(_ range: Range<Int>, of member: Member) throws(BundleError) -> [UInt8] {
    if member.isSmall { return Array(try content(of: member)[range]) }
    var (bytes, place) = ([UInt8](), 0)
    let chunks = try chunks(of: member)
    while place < range.upperBound, let chunk = try chunks.next() {
      let (from, to) = (max(range.lowerBound - place, 0), min(range.upperBound - place, chunk.count))
      if from < to { bytes += chunk[from..<to] }
      place += chunk.count
    }
    return bytes
  }

  /// What the index would say of an id, by looking at every line.
  private func search(for id: String) throws(BundleError) -> [IndexEntry] {
    var found: [IndexEntry] = []
    try forEachDocumentLine { line, bytes in
      if JSONKey.id(ofLine: bytes) == id { found.append(line.entry(id, digest: IndexEntry.digest(of: bytes))) }
    }
    return found
  }

  /// Calls `body` with each line of `documents/`, in order. Blocks.
  func forEachDocumentLine(
    _ body: (LinePlace, UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) throws(BundleError) {
    for member in documentParts { try forEachLine(of: member.name, body) }
  }
}

extension Member {
  /// Whether its content may be held in memory: all parts of tables are like that, unless a single line is longer.
  var isSmall: Bool { bytes <= 16 << 20 && packedBytes <= 17 << 20 }
}
