/// Checks that the entries of a part of the index are in order and point inside their members.
///
/// See `IndexColumns` and `IndexLines` for the entries and `IndexTable` for what is said of the parts.
struct IndexCheck {
  /// After that many faults the rest is not named any more.
  private static let mostFaults = 20

  /// What `index.json` says of the part.
  private let part: IndexTable.Part
  private let version: Int
  private let marks: ClosedRange<UInt32>
  private let sizes: [String: Int]

  /// - Parameters:
  ///   - part: what `index.json` says of it.
  ///   - next: the part after it, which begins with the same mark or a higher one.
  ///   - version: that of `index.json`.
  ///   - sizes: the bytes of each member.
  init(_ part: IndexTable.Part, next: IndexTable.Part?, version: Int, sizes: [String: Int]) {
    self.part = part
    self.version = version
    let first = part.firstMark ?? 0
    marks = first...max(first, next?.firstMark ?? .max)
    self.sizes = sizes
  }

  /// What is wrong with the part, in words.
  func faults(in content: UnsafeRawBufferPointer) -> [String] {
    guard let entries = IndexTable.entries(in: content, version: version) else {
      return ["\(part.member) is no part of an index of version \(version)"]
    }
    guard entries.count == part.entries else {
      return ["\(part.member) has \(entries.count) entries, \(IndexTable.name) says \(part.entries)"]
    }
    var faults: [String] = []
    var (last, lowest): (UInt32?, UInt32) = (nil, .max)
    for (number, entry) in entries.enumerated() {
      let mark = entry.mark
      for fault in [order(mark, after: last), place(entry, mark)].compactMap({ $0 }) {
        guard faults.count < Self.mostFaults else { return faults + ["more faults of \(part.member) are not listed"] }
        faults.append("entry \(number + 1) of \(part.member) \(fault)")
      }
      (last, lowest) = (mark, min(lowest, mark))
    }
    if lowest != marks.lowerBound, faults.isEmpty {
      faults.append("\(part.member) does not begin with the mark that \(IndexTable.name) names")
    }
    return faults
  }

  /// Parts of version 2 are sorted by marks; those of version 3 cannot be but in the order of the file.
  private func order(_ mark: UInt32, after last: UInt32?) -> String? {
    guard version == 2, let last, mark < last else { return nil }
    return "is not in the order of marks"
  }

  private func place(_ entry: IndexEntry, _ mark: UInt32) -> String? {
    if !marks.contains(mark) { return "has a mark that \(IndexTable.name) does not allow here" }
    guard let size = sizes[entry.member] else { return "points to a member that is not there" }
    let (end, overflow) = entry.offset.addingReportingOverflow(entry.length)
    let isInside = !overflow && entry.offset >= 0 && entry.length >= 0 && end <= size
    return isInside ? nil : "points outside its member"
  }
}
