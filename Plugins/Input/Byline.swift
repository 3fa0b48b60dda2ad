/// Finds who wrote a text, where a line says nothing else.
enum Byline {
  /// How bylines begin. Those without a colon are ordinary words too, and only count before capitalised names.
  private static let openings = [
    "By ", "Von ", "Par ", "Por ", "Di ", "Door ", "Par: ", "Por: ", "Author: ", "Autor: ", "Auteur: ", "Autore: ",
    "Автор: ", "Yazan: ", "Haber: ", "Muhabir: ", "بقلم: ", "بقلم ", "كتب: ", "نویسنده: ", "作者：", "作者:", "記者：", "记者：",
  ]
  /// Small words inside names and between them.
  private static let particles: Set<Substring> = [
    "and", "und", "et", "y", "e", "en", "i", "de", "da", "do", "dos", "del", "della", "di", "van", "von", "der", "den",
    "la", "le", "al", "el", "bin", "ibn", "&",
  ]

  /// The author, if the line is a byline.
  ///
  /// - Parameter isFirst: whether nothing comes before it; "Von Hamburg nach Berlin" is more likely a headline then.
  static func author(in line: Substring, isFirst: Bool) -> String? {
    guard line.utf8.count <= 160, !line.endsWithPunctuation,
      let opening = openings.first(where: { line.hasPrefix($0) })
    else { return nil }
    let isLabel = opening.contains { ":：".contains($0) }
    if isFirst, !isLabel, opening != "By " { return nil }
    let name = TextHead.trimmed(line.dropFirst(opening.count))
    let words = name.split(separator: " ")
    guard (1...8).contains(words.count), !name.contains(where: \.isNumber) else { return nil }
    guard isLabel || words.count >= 2, isLabel || words.count <= 6 else { return nil }
    let areNames = words.allSatisfy { word in
      particles.contains(word) || word.unicodeScalars.first.map { !$0.properties.isLowercase } ?? false
    }
    return areNames ? String(name) : nil
  }
}
