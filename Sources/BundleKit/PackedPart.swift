import Foundation

/// A member ready to be written, with what the index will say of its lines. Made on a thread of its own.
struct PackedPart: Sendable {
  let member: PackedMember
  /// See ``IndexSpool/records(of:)``.
  let records: [UInt8]

  /// A member that is no part of a table with ids.
  init(_ member: PackedMember) {
    self.member = member
    records = []
  }

  /// Compresses a part of a table and hashes its lines.
  init(
    _ part: PartedTable.Part, level: Int, thresholds: Zip64Thresholds, earlier: EarlierBundle?
  ) throws(BundleError) {
    member = try PackedMember(part.name, part.bytes, level: level, thresholds: thresholds, earlier: earlier)
    records = IndexSpool.records(of: part.bytes.withRawBytes { Self.entries(part.places, of: part.name, in: $0) })
  }

  /// Copies a member of a bundle as it is compressed there, once it has proved to be whole.
  ///
  /// - Parameters:
  ///   - source: the member.
  ///   - name: what it is called from now on.
  ///   - hasIDs: whether its lines go into the index, by the `id` of each.
  init(
    copying source: Member, of reader: BundleReader, as name: String, hasIDs: Bool, thresholds: Zip64Thresholds
  ) throws(BundleError) {
    let content = try reader.content(of: source)
    let payload = source.isDeflated ? try reader.file.read(source.packedBytes, at: source.dataOffset) : content
    let header = EntryHeader(
      name: name, method: source.isDeflated ? Zip.deflated : Zip.stored, crc: source.crc32,
      packedBytes: UInt64(payload.count), bytes: UInt64(content.count),
      isZip64: UInt64(content.count) >= thresholds.bytes)
    member = PackedMember(header: header, payload: payload, hash: content.withRawBytes { ContentDigest.of($0) })
    guard hasIDs else {
      records = []
      return
    }
    records = content.withRawBytes { raw in
      let places = raw.lines.compactMap { line -> PartedTable.Place? in
        guard let id = JSONKey.id(ofLine: raw.slice(line)), id.utf8.count <= IndexSpool.maximumIDBytes else {
          return nil
        }
        return PartedTable.Place(id: id, offset: line.lowerBound, length: line.count)
      }
      return IndexSpool.records(of: Self.entries(places, of: name, in: raw))
    }
  }

  private static func entries(
    _ places: [PartedTable.Place], of member: String, in raw: UnsafeRawBufferPointer
  ) -> [IndexEntry] {
    places.map { place in
      IndexEntry(
        id: place.id, member: member, offset: place.offset, length: place.length,
        hash: IndexEntry.hash(of: raw.slice(place.offset..<place.offset + place.length)))
    }
  }
}
