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
    let scalars = text.unicodeScalars
    var (position, index) = (0, scalars.startIndex)
    var texts: [String] = []
    for range in (sentences ?? []).prefix(limit) {
      guard range.start >= position, range.end >= range.start,
        let start = scalars.index(index, offsetBy: range.start - position, limitedBy: scalars.endIndex),
        let end = scalars.index(start, offsetBy: range.end - range.start, limitedBy: scalars.endIndex)
      else { break }
      texts.append(String(scalars[start..<end]))
      (position, index) = (range.end, end)
    }
    return texts
  }

  /// Whether the ranges are in order, apart from each other and inside the text.
  private var hasFittingSentences: Bool {
    guard let sentences else { return false }
    var end = 0
    for range in sentences {
      guard range.start >= end, range.end > range.start else { return false }
      end = range.end
    }
    return end == 0 || end <= text.unicodeScalars.count
  }
}
