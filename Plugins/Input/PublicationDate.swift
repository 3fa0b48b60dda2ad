/// Finds when a text was published, where its first lines say so.
///
/// A date in running text is part of the story, not the day of the report; so only three places count: a line that is
/// little more than a date ("Published: 12 March 2026"), a dateline ("ASTANA, 27 January 2026 (AA) — "), and a date at
/// the very start. Where nothing is sure, nothing is said.
enum PublicationDate {
  /// Words that announce a date, in lower case.
  private static let labels: Set<String> = [
    "date", "published", "updated", "posted", "datum", "veröffentlicht", "stand", "publié", "jour", "fecha",
    "publicado", "data", "pubblicato", "atualizado", "gepubliceerd", "opublikowano", "дата", "опубликовано",
    "опубліковано", "tarih", "tarihi", "yayın", "yayınlanma", "güncelleme", "تاريخ", "نشر", "تاریخ", "انتشار", "תאריך",
    "פורסם", "发布时间", "发布", "发表", "时间", "公開日", "公開", "更新", "更新日",
  ]

  /// The date, as `2026-03-12` or RFC 3339.
  ///
  /// - Parameter hasTitle: whether the first line is the headline; a date in it is the story's.
  static func find(in head: TextHead, hasTitle: Bool) -> String? {
    for (index, line) in head.lines.prefix(12).enumerated() where index > 0 || !hasTitle {
      let finder = DateFinder(line.text)
      guard let match = finder.first() else { continue }
      if isDateLine(line.text, finder, match) || index < 6 && isDateline(finder, match) { return match.date }
      if index == 0, match.range.lowerBound == 0, line.text.starts(with: match.date.prefix(10)) { return match.date }
    }
    return nil
  }

  /// The date that an export put at the very start of a text, as `date 2026-03-12 `, and where the text goes on.
  static func leadingField(_ text: String) -> (date: String, rest: String.Index)? {
    // A regex is compiled each time, so only for texts that may match.
    guard ["date", "Date", "DATE"].contains(where: text.hasPrefix),
      let found = text.prefixMatch(of: /(?:date|Date|DATE):?[ \t]+(\d{4}-\d\d-\d\d)[ \t\n]+/),
      let match = DateFinder(found.output.1).first()
    else { return nil }
    return (match.date, found.range.upperBound)
  }

  /// Whether a line is little more than a date.
  static func isDateLine(_ text: Substring) -> Bool {
    let finder = DateFinder(text)
    return finder.first().map { isDateLine(text, finder, $0) } ?? false
  }

  private static func isDateLine(_ text: Substring, _ finder: DateFinder, _ match: DateFinder.Match) -> Bool {
    let length = text.unicodeScalars.count
    let rest = finder.rest(outside: match.range)
    // A sentence may end in a date; a date may end in a full stop ("12.03.2026 г.").
    guard length <= 120, !text.endsSentence || match.range.upperBound + 4 >= length && rest.words <= 1 else {
      return false
    }
    // A weekday or a place; with a time of day, its zone as well.
    if rest.words <= (rest.numbers > 0 ? 2 : 1), rest.numbers <= 3 { return true }
    return rest.words + rest.numbers <= 8 && isLabelled(finder, match)
  }

  /// Whether one of the words before the date announces it.
  private static func isLabelled(_ finder: DateFinder, _ match: DateFinder.Match) -> Bool {
    var before = String.UnicodeScalarView()
    before.append(contentsOf: finder.scalars[..<match.range.lowerBound])
    return String(before).lowercased().split { !$0.isLetter }.contains { labels.contains(String($0)) }
  }

  /// Whether a line starts with place and date, and a dash ends them.
  private static func isDateline(_ finder: DateFinder, _ match: DateFinder.Match) -> Bool {
    guard match.range.lowerBound <= 60 else { return false }
    let before = finder.scalars[..<match.range.lowerBound].last { !$0.properties.isWhitespace }
    if let before, !",،、，([/|—–-:：.".unicodeScalars.contains(before) { return false }
    var after = String.UnicodeScalarView()
    after.append(contentsOf: finder.scalars[match.range.upperBound...].prefix(40))
    let text = String(after)
    return ["—", "–", " - ", "--", "/ "].contains { text.contains($0) }
  }
}
