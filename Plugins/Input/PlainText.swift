import StageKit

/// What a text says about itself: its headline, date and author, and the text that remains.
///
/// Nothing is lost: title and text together hold everything but white space. Only a date that stands in front as
/// `date 2026-03-12` moves to ``published`` altogether.
struct TextParts: Sendable, Equatable {
  /// The headline.
  var title: String?
  /// The text without the headline.
  var text: String
  /// RFC 3339, or a date alone.
  var published: String?
  /// Who wrote it.
  var author: String?

  /// Looks at a plain text.
  init(plainText: String) {
    var text = plainText
    if let field = PublicationDate.leadingField(text) {
      published = field.date
      text = String(TextHead.trimmed(text[field.rest...]))
    }
    self.text = text
    let head = TextHead(text)
    if let line = Headline.find(in: head) {
      title = String(line.text)
      self.text = String(TextHead.trimmed(text[line.end...]))
    }
    guess(from: head)
  }

  /// Looks at a text whose headline is known from its mark-up, or known to be missing.
  init(title: String?, body: String) {
    self.title = title
    text = body
    guess(from: TextHead(body), headHasTitle: false)
  }

  private mutating func guess(from head: TextHead, headHasTitle: Bool? = nil) {
    published = published ?? PublicationDate.find(in: head, hasTitle: headHasTitle ?? (title != nil))
    for (index, line) in head.lines.prefix(6).enumerated() where author == nil {
      author = Byline.author(in: line.text, isFirst: index == 0)
    }
  }
}
