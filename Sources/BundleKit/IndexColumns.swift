import Foundation

/// A part of the index, version 3: its entries in the order of the file, column by column, which takes two thirds of
/// what a line for each entry takes.
///
///     {"parts":[1,1,12],
///     "gaps":[0,1040,70231],
///     "lengths":[2958,3071,870],
///     "hashes":"1cb349c0d2b6ac5f…",
///     "ids":["ec2a47026fd8eafc","0bf1c3d2ab8f5e71","9d02…"]}
struct IndexColumns: Decodable {
  /// The number of the part of `documents/` that has the line.
  private var parts: [Int] = []
  /// How many bytes lie between the line before in the same part, its line break counted, and this one.
  private var gaps: [Int] = []
  private var lengths: [Int] = []
  /// 16 hexadecimal digits each, joined.
  private var hashes = ""
  private var ids: [String] = []

  /// The bytes of the member.
  ///
  /// - Parameters:
  ///   - records: in the order of their parts and offsets; lines do not overlap.
  ///   - ids: the bytes that have their ids.
  static func encoded(_ records: [IndexRecord], ids: [UInt8]) -> [UInt8] {
    var bytes = Array("{\"parts\":[".utf8)
    bytes.reserveCapacity(64 + ids.count + 48 * records.count)
    func list(_ write: (inout [UInt8], IndexRecord, IndexRecord?) -> Void) {
      var before: IndexRecord?
      for record in records {
        if before != nil { bytes.append(UInt8(ascii: ",")) }
        write(&bytes, record, before)
        before = record
      }
    }
    list { bytes, record, _ in bytes.append(decimal: UInt64(record.part)) }
    bytes += "],\n\"gaps\":[".utf8
    list { bytes, record, before in
      let end = before.map { $0.part == record.part ? $0.offset + $0.length + 1 : 0 } ?? 0
      bytes.append(decimal: record.offset - end)
    }
    bytes += "],\n\"lengths\":[".utf8
    list { bytes, record, _ in bytes.append(decimal: record.length) }
    bytes += "],\n\"hashes\":\"".utf8
    for record in records { bytes.append(hexadecimal: record.digest) }
    bytes += "\",\n\"ids\":[".utf8
    list { bytes, record, _ in bytes.append(jsonString: ids[record.id]) }
    bytes += "]}\n".utf8
    return bytes
  }

  /// The entries, in their order; `nil` for anything that is not such columns, all of one length.
  ///
  /// - Parameter id: whose entries are wanted; `nil` for all. Those of the others are not made then.
  static func entries(in raw: UnsafeRawBufferPointer, of id: String? = nil) -> [IndexEntry]? {
    plain(raw, of: id) ?? decoded(raw, of: id)
  }

  private static func decoded(_ raw: UnsafeRawBufferPointer, of id: String?) -> [IndexEntry]? {
    guard let columns = try? JSONDecoder().decode(IndexColumns.self, from: Data(raw)) else { return nil }
    let ids = columns.ids
    return Array(columns.hashes.utf8).withRawBytes { digits in
      let places = Places(parts: columns.parts, gaps: columns.gaps, lengths: columns.lengths, digits: digits)
      return places.entries(count: ids.count, where: { id == nil || ids[$0] == id }, id: { ids[$0] })
    }
  }

  private static func plain(_ raw: UnsafeRawBufferPointer, of id: String?) -> [IndexEntry]? {
    var rest = PlainJSON(raw)
    guard rest.drop(past: "{\"parts\":["), let parts = rest.takeNumbers(), rest.drop(past: ",\n\"gaps\":["),
      let gaps = rest.takeNumbers(), rest.drop(past: ",\n\"lengths\":["), let lengths = rest.takeNumbers(),
      rest.drop(past: ",\n\"hashes\":\""), let digits = rest.takeText(), rest.drop(past: ",\n\"ids\":["),
      let ids = rest.takeTexts(), rest.drop(past: "}\n"), rest.isAtEnd
    else { return nil }
    let places = Places(parts: parts, gaps: gaps, lengths: lengths, digits: digits)
    guard let id else {
      return places.entries(count: ids.count, where: { _ in true }, id: { String(validating: ids[$0], as: UTF8.self) })
    }
    return Array(id.utf8).withRawBytes { wanted in
      places.entries(count: ids.count, where: { ids[$0].elementsEqual(wanted) }, id: { _ in id })
    }
  }

  /// All columns but that of the ids.
  private struct Places {
    let parts: [Int]
    let gaps: [Int]
    let lengths: [Int]
    /// Of the hashes.
    let digits: UnsafeRawBufferPointer

    /// Entries, if the columns are of one length and say of each line where it is.
    func entries(count: Int, where isWanted: (Int) -> Bool, id: (Int) -> String?) -> [IndexEntry]? {
      guard parts.count == count, gaps.count == count, lengths.count == count, digits.count == 16 * count else {
        return nil
      }
      var entries: [IndexEntry] = []
      var (part, end) = (0, 0)
      // Made when it is needed, once for all entries of a part.
      var member: String?
      for place in 0..<count {
        if parts[place] != part {
          guard parts[place] > part else { return nil }
          (part, member, end) = (parts[place], nil, 0)
        }
        let (offset, isFar) = end.addingReportingOverflow(gaps[place])
        let (after, isLong) = offset.addingReportingOverflow(lengths[place])
        guard part > 0, gaps[place] >= 0, lengths[place] >= 0, !isFar, !isLong, after < .max else { return nil }
        end = after + 1
        guard isWanted(place) else { continue }
        guard let id = id(place), let digest = IndexEntry.number(digits.slice(16 * place..<16 * place + 16)) else {
          return nil
        }
        let name = member ?? PartedTable.memberName(IndexEntry.table, part)
        member = name
        entries.append(IndexEntry(id: id, member: name, offset: offset, length: lengths[place], digest: digest))
      }
      return entries
    }
  }
}

extension Array<UInt8> {
  /// Appends a number in decimal digits.
  fileprivate mutating func append(decimal number: UInt64) {
    let start = count
    var rest = number
    repeat {
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }

  /// Appends a number in 16 hexadecimal digits.
  fileprivate mutating func append(hexadecimal number: UInt64) {
    for place in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(place)) & 15
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Appends a JSON string (RFC 8259): control characters, quotes and backslashes escaped, all else as it is.
  fileprivate mutating func append(jsonString text: ArraySlice<UInt8>) {
    append(UInt8(ascii: "\""))
    guard text.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
      append(contentsOf: text)
      append(UInt8(ascii: "\""))
      return
    }
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case 0..<0x20:
        append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
        append(contentsOf: String(byte, radix: 16).utf8)
      default: append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
