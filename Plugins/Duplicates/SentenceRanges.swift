import StageKit

/// The sentences of a document as texts.
enum SentenceRanges {
  /// Whether ranges are in order, apart from each other and inside the text; what another stage or a file says may
  /// not be.
  static func areValid(_ ranges: [Document.TextRange]?, in text: String) -> Bool {
    guard let ranges else { return false }
    var end = 0
    for range in ranges {
      guard range.start >= end, range.end > range.start else { return false }
      end = range.end
    }
    return end == 0 || end <= text.unicodeScalars.count
  }

  /// The texts of the first `limit` ranges, in one walk through the text.
  static func texts(of ranges: [Document.TextRange], in text: String, limit: Int) -> [String] {
    let scalars = text.unicodeScalars
    var position = 0
    var index = scalars.startIndex
    var texts: [String] = []
    texts.reserveCapacity(min(limit, ranges.count))
    for range in ranges.prefix(limit) {
      guard range.start >= position, range.end >= range.start,
        let start = scalars.index(index, offsetBy: range.start - position, limitedBy: scalars.endIndex),
        let end = scalars.index(start, offsetBy: range.end - range.start, limitedBy: scalars.endIndex)
      else { break }
      texts.append(String(scalars[start..<end]))
      (position, index) = (range.end, end)
    }
    return texts
  }
}
