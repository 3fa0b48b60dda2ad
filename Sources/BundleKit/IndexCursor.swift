/// The entries of a bundle's index in the order of their marks, those of one mark at a time; read part by part.
///
/// A bundle without an index of version 2 or 3 is read as a whole instead, and its entries are held in memory.
struct IndexCursor {
  private let reader: BundleReader
  private var parts: ArraySlice<IndexTable.Part>
  private let version: Int
  private var entries: ArraySlice<IndexEntry> = []
  /// The mark of what comes next; `nil` after the last entry.
  private(set) var mark: UInt32?

  init(of reader: BundleReader) throws(BundleError) {
    self.reader = reader
    if let table = try reader.indexTable() {
      parts = table.parts[...]
      version = table.version
    } else {
      parts = []
      version = 0
      var found: [IndexEntry] = []
      try reader.forEachDocumentLine { place, bytes in
        if let id = JSONKey.id(ofLine: bytes) { found.append(place.entry(id, digest: IndexEntry.digest(of: bytes))) }
      }
      entries = Self.sorted(found)[...]
    }
    try fill()
  }

  /// The entries of the next mark.
  mutating func next() throws(BundleError) -> [IndexEntry] {
    var group: [IndexEntry] = []
    let wanted = mark
    while let mark, mark == wanted, let entry = entries.popFirst() {
      group.append(entry)
      try fill()
    }
    return group
  }

  /// Makes sure that the next entry is in memory, and takes its mark.
  private mutating func fill() throws(BundleError) {
    while entries.isEmpty, let part = parts.popFirst() {
      entries = Self.sorted(try reader.entries(of: part, version: version))[...]
    }
    let next = entries.first?.mark
    if let last = mark, let next, next < last {
      throw .badIndex("the entries of the index are not in the order of their marks")
    }
    mark = next
  }

  /// By marks. Swift's sort is stable: entries of one mark stay in the order of the lines.
  private static func sorted(_ entries: [IndexEntry]) -> [IndexEntry] {
    entries.map { ($0.mark, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension Array<IndexCursor> {
  /// The entries of the lowest mark of all, by the number of the cursor; `nil` after the last.
  mutating func next() throws(BundleError) -> [[IndexEntry]]? {
    guard let mark = compactMap(\.mark).min() else { return nil }
    var groups = [[IndexEntry]](repeating: [], count: count)
    for place in indices where self[place].mark == mark {
      do throws(BundleError) {
        groups[place] = try self[place].next()
      } catch {
        throw error
      }
    }
    return groups
  }
}
