/// Removes the mark-up inside a Markdown paragraph.
enum MarkdownInline {
  /// Removes `<!-- … -->`; a comment that nothing closes stays.
  static func withoutComments(_ text: Substring) -> String {
    let (opening, closing) = (Array("<!--".utf8), Array("-->".utf8))
    var bytes = Array(text.utf8)
    guard var start = position(of: opening, in: bytes, from: 0) else { return String(text) }
    var kept = Array(bytes[..<start])
    while let end = position(of: closing, in: bytes, from: start + opening.count) {
      let next = position(of: opening, in: bytes, from: end + closing.count)
      kept += bytes[(end + closing.count)..<(next ?? bytes.count)]
      guard let next else {
        bytes = []
        break
      }
      start = next
    }
    if !bytes.isEmpty { kept += bytes[start...] }
    return String(decoding: kept, as: UTF8.self)
  }

  private static func position(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard start + pattern.count <= bytes.count else { return nil }
    return (start...(bytes.count - pattern.count)).first { index in
      bytes[index] == pattern[0] && bytes[index..<(index + pattern.count)].elementsEqual(pattern)
    }
  }

  /// The text without mark-up.
  static func plain(_ text: Substring) -> String {
    // Most paragraphs have none.
    guard text.utf8.contains(where: { "*_`[]<&\\~!".utf8.contains($0) }) else { return String(text) }
    var reducer = InlineReducer(Array(text.unicodeScalars))
    return reducer.reduce()
  }
}
