/// Cuts sorted records into the members of the index: small enough to find one document quickly.
struct IndexParts {
  /// A member that is complete.
  struct Part: Sendable {
    let entry: IndexTable.Part
    /// By their marks.
    let records: [IndexRecord]
    /// Their ids, one after the other.
    let ids: [UInt8]
  }

  /// How large a part is, with ids of usual length.
  static let standardBytes = 256 << 10
  /// What an entry takes beside its id, about.
  private static let entryBytes = 40

  private let partBytes: Int
  private var records: [IndexRecord] = []
  private var ids: [UInt8] = []
  private(set) var entries: [IndexTable.Part] = []

  init(partBytes: Int = standardBytes) { self.partBytes = partBytes }

  /// Adds a record, whose id is in `bytes`; gives back the part before it, if that is complete.
  mutating func add(_ record: IndexRecord, idIn bytes: [UInt8]) -> Part? {
    let size = ids.count + record.id.count + Self.entryBytes * (records.count + 1)
    let part = size > partBytes ? finish() : nil
    var record = record
    let start = ids.count
    ids += bytes[record.id]
    record.id = start..<ids.count
    records.append(record)
    return part
  }

  /// The last part, unless there is none.
  mutating func finish() -> Part? {
    guard let first = records.first else { return nil }
    let entry = IndexTable.Part(
      member: PartedTable.memberName("index", entries.count + 1, format: "json"), entries: records.count,
      first: IndexEntry.digits(first.mark, count: 8))
    entries.append(entry)
    defer { (records, ids) = ([], []) }
    return Part(entry: entry, records: records, ids: ids)
  }
}

extension IndexParts.Part {
  /// The bytes of the member.
  var encoded: [UInt8] { IndexColumns.encoded(records.sorted(by: IndexRecord.isBefore), ids: ids) }
}
