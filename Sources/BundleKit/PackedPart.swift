import Foundation

/// A member ready to be written, with what the index will say of its lines. Made on a thread of its own.
struct PackedPart: Sendable {
  let member: PackedMember
  /// See ``IndexSpool/append(_:id:to:)``.
  let records: [UInt8]

  /// A member that is no part of a table with ids.
  init(_ member: PackedMember) {
    self.member = member
    records = []
  }

  /// Compresses a part of a table and hashes its lines.
  init(
    _ part: PartedTable.Part, level: Int, thresholds: Zip64Thresholds, bench: Workbench, earlier: EarlierBundle?
  ) throws(BundleError) {
    member = try PackedMember(
      part.name, part.bytes, level: level, thresholds: thresholds, bench: bench, earlier: earlier)
    records = part.bytes.withRawBytes { Self.records(part.places, of: part.number, in: $0) }
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
    records = content.withRawBytes { raw in
      let places = raw.lines.compactMap { line -> PartedTable.Place? in
        guard let id = JSONKey.id(ofLine: raw.slice(line)), id.utf8.count <= IndexSpool.maximumIDBytes else {
          return nil
        }
        return PartedTable.Place(id: id, offset: line.lowerBound, length: line.count)
      }
      return Self.records(places, of: number, in: raw)
    }
  }

  private static func records(
    _ places: [PartedTable.Place], of part: Int, in raw: UnsafeRawBufferPointer
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(places.reduce(0) { $0 + IndexSpool.headBytes + $1.id.utf8.count })
    for place in places {
      let line = raw.slice(place.offset..<place.offset + place.length)
      let record = IndexRecord(
        mark: IndexEntry.mark(of: place.id), part: UInt32(clamping: part), offset: UInt64(place.offset),
        length: UInt64(place.length), digest: IndexEntry.digest(of: line), id: 0..<0)
      IndexSpool.append(record, id: place.id, to: &bytes)
    }
    return bytes
  }
}
