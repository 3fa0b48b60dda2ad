import StageKit

extension MarkdownText {
  /// The document: fields of the front matter win over what the text itself seems to say.
  ///
  /// What the front matter has beyond title, date, author, address and language travels as metadata.
  func document(id: String) -> Document {
    var parts: TextParts
    let known = matter.text("title")
    switch (known, title) {
    case (nil, nil): parts = TextParts(plainText: body)
    case (let known?, let heading?) where known != heading:
      parts = TextParts(title: known, body: body.isEmpty ? heading : "\(heading)\n\n\(body)")
    default: parts = TextParts(title: known ?? title, body: body)
    }
    // A file that is nothing but a heading still has a text.
    if parts.text.isEmpty, let title = parts.title {
      parts.text = title
      parts.title = nil
    }
    var document = Document(id: id, text: parts.text)
    document.title = parts.title
    document.author = matter.text("author", "authors", "by") ?? parts.author
    document.url = matter.text("url", "link", "canonical", "source_url")
    document.published = parts.published
    var used: Set<String> = ["title", "author", "authors", "by", "url", "link", "canonical", "source_url"]
    for key in ["published", "date", "pubdate"] {
      guard let text = matter.text(key), let date = DateFinder(text[...]).first()?.date else { continue }
      document.published = date
      used.insert(key)
      break
    }
    for key in ["language", "lang"] {
      guard let code = matter.text(key), LanguageTag.isWellFormed(code) else { continue }
      document.language = Document.Language(code: code.replacing("_", with: "-"), confidence: 1)
      used.insert(key)
      break
    }
    document.metadata = matter.values.filter { !used.contains($0.key) }
    return document
  }
}
