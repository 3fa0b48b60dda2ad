import Foundation
import StageKit

/// What differs between the results in two bundles.
public struct BundleDiff: Sendable, Equatable, Encodable {
  /// Something that is in both, and not the same.
  public struct Change: Sendable, Equatable, Encodable {
    /// Its id.
    public let id: String
    /// The keys of its JSON object that differ, sorted; empty where no keys are compared.
    public let fields: [String]
  }

  /// What came, went and changed, sorted by id.
  public struct Table: Sendable, Equatable, Encodable {
    /// In the second bundle only.
    public internal(set) var came: [String] = []
    /// In the first bundle only.
    public internal(set) var went: [String] = []
    /// In both, and not the same.
    public internal(set) var changed: [Change] = []
    /// How many are the same in both.
    public internal(set) var same = 0

    /// Whether nothing differs.
    public var isEmpty: Bool { came.isEmpty && went.isEmpty && changed.isEmpty }
  }

  /// Documents and summaries.
  public internal(set) var documents = Table()
  /// Groups of duplicates, by their rows in `duplicates.csv`.
  public internal(set) var groups = Table()
  /// Stories, by their lines in `stories.jsonl`.
  public internal(set) var stories = Table()

  /// Whether the results are the same.
  public var isEmpty: Bool { documents.isEmpty && groups.isEmpty && stories.isEmpty }
}

extension BundleDiff {
  /// Compares two bundles by their indexes, and reads only the documents that differ.
  ///
  /// - Parameters:
  ///   - first: the earlier one.
  ///   - second: the later one.
  ///   - ignored: keys of documents that may differ, such as "history".
  /// - Throws: `BundleError` when one is damaged.
  public init(
    _ first: BundleReader, _ second: BundleReader, ignoring ignored: Set<String> = []
  ) async throws(BundleError) {
    self = try await WorkQueue.run { () throws(BundleError) in
      var diff = BundleDiff()
      try diff.compareDocuments(first, second, ignored)
      diff.stories = try Self.compare(first, second) { reader throws(BundleError) in try Self.stories(of: reader) }
      diff.groups = try Self.compare(first, second) { reader throws(BundleError) in try Self.groups(of: reader) }
      return diff
    }
  }

  private mutating func compareDocuments(
    _ first: BundleReader, _ second: BundleReader, _ ignored: Set<String>
  ) throws(BundleError) {
    var cursors = [try IndexCursor(of: first), try IndexCursor(of: second)]
    var changed: [[IndexEntry]] = [[], []]
    while let groups = try cursors.next() {
      let sides = groups.map { Dictionary(grouping: $0, by: \.id) }
      for (id, mine) in sides[0] {
        guard let theirs = sides[1][id] else {
          documents.went.append(id)
          continue
        }
        if mine.map(\.digest).sorted() == theirs.map(\.digest).sorted() {
          documents.same += 1
        } else {
          // Of several documents of one id, the first stands for all.
          if let mine = mine.first, let theirs = theirs.first {
            changed[0].append(mine)
            changed[1].append(theirs)
          }
        }
      }
      documents.came += sides[1].keys.filter { sides[0][$0] == nil }
    }
    let fields = [try Self.fields(of: changed[0], in: first), try Self.fields(of: changed[1], in: second)]
    for entry in changed[0] {
      let (mine, theirs) = (fields[0][entry.id] ?? [:], fields[1][entry.id] ?? [:])
      let differing = Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }
      if !differing.isEmpty, differing.isSubset(of: ignored) {
        documents.same += 1
      } else {
        documents.changed.append(Change(id: entry.id, fields: differing.sorted()))
      }
    }
    documents.sort()
  }

  /// The hashes of the fields of some documents, read in the order of the file.
  private static func fields(
    of entries: [IndexEntry], in reader: BundleReader
  ) throws(BundleError) -> [String: [String: UInt64]] {
    let members = Dictionary(grouping: entries, by: \.member)
    var fields: [String: [String: UInt64]] = [:]
    for member in reader.documentParts {
      guard let wanted = members[member.name] else { continue }
      let offsets = Dictionary(wanted.map { ($0.offset, $0.id) }, uniquingKeysWith: { first, _ in first })
      try reader.forEachLine(of: member.name) { place, line in
        if let id = offsets[place.offset] { fields[id] = JSONKey.hashes(ofFieldsIn: line) }
      }
    }
    return fields
  }

  private static func compare(
    _ first: BundleReader, _ second: BundleReader,
    by hashes: (BundleReader) throws(BundleError) -> [String: UInt64]
  ) throws(BundleError) -> Table {
    let (mine, theirs) = (try hashes(first), try hashes(second))
    var table = Table()
    for (id, hash) in mine {
      switch theirs[id] {
      case nil: table.went.append(id)
      case hash: table.same += 1
      default: table.changed.append(Change(id: id, fields: []))
      }
    }
    table.came = theirs.keys.filter { mine[$0] == nil }
    table.sort()
    return table
  }

  private static func stories(of reader: BundleReader) throws(BundleError) -> [String: UInt64] {
    var hashes: [String: UInt64] = [:]
    try reader.forEachLine(of: "stories.jsonl") { _, line in
      if let id = JSONKey.id(ofLine: line) { hashes[id] = FNV1a(line).value }
    }
    return hashes
  }

  /// The rows of each group, in their order.
  private static func groups(of reader: BundleReader) throws(BundleError) -> [String: UInt64] {
    var hashes: [String: UInt64] = [:]
    guard let member = reader.member("duplicates.csv") else { return hashes }
    let content = try reader.content(of: member)
    content.withRawBytes { raw in
      for record in CSVRecords.records(in: raw).dropFirst() {
        let row = raw.slice(record)
        let group = String(decoding: row.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
        hashes[group] = (hashes[group] ?? 0) &* 31 &+ FNV1a(row).value
      }
    }
    return hashes
  }
}

extension BundleDiff.Table {
  fileprivate mutating func sort() {
    came.sort()
    went.sort()
    changed.sort { $0.id < $1.id }
  }
}

/// Records of CSV (RFC 4180), where quoted fields may have line breaks.
enum CSVRecords {
  /// Where the records are, without their line breaks; empty ones are left out.
  static func records(in raw: UnsafeRawBufferPointer) -> [Range<Int>] {
    var records: [Range<Int>] = []
    var (start, isQuoted) = (0, false)
    func end(at place: Int) {
      let last = place > start && raw[place - 1] == UInt8(ascii: "\r") ? place - 1 : place
      if last > start { records.append(start..<last) }
    }
    for place in raw.indices {
      if raw[place] == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard raw[place] == UInt8(ascii: "\n"), !isQuoted else { continue }
      end(at: place)
      start = place + 1
    }
    end(at: raw.count)
    return records
  }
}
