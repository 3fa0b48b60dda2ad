import TextKit

extension StringProtocol {
  /// The parts between spaces, tabs and line ends, by bytes: finding characters would cost many times as much.
  func spacedWords() -> [Substring] {
    let text = Substring(self)
    let utf8 = text.utf8
    let words = utf8.withContiguousStorageIfAvailable { bytes in
      var words: [Substring] = []
      var (start, last) = (0, text.startIndex)
      for end in 0...bytes.count where end == bytes.count || bytes[end] <= 0x20 && Self.isSpace(bytes[end]) {
        defer { start = end + 1 }
        guard end > start else { continue }
        let first = utf8.index(last, offsetBy: start - utf8.distance(from: text.startIndex, to: last))
        last = utf8.index(first, offsetBy: end - start)
        words.append(text[first..<last])
      }
      return words
    }
    return words ?? utf8.split(whereSeparator: Self.isSpace).map { Substring($0) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }

  /// Without what is no letter, mark or digit at both ends.
  func withoutMarks() -> Substring {
    let text = Substring(self)
    if let first = text.utf8.first, let last = text.utf8.last, first.isPlain, last.isPlain { return text }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { ScalarClass.of($0).isWordPart }),
      let last = scalars.lastIndex(where: { ScalarClass.of($0).isWordPart })
    else { return "" }
    return Substring(scalars[first...last])
  }
}

extension UInt8 {
  /// Whether it is an ASCII letter or digit.
  var isPlain: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 26 }
}
