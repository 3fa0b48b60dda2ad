import StageKit

extension Document {
  /// Cuts the text into sentences if no stage has done so, or if what stands there does not fit the text; input files
  /// may claim anything.
  public mutating func ensureSentences() {
    guard !hasFittingSentences else { return }
    sentences = SentenceSplitter.split(text, language: language?.code).map { TextRange(start: $0.start, end: $0.end) }
  }

  /// The first sentences as texts, in order, in one walk through the text.
  public func sentenceTexts(limit: Int = .max) -> [String] {
    let ranges = (sentences ?? []).prefix(limit)
    var text = text
    return text.withUTF8 { bytes in
      var (position, index) = (0, 0)
      var texts: [String] = []
      texts.reserveCapacity(ranges.count)
      for range in ranges {
        guard range.start >= position, range.end >= range.start,
          let start = bytes.index(index, offsetByScalars: range.start - position),
          let end = bytes.index(start, offsetByScalars: range.end - range.start)
        else { break }
        texts.append(String(decoding: bytes[start..<end], as: UTF8.self))
        (position, index) = (range.end, end)
      }
      return texts
    }
  }

  /// Whether the ranges are in order, apart from each other and inside the text.
  private var hasFittingSentences: Bool {
    guard let sentences else { return false }
    var end = 0
    for range in sentences {
      guard range.start >= end, range.end > range.start else { return false }
      end = range.end
    }
    var text = text
    return end == 0 || end <= text.withUTF8 { $0.scalarCount }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The place so many scalars behind another one, in valid UTF-8; nil beyond the end.
  fileprivate func index(_ start: Int, offsetByScalars offset: Int) -> Int? {
    var (index, left) = (start, offset)
    while left > 0 {
      // Most texts are mostly ASCII.
      if left >= ByteWord.count, count - index >= ByteWord.count, ByteWord(self, at: index).nonASCII == 0 {
        index += ByteWord.count
        left -= ByteWord.count
        continue
      }
      guard index < count else { return nil }
      index += 1
      while index < count, self[index] & 0xC0 == 0x80 { index += 1 }
      left -= 1
    }
    return index
  }
}
