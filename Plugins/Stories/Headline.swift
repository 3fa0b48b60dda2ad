import StageKit

/// Finds the headline that stands best over a story: the plainest one, that of what all reports tell.
///
/// Two things count, each from 0 to 1 for the best of the story's headlines: how near a headline is to the middle of what
/// the story tells, by vectors; and how much of its words come back there, by how much each word says. The colourful
/// headline of a report from the scene has words that nobody else uses, and lies far from the middle.
enum Headline {
  /// The longest headline that is cut from a sentence, in scalars.
  private static let length = 100

  /// A headline of a story.
  struct Candidate: Sendable {
    /// The first member that has it.
    var member: Int
    /// As it is written.
    var title: String
  }

  /// What the units that have a word add up to.
  private struct Weight: Sendable {
    static let none = Int32.min
    /// The last of them; -1 for none yet, ``none`` for words of no title.
    var unit = none
    var sum: Float = 0
  }

  /// The different headlines in the first of some languages that any member has one in, else all of them; in the order
  /// of members, without those that are too long.
  static func candidates(_ material: StoryMaterial, languages: [LanguageTag]) -> [Candidate] {
    let titled = material.members.indices.filter { material.members[$0].title != nil }
    let readable =
      languages.lazy.map { language in titled.filter { language.accepts(material.members[$0].language) } }
      .first { !$0.isEmpty } ?? titled
    var seen: Set<String> = []
    return readable.compactMap { member in
      guard let title = material.members[member].title, title.unicodeScalars.count <= 2 * length,
        seen.insert(title).inserted
      else { return nil }
      return Candidate(member: member, title: title)
    }
  }

  /// The best of some headlines; of equal ones the first. Without any, the beginning of another headline or of
  /// `fallback`.
  ///
  /// - Parameters:
  ///   - nearness: the cosine of each candidate with the middle of the story; nil without vectors.
  ///   - scores: of the story's units, see ``UnitScores/all``.
  static func best(
    of candidates: [Candidate], nearness: [Float]?, _ material: StoryMaterial, scores: [Float],
    statistics: WordStatistics, fallback: String
  ) -> String {
    guard candidates.count > 1 else {
      return candidates.first?.title ?? cut(material.members.lazy.compactMap(\.title).first ?? fallback)
    }
    let words = shares(of: candidates, material, scores: scores, statistics: statistics)
    let mostWords = max(words.max() ?? 0, .leastNormalMagnitude)
    let nearest = max(nearness?.max() ?? 0, .leastNormalMagnitude)
    var best: (title: String, value: Float)?
    for (index, candidate) in candidates.enumerated() {
      let value = words[index] / mostWords + (nearness.map { max(0, $0[index]) / nearest } ?? 0)
      if best.map({ value > $0.value }) ?? true { best = (candidate.title, value) }
    }
    return best?.title ?? cut(fallback)
  }

  /// For each headline, what its words add up to in what the story tells, per word.
  private static func shares(
    of candidates: [Candidate], _ material: StoryMaterial, scores: [Float], statistics: WordStatistics
  ) -> [Float] {
    let words = candidates.map { candidate in
      Set(SentenceWords(candidate.title, language: material.members[candidate.member].language).words).sorted()
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
    return zip(candidates, words).map { candidate, words in
      let telling = statistics.weights(in: material.members[candidate.member].language)
      return words.reduce(Float(0)) { $0 + telling($1) * weights[$1].sum } / Float(max(3, words.count))
    }
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
