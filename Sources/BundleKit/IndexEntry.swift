import Foundation
import StageKit

/// Where one document lies in a bundle: one line of the members `index/part-00001.jsonl` and on.
public struct IndexEntry: Sendable, Equatable, Decodable {
  /// The document's id.
  public let id: String
  /// The member that has its line.
  public let member: String
  /// Where the line begins, in bytes of the uncompressed member.
  public let offset: Int
  /// How many bytes the line has, its line break not counted.
  public let length: Int
  /// The first 24 of the 64 hexadecimal digits of the SHA-256 of the line without its line break.
  public let hash: String

  init(id: String, member: String, offset: Int, length: Int, hash: String) {
    self.id = id
    self.member = member
    self.offset = offset
    self.length = length
    self.hash = hash
  }

  /// By which entries are sorted first: equal ids have equal marks, and marks are spread evenly.
  var mark: UInt32 { Self.mark(of: id) }

  /// The mark of an id: FNV-1a with 64 bits of its UTF-8, the halves joined by exclusive or.
  static func mark(of id: String) -> UInt32 { UInt32(truncatingIfNeeded: PartedTable.mark(of: id.utf8)) }

  /// The hash of a line, as ``hash`` has it.
  static func hash(of line: UnsafeRawBufferPointer) -> String {
    var hash = ContentHash()
    hash.update(line)
    return String(hash.finish().prefix(24))
  }
}

extension IndexEntry {
  /// The entry as it stands in the index: these keys in this order, without spaces, and no line break.
  var line: [UInt8] {
    var bytes = Array("{\"id\":".utf8)
    bytes.reserveCapacity(id.utf8.count + 140)
    bytes.append(jsonString: id)
    bytes += ",\"member\":\"\(member)\",\"offset\":\(offset),\"length\":\(length),\"hash\":\"\(hash)\"}".utf8
    return bytes
  }

  /// Reads a line as ``line`` writes it, and any other JSON with the same keys; `nil` for all else.
  init?(line: UnsafeRawBufferPointer) {
    if let entry = Self.canonical(line) {
      self = entry
    } else {
      guard let entry = try? JSONDecoder().decode(IndexEntry.self, from: Data(line)) else { return nil }
      self = entry
    }
  }

  /// A decoder takes ten microseconds an entry, and there may be millions: lines that are as we write them need none.
  private static func canonical(_ line: UnsafeRawBufferPointer) -> IndexEntry? {
    var rest = line[...]
    guard rest.drop(past: "{\"id\":\""), let id = rest.takeText(), rest.drop(past: ",\"member\":\""),
      let member = rest.takeText(), rest.drop(past: ",\"offset\":"), let offset = rest.takeNumber(),
      rest.drop(past: ",\"length\":"), let length = rest.takeNumber(), rest.drop(past: ",\"hash\":\""),
      let hash = rest.takeText(), rest.elementsEqual(CollectionOfOne(UInt8(ascii: "}")))
    else { return nil }
    return IndexEntry(id: id, member: member, offset: offset, length: length, hash: hash)
  }
}

extension Slice<UnsafeRawBufferPointer> {
  /// Drops a prefix; false if it is not there.
  fileprivate mutating func drop(past prefix: StaticString) -> Bool {
    let isThere = prefix.withUTF8Buffer { starts(with: UnsafeRawBufferPointer($0)) }
    if isThere { removeFirst(prefix.utf8CodeUnitCount) }
    return isThere
  }

  /// The text up to the next quote, and drops both; `nil` for escapes and what is not UTF-8.
  fileprivate mutating func takeText() -> String? {
    guard let end = firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    let text = self[startIndex..<end]
    guard !text.contains(where: { $0 == UInt8(ascii: "\\") || $0 < 0x20 }) else { return nil }
    self = self[index(after: end)...]
    return String(validating: UnsafeRawBufferPointer(rebasing: text), as: UTF8.self)
  }

  /// The decimal number in front, of 18 digits at most, without leading zeros.
  fileprivate mutating func takeNumber() -> Int? {
    var value = 0
    var digits = 0
    while let byte = first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      guard digits < 18, digits == 0 || value > 0 else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
      removeFirst()
    }
    return digits > 0 ? value : nil
  }
}

extension Array<UInt8> {
  /// Appends a JSON string (RFC 8259): control characters, quotes and backslashes escaped, all else as it is.
  fileprivate mutating func append(jsonString text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
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
