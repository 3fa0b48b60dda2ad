import StageKit

/// Finds the headline that stands best over a story.
enum Headline {
  /// The longest headline that is cut from a sentence, in scalars.
  private static let length = 100

  /// A member's headline in the first of some languages that any member has one in; else that of the first member that
  /// has one; else the beginning of `fallback`.
  ///
  /// Among headlines in that language the one wins whose words come back most in what the story tells.
  static func of(_ material: StoryMaterial, languages: [LanguageTag], scores: [Float], fallback: String) -> String {
    let titled = material.members.indices.filter { material.members[$0].title != nil }
    let readable =
      languages.lazy.map { language in titled.filter { language.accepts(material.members[$0].language) } }
      .first { !$0.isEmpty } ?? titled
    // What the story tells most: words weighted by the scores of the sentences that have them.
    var weights: [UInt64: Float] = [:]
    for (unit, score) in zip(material.units, scores) {
      var words: Set<UInt64> = []
      for place in unit.sentences { words.formUnion(material.sentences[place].words) }
      for word in words { weights[word, default: 0] += score }
    }
    var best: (title: String, value: Float)?
    for index in readable {
      let member = material.members[index]
      guard let title = member.title, title.unicodeScalars.count <= 2 * length else { continue }
      let words = Set(SentenceWords(title, language: member.language).words).sorted()
      let value = words.reduce(Float(0)) { $0 + (weights[$1] ?? 0) } / Float(max(3, words.count))
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
