import StageKit

/// Finds the headline that stands best over a story.
enum Headline {
  /// The longest headline that is cut from a sentence, in scalars.
  private static let length = 100

  /// What the units that have a word add up to.
  private struct Weight: Sendable {
    static let none = Int32.min
    /// The last of them; -1 for none yet, ``none`` for words of no title.
    var unit = none
    var sum: Float = 0
  }

  /// A member's headline in the first of some languages that any member has one in; else that of the first member that
  /// has one; else the beginning of `fallback`.
  ///
  /// Among headlines in that language the one wins whose words come back most in what the story tells.
  static func of(_ material: StoryMaterial, languages: [LanguageTag], scores: [Float], fallback: String) -> String {
    let titled = material.members.indices.filter { material.members[$0].title != nil }
    let readable =
      languages.lazy.map { language in titled.filter { language.accepts(material.members[$0].language) } }
      .first { !$0.isEmpty } ?? titled
    // What the story tells most: the words of titles, weighted by the scores of the sentences that have them.
    let words = readable.map { index -> [UInt64] in
      let member = material.members[index]
      guard let title = member.title, title.unicodeScalars.count <= 2 * length else { return [] }
      return Set(SentenceWords(title, language: member.language).words).sorted()
    }
    var weights = KeyTable(capacity: words.reduce(0) { $0 + $1.count }, empty: Weight())
    for word in words.joined() { weights.update(word) { $0.unit = -1 } }
    for (unit, score) in scores.enumerated() {
      for place in material.units[unit].sentences {
        for word in material.sentences[place].words {
          let known = weights[word].unit
          guard known != Weight.none, known != Int32(clamping: unit) else { continue }
          weights.update(word) { $0 = Weight(unit: Int32(clamping: unit), sum: $0.sum + score) }
        }
      }
    }
    var best: (title: String, value: Float)?
    for (index, words) in zip(readable, words) {
      guard let title = material.members[index].title, title.unicodeScalars.count <= 2 * length else { continue }
      let value = words.reduce(Float(0)) { $0 + weights[$1].sum } / Float(max(3, words.count))
      if best.map({ value > $0.value }) ?? true { best = (title, value) }
    }
    if let best { return best.title }
    if let first = readable.first ?? titled.first, let title = material.members[first].title { return cut(title) }
    return cut(fallback)
  }

  /// The text up to a space before its hundredth scalar, with an ellipsis if something is missing.
  static func cut(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > length else { return text }
    let head = scalars.prefix(length)
    let space = head.lastIndex { $0.properties.isWhitespace }
    let end = space.map { head.distance(from: head.startIndex, to: $0) >= length / 2 ? $0 : head.endIndex }
    return String(head[..<(end ?? head.endIndex)]) + "…"
  }
}
