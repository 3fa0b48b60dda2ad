import Foundation

/// `index.json`: which members hold the entries of which marks. See `docs/bundle-format.md`.
///
///     {"version":3,"entries":5100,"parts":[
///     {"member":"index/part-00001.json","entries":4681,"first":"00000a1f"},
///     {"member":"index/part-00002.json","entries":419,"first":"f0211c07"}
///     ]}
///
/// Version 2 names members of lines instead (`IndexLines`), and is otherwise the same.
struct IndexTable: Decodable {
  static let name = "index.json"
  /// The most bytes that a part may have: one of version 2 or 3 has 256 KiB, or one long id.
  static let mostPartBytes = 1 << 20

  /// One member with entries.
  struct Part: Decodable, Equatable {
    let member: String
    let entries: Int
    /// The lowest mark of its entries, as eight hexadecimal digits.
    let first: String

    var firstMark: UInt32? { first.utf8.count == 8 ? UInt32(first, radix: 16) : nil }
  }

  let version: Int
  let entries: Int
  let parts: [Part]

  init(parts: [Part]) {
    self.init(version: 3, entries: parts.reduce(0) { $0 + $1.entries }, parts: parts)
  }

  private init(version: Int, entries: Int, parts: [Part]) {
    (self.version, self.entries, self.parts) = (version, entries, parts)
  }

  /// The table of a bundle; `nil` if there is none, or one of another version than 2 and 3.
  ///
  /// - Throws: when it is damaged, too large, or contradicts itself.
  init?(of reader: BundleReader) throws(BundleError) {
    guard let member = reader.member(Self.name) else { return nil }
    let isSmall = member.bytes <= reader.limits.manifestBytes
    let content = isSmall ? try reader.content(of: member) : try reader.chunks(of: member).next() ?? []
    // Version 1 had all entries here, as many as there were.
    if content.starts(with: #"{"version":1,"#.utf8) { return nil }
    guard isSmall else {
      throw .over("\(Self.name) has \(member.bytes) bytes", reader.limits.manifestBytes, "bytes", member: Self.name)
    }
    guard let table = content.withRawBytes({ Self.plain($0) ?? (try? JSONDecoder().decode(Self.self, from: Data($0))) })
    else {
      throw .badIndex("\(Self.name) is no table with version, entries and parts")
    }
    guard 2...3 ~= table.version else { return nil }
    self = table
    if let fault { throw .badIndex(fault) }
  }

  /// A table that is as we write it; `nil` for any other.
  private static func plain(_ raw: UnsafeRawBufferPointer) -> IndexTable? {
    var rest = PlainJSON(raw)
    guard rest.drop(past: "{\"version\":"), let version = rest.takeNumber(), rest.drop(past: ",\"entries\":"),
      let entries = rest.takeNumber(), rest.drop(past: ",\"parts\":[")
    else { return nil }
    var parts: [Part] = []
    while rest.drop(past: parts.isEmpty ? "\n{\"member\":\"" : ",\n{\"member\":\"") {
      guard let member = rest.takeString(), rest.drop(past: ",\"entries\":"), let entries = rest.takeNumber(),
        rest.drop(past: ",\"first\":\""), let first = rest.takeString(), rest.drop(past: "}")
      else { return nil }
      parts.append(Part(member: member, entries: entries, first: first))
    }
    guard rest.drop(past: "\n]}\n"), rest.isAtEnd else { return nil }
    return IndexTable(version: version, entries: entries, parts: parts)
  }

  /// The entries of a part, in their order; `nil` if it is none.
  ///
  /// - Parameter id: whose entries are wanted; `nil` for all.
  static func entries(in content: UnsafeRawBufferPointer, version: Int, of id: String? = nil) -> [IndexEntry]? {
    if version == 2 { return IndexLines.entries(in: content)?.filter { id == nil || $0.id == id } }
    return IndexColumns.entries(in: content, of: id)
  }

  /// What contradicts itself, in words.
  private var fault: String? {
    var last: UInt32 = 0
    var sum = 0
    for part in parts {
      guard let mark = part.firstMark else { return "\(Self.name) has a mark that is not 8 hexadecimal digits" }
      guard mark >= last else { return "the parts of \(Self.name) are not in the order of their marks" }
      let (next, overflow) = sum.addingReportingOverflow(part.entries)
      guard part.entries > 0, !overflow else { return "\(Self.name) has a part with \(part.entries) entries" }
      (last, sum) = (mark, next)
    }
    return sum == entries ? nil : "\(Self.name) announces \(entries) entries, its parts have \(sum)"
  }

  /// The bytes of the file.
  var encoded: [UInt8] {
    var text = "{\"version\":\(version),\"entries\":\(entries),\"parts\":["
    for (number, part) in parts.enumerated() {
      text += number == 0 ? "\n" : ",\n"
      text += "{\"member\":\"\(part.member)\",\"entries\":\(part.entries),\"first\":\"\(part.first)\"}"
    }
    return Array((text + "\n]}\n").utf8)
  }

  /// The parts that may have entries of a mark: its entries may go on over several.
  func parts(with mark: UInt32) -> ArraySlice<Part> {
    // The last part that begins before the mark, and all that begin with it.
    let marks = parts.map { $0.firstMark ?? 0 }
    let after = marks.partitioningIndex { $0 > mark }
    let from = marks.partitioningIndex { $0 >= mark }
    return parts[max(0, from - 1)..<max(after, max(0, from - 1))]
  }
}

extension Array {
  /// The first index whose element fulfils what all after it fulfil too; by halving.
  fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension BundleError {
  /// An index that can't be relied on.
  static func badIndex(_ what: String, member: String = IndexTable.name) -> BundleError {
    BundleError(.badIndex, "\(what); 'bundle verify' says whether the documents are whole", member: member)
  }
}
