import StageKit

/// A sentence that was chosen for a summary.
struct ChosenSentence: Sendable {
  /// How it came to be in its language.
  enum Way: Sendable {
    /// It stands in an article in the wanted language.
    case asWritten
    /// It is what a translated copy has for a sentence in another language.
    case alignedTwin
    /// An independent report in the wanted language says the same.
    case sameStatement
    /// Nobody says it in the wanted language.
    case otherLanguage
  }

  /// Its place in the story's list of sentences.
  var sentence: Int
  /// The places of all that say the same in other members, in the order of members and numbers.
  var equivalents: [Int]
  var way: Way
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
  /// What is left of a score where nobody says it in the wanted language, and in neither that nor the second best.
  private static let (foreign, other): (Float, Float) = (0.3, 0.15)

  let material: StoryMaterial
  /// Nil where only words count: then nothing is taken for a repetition.
  let similarity: UnitSimilarity?
  /// Similarity without what all of the story shares; nil like the other one.
  let specific: UnitSimilarity?
  let scores: UnitScores
  /// The wanted language, and the one to take where that is not to be had.
  let language: LanguageTag?
  let fallback: LanguageTag?
  let preference: Summarize.Preference
  let length: SummaryLength
  /// For each member, whether it is in ``language``, and in ``fallback``.
  private let readableMembers: [Bool]
  private let secondMembers: [Bool]

  init(
    material: StoryMaterial, similarity: UnitSimilarity?, specific: UnitSimilarity?, scores: UnitScores,
    language: LanguageTag?, fallback: LanguageTag?, preference: Summarize.Preference, length: SummaryLength
  ) {
    (self.material, self.similarity, self.specific, self.scores) = (material, similarity, specific, scores)
    (self.language, self.fallback) = (language, fallback)
    (self.preference, self.length) = (preference, length)
    func accepted(_ tag: LanguageTag?) -> [Bool] {
      var known: [String: Bool] = [:]
      return material.members.map { member in
        let isAccepted = known[member.language] ?? tag?.accepts(member.language) ?? true
        known[member.language] = isAccepted
        return isAccepted
      }
    }
    (readableMembers, secondMembers) = (accepted(language), accepted(fallback))
  }

  /// The best sentences that the length allows for, at least one: in reading order, or the best first.
  func choose(_ order: Summarize.Order) -> [ChosenSentence] {
    var candidates = material.units.indices.compactMap(candidate)
    if candidates.isEmpty {
      // A story of headlines or captions alone is still told by them.
      candidates = material.units.indices.compactMap { unit in
        material.units[unit].sentences.first { material.sentences[$0].text.contains(where: \.isLetter) }
          .map { Candidate(unit: unit, sentence: $0, factor: 1, length: length, material) }
      }
    }
    var chosen: [Candidate] = []
    var used = SummaryLength.Size("", isMeasured: false)
    var overlap = [Float](repeating: 0, count: material.units.count)
    var repetition = overlap
    var words = scores.words
    while chosen.count < length.sentences {
      // The best sentence that can be read, and the best of the others.
      var best: (Rated?, Rated?) = (nil, nil)
      for candidate in candidates where overlap[candidate.unit] < Self.redundant {
        let worth = candidate.factor * worth(candidate, words)
        let value = worth - (preference == .editor ? Self.novelty * repetition[candidate.unit] : 0)
        let isReadable = isReadable(candidate.sentence)
        // Equal ones: the first of the first member.
        guard value > (isReadable ? best.0 : best.1)?.value ?? -.infinity,
          chosen.isEmpty || length.fits(candidate.size, behind: used)
        else { continue }
        let rated = Rated(candidate: candidate, worth: worth, value: value)
        if isReadable { best.0 = rated } else { best.1 = rated }
      }
      // News in another language makes a brief harder to read, and must be worth that by itself: that what can be read
      // repeats a little of what was said is not enough.
      if let readable = best.0, let foreign = best.1, foreign.worth > readable.worth, foreign.value > readable.value {
        best.0 = foreign
      }
      guard let best = (best.0 ?? best.1)?.candidate else { break }
      chosen.append(best)
      used.halfWords += best.size.halfWords
      used.characters += best.size.characters
      let spoken = material.unitOfSentence[best.sentence]
      candidates.removeAll { $0.unit == best.unit || $0.sentence == best.sentence || $0.unit == spoken }
      for unit in Set([best.unit, spoken]).sorted() {
        if preference == .editor { words.say(unit) }
        guard let similarity, let specific else { continue }
        for candidate in candidates {
          overlap[candidate.unit] = max(overlap[candidate.unit], similarity[candidate.unit, unit])
          repetition[candidate.unit] = max(repetition[candidate.unit], specific[candidate.unit, unit])
        }
      }
    }
    let sentences = chosen.map { ChosenSentence(sentence: $0.sentence, equivalents: equivalents(of: $0), way: way($0)) }
    return order == .text ? inReadingOrder(sentences) : sentences
  }

