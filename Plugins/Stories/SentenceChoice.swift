import StageKit

/// A sentence that was chosen for a summary.
struct ChosenSentence: Sendable {
  /// Its place in the story's list of sentences.
  var sentence: Int
  /// The places of all that say the same in other members, in the order of members and numbers.
  var equivalents: [Int]
}

/// Chooses sentences one by one: the best that says something new (maximal marginal relevance; Carbonell and
/// Goldstein 1998), in the wanted language where it is to be had.
struct SentenceChoice {
  /// How similar a unit of another member is at least to be named as a source too. In five reports of one visit in
  /// three languages, sentences of independent reports on one fact reach .52 to .75, those on other facts up to .60:
  /// few are named, and those are right.
  static let sameFact: Float = 0.65
  /// From here on a sentence adds nothing to one that was chosen.
  private static let redundant: Float = 0.75
  /// How much similarity to what was chosen takes away.
  private static let novelty: Float = 0.5
  /// What is left of a score where nobody says it in the wanted language.
  private static let foreign: Float = 0.3

  let material: StoryMaterial
  let similarity: UnitSimilarity
  let scores: [Float]
  /// The wanted language, and the one to take where that is not to be had.
  let language: LanguageTag?
  let fallback: LanguageTag?

  /// At most `count` sentences, in reading order.
  func choose(_ count: Int) -> [ChosenSentence] {
    var candidates = material.units.indices.compactMap(candidate)
    if candidates.isEmpty {
      // A story of headlines or captions alone is still told by them.
      candidates = material.units.indices.compactMap { unit in
        material.units[unit].sentences.first { material.sentences[$0].text.contains(where: \.isLetter) }
          .map { Candidate(unit: unit, sentence: $0, score: scores[unit]) }
      }
    }
    var chosen: [Candidate] = []
    var overlap = [Float](repeating: 0, count: material.units.count)
    while chosen.count < count {
      var best: Candidate?
      for candidate in candidates where overlap[candidate.unit] < Self.redundant {
        let value = candidate.score - Self.novelty * overlap[candidate.unit]
        // Equal ones: the first of the first member.
        if let known = best, value <= known.score - Self.novelty * overlap[known.unit] { continue }
        best = candidate
      }
      guard let best else { break }
      chosen.append(best)
      candidates.removeAll { $0.unit == best.unit }
      for candidate in candidates {
        overlap[candidate.unit] = max(overlap[candidate.unit], similarity[candidate.unit, best.unit])
      }
    }
    return inReadingOrder(chosen.map { ChosenSentence(sentence: $0.sentence, equivalents: equivalents(of: $0)) })
  }

  private struct Candidate {
    var unit: Int
    var sentence: Int
    var score: Float
  }

  /// The sentence that would stand for a unit; nil if none may.
  private func candidate(_ unit: Int) -> Candidate? {
    let places = material.units[unit].sentences.filter { material.sentences[$0].quality > 0 }
    let readable = places.filter { isIn(language, $0) }
    let second = places.filter { isIn(fallback, $0) }
    // Of several versions the best in form, and of those the first.
    let pool = !readable.isEmpty ? readable : !second.isEmpty ? second : places
    guard let quality = pool.map({ material.sentences[$0].quality }).max(),
      let place = pool.first(where: { material.sentences[$0].quality == quality })
    else { return nil }
    let factor = language == nil || !readable.isEmpty ? 1 : Self.foreign
    return Candidate(unit: unit, sentence: place, score: scores[unit] * quality * factor)
  }

  private func isIn(_ language: LanguageTag?, _ place: Int) -> Bool {
    language?.accepts(material.members[material.sentences[place].member].language) ?? true
  }

  private func equivalents(of candidate: Candidate) -> [Int] {
    let own = material.sentences[candidate.sentence].member
    return material.units.indices.filter { $0 == candidate.unit || similarity[$0, candidate.unit] >= Self.sameFact }
      .flatMap { unit in
        material.units[unit].sentences.filter { material.sentences[$0].member != own }
      }
      .sorted()
  }

  /// By where each stands in the member that most of them are from or are told in too; by its own place otherwise.
  private func inReadingOrder(_ chosen: [ChosenSentence]) -> [ChosenSentence] {
    var told = [Int](repeating: 0, count: material.members.count)
    for choice in chosen {
      for member in Set(([choice.sentence] + choice.equivalents).map { material.sentences[$0].member }) {
        told[member] += 1
      }
      told[material.sentences[choice.sentence].member] += 1
    }
    guard let most = told.max(), let main = told.firstIndex(of: most) else { return chosen }
    func place(_ choice: ChosenSentence) -> (Double, Int) {
      let inMain = choice.equivalents.first { material.sentences[$0].member == main }
      let sentence =
        material.sentences[
          material.sentences[choice.sentence].member == main ? choice.sentence : inMain ?? choice.sentence]
      let count = max(1, material.members[sentence.member].sentences.count)
      return (Double(sentence.number) / Double(count), choice.sentence)
    }
    return chosen.sorted { place($0) < place($1) }
  }
}
