import Foundation

/// A member ready to be written; if it was copied, with what the index will say of its lines. Made on a thread of its
/// own.
struct PackedPart: Sendable {
  let member: PackedMember
  /// See ``IndexSpool/append(_:id:to:)``.
  let records: [UInt8]

  /// A member of which the index has nothing to learn.
  init(_ member: PackedMember) {
    self.member = member
    records = []
  }

  /// Copies a member of a bundle as it is compressed there, once it has proved to be whole.
  ///
  /// - Parameters:
  ///   - source: the member.
  ///   - name: what it is called from now on.
  ///   - number: that of the part, if its lines go into the index, by the `id` of each.
  init(
    copying source: Member, of reader: BundleReader, as name: String, number: Int?, thresholds: Zip64Thresholds
  ) throws(BundleError) {
    let content = try reader.content(of: source)
    let payload = source.isDeflated ? try reader.packed(source) : content
    let header = EntryHeader(
      name: name, method: source.isDeflated ? Zip.deflated : Zip.stored, crc: source.crc32,
      packedBytes: UInt64(payload.count), bytes: UInt64(content.count),
      isZip64: UInt64(content.count) >= thresholds.bytes)
    member = PackedMember(header: header, payload: payload, hash: content.withRawBytes { ContentDigest.of($0) })
    guard let number else {
      records = []
      return
    }
    records = content.withRawBytes { Self.records(of: number, in: $0) }
  }

  private static func records(of part: Int, in raw: UnsafeRawBufferPointer) -> [UInt8] {
    var bytes: [UInt8] = []
    for range in raw.lines {
      let line = raw.slice(range)
      guard let id = JSONKey.id(ofLine: line), id.utf8.count <= IndexSpool.maximumIDBytes else { continue }
      let record = IndexRecord(
        mark: IndexEntry.mark(of: id), part: UInt32(clamping: part), offset: UInt64(range.lowerBound),
        length: UInt64(range.count), digest: IndexEntry.digest(of: line), id: 0..<0)
      IndexSpool.append(record, id: id, to: &bytes)
    }
    return bytes
  }
}
