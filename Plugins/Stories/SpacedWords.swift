import TextKit

/// A text's words with their marks, as spaces, tabs and line ends divide them.
struct SpacedWords: Sendable {
  private(set) var words: [Substring] = []
  /// Places of the words in which there is an ASCII digit or anything that is not ASCII: no other has a number in it.
  private(set) var marked: [Int] = []

  /// Goes by bytes: finding characters would cost many times as much.
  init(_ text: some StringProtocol) {
    let text = Substring(text)
    let utf8 = text.utf8
    let isDone: Void? = utf8.withContiguousStorageIfAvailable { bytes in
      words.reserveCapacity(bytes.count / 4)
      var start = 0
      var isMarked = false
      for end in 0...bytes.count {
        guard end == bytes.count || bytes[end] <= 0x20 && Self.isSpace(bytes[end]) else {
          isMarked = isMarked || bytes[end] &- 0x30 < 10 || bytes[end] >= 0x80
          continue
        }
        if end > start {
          if isMarked { marked.append(words.count) }
          let first = utf8.index(utf8.startIndex, offsetBy: start)
          words.append(text[first..<utf8.index(utf8.startIndex, offsetBy: end)])
        }
        (start, isMarked) = (end + 1, false)
      }
    }
    guard isDone == nil else { return }
    self = SpacedWords(words: utf8.split(whereSeparator: Self.isSpace).map { Substring($0) })
  }

  /// Words that were divided already.
  init(words: [Substring]) {
    self.words = words
    marked = words.indices.filter { words[$0].utf8.contains { $0 &- 0x30 < 10 || $0 >= 0x80 } }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }
}

extension StringProtocol {
  /// The parts between spaces, tabs and line ends.
  func spacedWords() -> [Substring] { SpacedWords(self).words }

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
  /// Whether it is a lower-case ASCII letter or a digit.
  var isPlainLower: Bool { self &- 0x30 < 10 || self &- 0x61 < 26 }
}