  /// A sentence that is lent from another unit is worth no more than there: it may say less than what it stands for.
  private func worth(_ candidate: Candidate, _ words: WordGain) -> Float {
    let spoken = material.unitOfSentence[candidate.sentence]
    let own = words.score(candidate.unit) + scores.others[candidate.unit]
    return spoken == candidate.unit ? own : min(own, words.score(spoken) + scores.others[spoken])
  }

  private struct Rated {
    var candidate: Candidate
    /// What its unit says that is new, and what is left of that less its repetition.
    var worth: Float
    var value: Float
  }

  private struct Candidate {
    var unit: Int
    var sentence: Int
    /// What is left of the unit's score in this form and language.
    var factor: Float
    var size: SummaryLength.Size

    init(unit: Int, sentence: Int, factor: Float, length: SummaryLength, _ material: StoryMaterial) {
      self.unit = unit
      self.sentence = sentence
      self.factor = factor
      size = SummaryLength.Size(material.sentences[sentence].text, isMeasured: length.isBySize)
    }
  }

  /// The sentence that would stand for a unit; nil if none may.
  private func candidate(_ unit: Int) -> Candidate? {
    let all = material.units[unit].sentences
    if all.count == 1, material.sentences[all[0]].quality > 0, isReadable(all[0]) {
      return Candidate(unit: unit, sentence: all[0], factor: quality(all[0]), length: length, material)
    }
    let places = all.filter { material.sentences[$0].quality > 0 }
    guard !places.isEmpty else { return nil }
    let readable = places.filter(isReadable)
    if readable.isEmpty, let same = statement(like: unit) {
      return Candidate(unit: unit, sentence: same, factor: quality(same), length: length, material)
    }
    let second = readable.isEmpty ? places.filter { secondMembers[material.sentences[$0].member] } : []
    // Of several versions the best in form, and of those the first.
    guard let place = best(!readable.isEmpty ? readable : !second.isEmpty ? second : places) else { return nil }
    let factor = language == nil || !readable.isEmpty ? 1 : second.isEmpty ? Self.other : Self.foreign
    return Candidate(unit: unit, sentence: place, factor: quality(place) * factor, length: length, material)
  }

  private func quality(_ place: Int) -> Float { preference == .editor ? material.sentences[place].quality : 1 }

  private func best(_ places: [Int]) -> Int? {
    let most = places.map { material.sentences[$0].quality }.max()
    return places.first { material.sentences[$0].quality == most }
  }

  /// A sentence in the wanted language, of another unit, that says the same as a unit that has none.
  private func statement(like unit: Int) -> Int? {
    guard let similarity, language != nil else { return nil }
    var found: (place: Int, score: Float)?
    for other in material.units.indices where other != unit && similarity[unit, other] >= Self.sameFact {
      let places = material.units[other].sentences.filter {
        material.sentences[$0].quality > 0 && isReadable($0)
      }
      guard let place = best(places) else { continue }
      let score = scores.all[other] * material.sentences[place].quality
      if found.map({ score > $0.score }) ?? true { found = (place, score) }
    }
    return found?.place
  }

  private func isReadable(_ place: Int) -> Bool { readableMembers[material.sentences[place].member] }

  private func way(_ candidate: Candidate) -> ChosenSentence.Way {
    let place = candidate.sentence
    guard isReadable(place) else { return .otherLanguage }
    guard material.unitOfSentence[place] == candidate.unit else { return .sameStatement }
    // Translated only if the copy is in another language than what it is a copy of.
    let member = material.members[material.sentences[place].member]
    guard member.isCopy else { return .asWritten }
    let isWritten = material.units[candidate.unit].sentences.contains {
      !material.members[material.sentences[$0].member].isCopy && isReadable($0)
    }
    let original = material.members.first { $0.id == member.original }
    let isTranslation = original.map { !(LanguageTag(member.language)?.accepts($0.language) ?? false) } ?? false
    return isTranslation && !isWritten ? .alignedTwin : .asWritten
  }

  private func equivalents(of candidate: Candidate) -> [Int] {
    let own = material.sentences[candidate.sentence].member
    let spoken = material.unitOfSentence[candidate.sentence]
    return material.units.indices.filter { unit in
      unit == candidate.unit || unit == spoken || (similarity.map { $0[unit, spoken] >= Self.sameFact } ?? false)
    }
    .flatMap { unit in material.units[unit].sentences.filter { material.sentences[$0].member != own } }
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
