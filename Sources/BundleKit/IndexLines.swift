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

  /// Most lines are as we wrote them.
  private static func canonical(_ line: UnsafeRawBufferPointer) -> Line? {
    var rest = PlainJSON(line)
    guard rest.drop(past: "{\"id\":\""), let id = rest.takeString(), rest.drop(past: ",\"member\":\""),
      let member = rest.takeString(), rest.drop(past: ",\"offset\":"), let offset = rest.takeNumber(),
      rest.drop(past: ",\"length\":"), let length = rest.takeNumber(), rest.drop(past: ",\"hash\":\""),
      let hash = rest.takeString(), rest.drop(past: "}"), rest.isAtEnd
    else { return nil }
    return Line(id: id, member: member, offset: offset, length: length, hash: hash)
  }
}
