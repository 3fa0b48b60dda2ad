import Foundation

/// A part of the index as bundles had it before version 3: one entry a line.
///
///     {"id":"ec2a47026fd8eafc","member":"documents/part-00001.jsonl","offset":103675,"length":2958,"hash":"1cb3…"}
///
/// Its hashes have 24 digits, of which 16 are read.
enum IndexLines {
  /// The entries, in their order; `nil` if a line is none.
  static func entries(in raw: UnsafeRawBufferPointer) -> [IndexEntry]? {
    var entries: [IndexEntry] = []
    for line in raw.lines {
      guard let entry = entry(in: raw.slice(line)) else { return nil }
      entries.append(entry)
    }
    return entries
  }

  private struct Line: Decodable {
    let id: String
    let member: String
    let offset: Int
    let length: Int
    let hash: String
  }

  private static func entry(in raw: UnsafeRawBufferPointer) -> IndexEntry? {
    guard let line = canonical(raw) ?? (try? JSONDecoder().decode(Line.self, from: Data(raw))),
      line.hash.utf8.count == 24, let digest = IndexEntry.number(line.hash.utf8.prefix(16))
    else { return nil }
    return IndexEntry(id: line.id, member: line.member, offset: line.offset, length: line.length, digest: digest)
  }

  /// A decoder takes ten microseconds an entry, and there may be millions: lines that are as we wrote them need none.
  private static func canonical(_ line: UnsafeRawBufferPointer) -> Line? {
    var rest = line[...]
    guard rest.drop(past: "{\"id\":\""), let id = rest.takeText(), rest.drop(past: ",\"member\":\""),
      let member = rest.takeText(), rest.drop(past: ",\"offset\":"), let offset = rest.takeNumber(),
      rest.drop(past: ",\"length\":"), let length = rest.takeNumber(), rest.drop(past: ",\"hash\":\""),
      let hash = rest.takeText(), rest.elementsEqual(CollectionOfOne(UInt8(ascii: "}")))
    else { return nil }
    return Line(id: id, member: member, offset: offset, length: length, hash: hash)
  }
}

/// Reading JSON that is as we write it, from the front.
extension Slice<UnsafeRawBufferPointer> {
  /// Drops a prefix; false if it is not there.
  mutating func drop(past prefix: StaticString) -> Bool {
    let isThere = prefix.withUTF8Buffer { starts(with: UnsafeRawBufferPointer($0)) }
    if isThere { removeFirst(prefix.utf8CodeUnitCount) }
    return isThere
  }

  /// The text up to the next quote, and drops both; `nil` for escapes and what is not UTF-8.
  mutating func takeText() -> String? {
    guard let end = firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    let text = self[startIndex..<end]
    guard !text.contains(where: { $0 == UInt8(ascii: "\\") || $0 < 0x20 }) else { return nil }
    self = self[index(after: end)...]
    return String(validating: UnsafeRawBufferPointer(rebasing: text), as: UTF8.self)
  }

  /// The decimal number in front, of 18 digits at most, without leading zeros.
  mutating func takeNumber() -> Int? {
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
