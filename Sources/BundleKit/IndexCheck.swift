/// Reads a part of the index as it comes, line by line, and checks that its entries are in order and point inside their
/// members.
///
/// See `IndexEntry` for the lines and `IndexTable` for what is said of the parts.
struct IndexCheck {
  /// After that many faults the rest is not named any more.
  private static let mostFaults = 20
  /// An id of `IndexSpool.maximumIDBytes`, every byte of it escaped, and the rest of the entry.
  private static let longestLine = IndexSpool.maximumIDBytes * 6 + 1024

  /// What `index.json` says of the part.
  private let part: IndexTable.Part
  private let marks: ClosedRange<UInt32>
  private let sizes: [String: Int]
  private var line: [UInt8] = []
  private var number = 0
  private var last: UInt32?
  /// Whether the rest is not worth reading.
  private var isHopeless = false
  private var faults: [String] = []

  /// - Parameters:
  ///   - part: what `index.json` says of it.
  ///   - next: the part after it, which begins with the same mark or a higher one.
  ///   - sizes: the bytes of each member.
  init(_ part: IndexTable.Part, next: IndexTable.Part?, sizes: [String: Int]) {
    self.part = part
    let first = part.firstMark ?? 0
    marks = first...max(first, next?.firstMark ?? .max)
    self.sizes = sizes
  }

  /// Takes the next bytes of the member.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !isHopeless, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let text = UnsafeRawBufferPointer(rebasing: rest[..<end])
      if line.isEmpty {
        check(text)
      } else {
        let whole = line + text
        line = []
        whole.withRawBytes { check($0) }
      }
      rest = rest[(end + 1)...]
    }
    guard !isHopeless else { return }
    if line.count + rest.count > Self.longestLine {
      number += 1
      report("is too long")
      isHopeless = true
    } else {
      line += rest
    }
  }

  /// Says what is wrong after the last byte.
  mutating func finish() -> [String] {
    guard faults.isEmpty else { return faults }
    if !line.isEmpty { return ["\(part.member) does not end with a line break"] }
    if number != part.entries {
      return ["\(part.member) has \(number) entries, \(IndexTable.name) says \(part.entries)"]
    }
    return []
  }

  private mutating func check(_ text: UnsafeRawBufferPointer) {
    number += 1
    guard let entry = IndexEntry(line: text) else {
      return report("is not an entry with id, member, offset, length and hash")
    }
    let mark = entry.mark
    if let last, mark < last { report("is not in the order of marks") }
    if !marks.contains(mark) || last == nil && mark != marks.lowerBound {
      report("has a mark that \(IndexTable.name) does not allow here")
    }
    last = mark
    guard let size = sizes[entry.member] else { return report("points to a member that is not there") }
    let (end, overflow) = entry.offset.addingReportingOverflow(entry.length)
    if overflow || entry.offset < 0 || entry.length < 0 || end > size { report("points outside its member") }
  }

  private mutating func report(_ what: String) {
    guard !isHopeless else { return }
    faults.append("line \(number) of \(part.member) \(what)")
    guard faults.count == Self.mostFaults else { return }
    faults.append("more faults of \(part.member) are not listed")
    isHopeless = true
  }
}
