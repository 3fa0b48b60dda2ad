/// Tells whether a plain text starts with its headline.
///
/// A miss costs little: the line stays where it is, as the first of the text. Taking a sentence for a headline would
/// hide it from everything that looks at sentences; so every doubt means no.
enum Headline {
  /// The longest line that can be a headline, in Unicode scalars.
  static let longest = 200

  /// The first line, if it is clearly a headline.
  ///
  /// It must not end like a sentence, be a date, a byline or a list item, and more text must follow. If a blank line
  /// follows, one of the next lines must be longer. If not, most of the next lines must be whole sentences,
  /// or else the line may be the first of a paragraph that was broken to fit a width.
  static func find(in head: TextHead) -> TextHead.Line? {
    let lines = head.lines
    guard lines.count >= 2, let line = lines.first, (2...longest).contains(line.length),
      line.text.unicodeScalars.contains(where: \.properties.isAlphabetic),
      !line.text.endsWithPunctuation, !isListItem(line.text),
      !PublicationDate.isDateLine(line.text), Byline.author(in: line.text, isFirst: true) == nil,
      !line.text.hasPrefix("http://"), !line.text.hasPrefix("https://")
    else { return nil }
    let rest = lines.dropFirst()
    if line.endsParagraph {
      // Scripts without full stops: only the length can tell a headline from a paragraph.
      let isUnpunctuated = line.text.unicodeScalars.contains { 0x0E00...0x0EFF ~= $0.value }
      let least = isUnpunctuated ? max(120, 2 * line.length) : line.length + 1
      return rest.prefix(8).contains { $0.length >= least } ? line : nil
    }
    // A date or a byline right below a line makes it a headline, if longer text follows.
    let body = rest.drop { PublicationDate.isDateLine($0.text) || Byline.author(in: $0.text, isFirst: false) != nil }
    if body.startIndex > rest.startIndex, body.prefix(8).contains(where: { $0.length > line.length }) { return line }
    guard let next = rest.first, next.length > line.length, !startsLowercase(next.text) else { return nil }
    let whole = rest.count { $0.text.endsSentence }
    return next.text.endsSentence && whole * 10 >= rest.count * 6 ? line : nil
  }

  private static func isListItem(_ text: Substring) -> Bool {
    ["- ", "* ", "+ ", "• ", "– ", "— ", "> "].contains { text.hasPrefix($0) }
  }

  private static func startsLowercase(_ text: Substring) -> Bool {
    text.unicodeScalars.first { $0.properties.isAlphabetic }?.properties.isLowercase ?? false
  }
}
