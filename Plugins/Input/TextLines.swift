/// The first lines of a text, for guesses about what they are.
struct TextHead {
  /// A line that is not blank.
  struct Line {
    /// Without white space at its ends.
    let text: Substring
    /// How many Unicode scalars it has.
    let length: Int
    /// Whether a blank line, or nothing, follows it.
    let endsParagraph: Bool
    /// Where the next line starts.
    let end: String.Index
  }

  /// In order; never blank.
  let lines: [Line]

  /// Looks at no more than `limit` lines and 32 KiB.
  init(_ text: String, limit: Int = 24) {
    var lines: [Line] = []
    let utf8 = text.utf8
    let stop = utf8.index(utf8.startIndex, offsetBy: 32 << 10, limitedBy: utf8.endIndex) ?? utf8.endIndex
    var start = text.startIndex
    while start < stop, lines.count < limit {
      let lineEnd = utf8[start...].firstIndex(of: 0x0A) ?? utf8.endIndex
      let next = lineEnd == utf8.endIndex ? lineEnd : utf8.index(after: lineEnd)
      let line = Self.trimmed(text[start..<lineEnd])
      if !line.isEmpty {
        let following = utf8[next...].prefix { $0 != 0x0A }
        let endsParagraph = following.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        lines.append(
          Line(text: line, length: line.unicodeScalars.count, endsParagraph: endsParagraph, end: next))
      }
      start = next
    }
    self.lines = lines
  }

  /// Without white space at the ends; no-break spaces and byte order marks count as white space here.
  static func trimmed(_ text: Substring) -> Substring {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}"
    }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }), let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return text[text.startIndex..<text.startIndex] }
    return text[first..<scalars.index(after: last)]
  }
}

extension Substring {
  /// The last scalar that is no closing quote or bracket: the one that tells whether a sentence ends here.
  private var lastTellingScalar: Unicode.Scalar? {
    unicodeScalars.last { !"\"'”’»›)]」』）】〉》".unicodeScalars.contains($0) }
  }

  /// Whether it ends like a sentence: full stop, question or exclamation mark, ellipsis, in any script.
  var endsSentence: Bool {
    guard let last = lastTellingScalar else { return false }
    return last.properties.isSentenceTerminal || last == "…" || last == "։"
  }

  /// Whether it ends like a sentence or in the middle of one: comma, colon, semicolon, dash.
  var endsWithPunctuation: Bool {
    guard let last = lastTellingScalar else { return false }
    return endsSentence || last.properties.generalCategory == .dashPunctuation
      || ":;,،؛、：；，·…".unicodeScalars.contains(last)
  }
}
