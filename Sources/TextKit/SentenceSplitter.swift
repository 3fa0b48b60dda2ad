/// One sentence, and where it stands in its text.
public struct Sentence: Sendable, Equatable {
  /// The sentence, without white space and invisible characters at its ends; never empty.
  public let text: String
  /// Offset of its first Unicode scalar in the text.
  public let start: Int
  /// Offset behind its last Unicode scalar in the text.
  public let end: Int
}

/// Cuts text of any language into sentences, by punctuation, case and small tables of abbreviations.
///
/// - A line end always ends a sentence, so that headings and list items stand alone.
/// - The terminators of all scripts are known; closing quotes and brackets stay with the sentence that they close.
///   Chinese, Japanese and the scripts with a mark of their own need no white space behind it, the others do.
/// - A full stop is none after an abbreviation, an initial or an ordinal number, nor before a lower-case word.
/// - Thai and Lao seldom mark the end of a sentence: long stretches are cut at spaces into 80 to 200 scalars.
/// - No sentence is longer than 1000 scalars: what is, gets cut, behind a clause or at a space where there is one.
///
/// The work is linear in the length of the text, and so are its costs in memory beyond the result: none of it depends
/// on how long a line is.
public struct SentenceSplitter {
  /// The sentences of a text: in order, apart from each other, none of them empty.
  ///
  /// - Parameters:
  ///   - text: the text; all scalars are allowed, NUL included.
  ///   - language: its BCP 47 code if known ("de", "zh-Hant"), which picks the table of abbreviations.
  public static func split(_ text: String, language: String?) -> [Sentence] {
    var scanner = ParagraphScanner(rules: SentenceRules.rules(for: language))
    for scalar in text.unicodeScalars { scanner.take(scalar) }
    return scanner.finish()
  }
}

/// Collects scalars up to the end of a paragraph and turns them into sentences.
///
/// Of a very long paragraph only a window is held: all but the undecided rest of it becomes sentences as it fills.
private struct ParagraphScanner {
  private static let window = 32_768
  /// How near to the end of a window a boundary may lie and still have seen all that decides it.
  private static let lookahead = 256

  private let rules: SentenceRules
  private var buffer: [Unicode.Scalar] = []
  private var bufferStart = 0
  private var sentences: [Sentence] = []

  init(rules: SentenceRules) { self.rules = rules }

  mutating func take(_ scalar: Unicode.Scalar) {
    if scalar.endsParagraph {
      drain(upTo: buffer.count)
      bufferStart += buffer.count + 1
      buffer.removeAll(keepingCapacity: true)
      return
    }
    buffer.append(scalar)
    if buffer.count >= Self.window {
      let done = drain(upTo: buffer.count - Self.lookahead)
      bufferStart += done
      buffer.removeFirst(done)
    }
  }

  mutating func finish() -> [Sentence] {
    drain(upTo: buffer.count)
    return sentences
  }

  /// Emits the sentences that end at or before `limit`; returns the end of the last one.
  @discardableResult private mutating func drain(upTo limit: Int) -> Int {
    var start = 0
    for end in SentenceBoundaries(buffer, rules).ends() {
      for cut in LongSpans.cuts(of: buffer, from: start, to: end) where cut <= limit {
        emit(from: start, to: cut)
        start = cut
      }
    }
    return start
  }

  private mutating func emit(from: Int, to: Int) {
    var start = from
    var end = to
    while start < end, Self.isBlank(buffer[start]) { start += 1 }
    while end > start, Self.isBlank(buffer[end - 1]) { end -= 1 }
    guard start < end else { return }
    let text = String(scalars: buffer[start..<end])
    sentences.append(Sentence(text: text, start: bufferStart + start, end: bufferStart + end))
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    let kind = ScalarClass.of(scalar)
    return kind == .space || kind == .invisible
  }
}
