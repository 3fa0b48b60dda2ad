import TextKit

/// How long a summary may be. Of several limits the first to be reached counts.
struct SummaryLength: Sendable {
  /// How many sentences at most.
  var sentences: Int
  /// How many words at most; a character of a script without spaces counts half a word.
  var words: Int?
  /// How many Unicode scalars at most, with a space between two sentences.
  var characters: Int?

  /// What a sentence takes.
  struct Size: Sendable {
    var halfWords: Int
    var characters: Int

    init(_ text: String, isMeasured: Bool) {
      halfWords = isMeasured ? WordTokenizer.shingleUnits(text).reduce(0) { $0 + ($1.isCharacter ? 1 : 2) } : 0
      characters = isMeasured ? text.unicodeScalars.count + 1 : 0
    }
  }

  /// Whether sizes need to be measured at all.
  var isBySize: Bool { words != nil || characters != nil }

  /// Whether a sentence still fits behind others.
  func fits(_ size: Size, behind used: Size) -> Bool {
    if let words, used.halfWords + size.halfWords > 2 * words { return false }
    if let characters, used.characters + size.characters - 1 > characters { return false }
    return true
  }
}
