import StageKit

/// Makes the summary of one story: pure functions of its material, so that stories can be done in parallel.
struct StorySummary: Sendable {
  /// What to make a summary of.
  struct Task: Sendable {
    /// The id of the story, or of the document if each gets a summary.
    var subject: String
    /// Whether it is a story, and not one document.
    var isStory: Bool
    /// The story that the summary belongs to.
    var story: String?
    /// The ids of all members in the order of input.
    var parents: [String]
    /// Its sentences.
    var material: StoryMaterial
  }

  /// What was chosen, before figures are compared.
  struct Draft: Sendable {
    var chosen: [ChosenSentence]
    var scores: [Float]
    var similarity: UnitSimilarity?
    /// Figures that may disagree.
    var numbers: NumberDisagreements?
    /// The middle of what the story tells, at norm 1; nil without vectors, or where no headline need be chosen.
    var middle: [Float]?
    /// Headlines that may stand over the story.
    var headlines: [Headline.Candidate] = []

    /// Texts whose vectors ``StorySummary/finish(_:_:vectors:)`` takes: what stands around figures, then headlines.
    func texts(_ material: StoryMaterial) -> [(text: String, language: String)] {
      (numbers?.windows(of: material) ?? [])
        + (middle == nil ? [] : headlines.map { ($0.title, material.members[$0.member].language) })
    }
  }

  /// The document, and how its sentences came to be in their language.
  struct Result: Sendable {
    var document: Document
    /// How many sentences came to be so in the wanted language, or did not.
    var ways: [ChosenSentence.Way: Int] = [:]
    /// How many differences of each kind there are.
    var differences: [StoryDifference.Kind: Int] = [:]
  }

  let options: Summarize.Options
  let statistics: WordStatistics

  private var length: SummaryLength {
    // A length in words or characters alone is not cut short by a number of sentences that nobody asked for.
    let isBySize = options.words != nil || options.characters != nil
    return SummaryLength(
      sentences: options.sentences ?? (isBySize ? 1000 : 4), words: options.words, characters: options.characters)
  }

  /// Chooses the sentences; nil if the members have none.
  ///
  /// - Parameter vectors: centred vectors of the material's sentences, one row each; nil without an encoder, or where
  ///   they do not count.
  func draft(_ task: Task, vectors: Matrix?) -> Draft? {
    let material = task.material
    guard !material.units.isEmpty else { return nil }
    var (similarity, specific): (UnitSimilarity?, UnitSimilarity?)
    let units = vectors.map { UnitVectors.of(material, $0) }
    if let units {
      similarity = UnitSimilarity(vectors: units)
      specific = similarity?.specific()
    } else if needsSimilarity(task) {
      similarity = wordSimilarity(material)
      specific = similarity
    }
    let scores = UnitScores(
      material, statistics: statistics, preference: preference(task), similarity: specific)
    let most = Self.majority(of: material)
    let choice = SentenceChoice(
      material: material, similarity: similarity, specific: specific, scores: scores,
      language: Self.tag(options.language ?? most),
      fallback: Self.tag(most), preference: preference(task), length: length)
    let chosen = choice.choose(options.order ?? (task.isStory ? .text : .importance))
    guard !chosen.isEmpty else { return nil }
    let hasDifferences = options.differences > 0 && material.articles > 1
    let headlines = Headline.candidates(
      material, languages: [options.language ?? most, main(of: chosen, material)].compactMap(Self.tag))
    return Draft(
      chosen: chosen, scores: scores.all, similarity: similarity,
      numbers: similarity.flatMap { hasDifferences ? NumberDisagreements(material, similarity: $0) : nil },
      middle: headlines.count > 1 ? units.map { UnitVectors.middle(of: $0, scores: scores.all) } : nil,
      headlines: headlines)
  }

  /// The language of most of the chosen sentences: the wanted one, unless nobody wrote in it.
  private func main(of chosen: [ChosenSentence], _ material: StoryMaterial) -> String {
    var counts: [String: Int] = [:]
    for choice in chosen { counts[material.language(of: choice.sentence), default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "und"
  }

  /// Whether sentences are compared with each other at all.
  func needsSimilarity(_ task: Task) -> Bool {
    preference(task) == .editor || task.material.articles > 1
  }

  private func preference(_ task: Task) -> Summarize.Preference {
    options.preference ?? (task.isStory ? .editor : .coverage)
  }

  /// The summary as a document.
  ///
  /// - Parameter vectors: centred vectors of the draft's ``Draft/texts(_:)``; nil without an encoder.
  func finish(_ task: Task, _ draft: Draft, vectors: Matrix?) -> Result {
    let material = task.material
    let most = Self.majority(of: material)
    let wanted = options.language ?? most
    var result = Result(document: Document(id: "summary-\(task.subject)", kind: .summary, text: ""))
    var parts: [Document.SummarySentence] = []
    for choice in draft.chosen {
      let code = material.language(of: choice.sentence)
      result.ways[choice.way, default: 0] += 1
      parts.append(
        Document.SummarySentence(
          text: material.sentences[choice.sentence].text,
          from: ([choice.sentence] + choice.equivalents).map { place in
            let sentence = material.sentences[place]
            return .init(id: material.members[sentence.member].id, sentence: sentence.number)
          }, language: choice.way == .otherLanguage ? code : nil))
    }
    result.document.text = parts.map(\.text).joined(separator: " ")
    var start = 0
    result.document.sentences = parts.map { part in
      let range = Document.TextRange(start: start, end: start + part.text.unicodeScalars.count)
      start = range.end + 1
      return range
    }
    result.document.summary = parts
    result.document.story = task.story
    result.document.parents = task.parents
    let main = main(of: draft.chosen, material)
    let isWanted = draft.chosen.contains { $0.way != .otherLanguage }
    result.document.language = .init(code: isWanted ? wanted : main, confidence: 1)
    let windows = 2 * (draft.numbers?.pairs.count ?? 0)
    let nearness = vectors.flatMap { vectors in
      draft.middle.map { middle in
        draft.headlines.indices.map { VectorMath.dot(vectors[row: windows + $0], middle[...]) }
      }
    }
    result.document.title = Headline.best(
      of: draft.headlines, nearness: nearness, material, scores: draft.scores, statistics: statistics,
      fallback: parts[0].text)
    let summary = draft.chosen.map(\.sentence)
    let keywords = Keywords(material, scores: draft.scores, first: summary, language: isWanted ? wanted : main)
    result.document.metadata["keywords"] = keywords.json
    if let numbers = draft.numbers, let similarity = draft.similarity {
      let differences = StoryDifferences(material: material, scores: draft.scores, similarity: similarity)
        .all(
          numbers: numbers.confirmed(material, vectors: vectors), summary: Set(summary), limit: options.differences)
      if !differences.isEmpty {
        result.document.metadata["differences"] = .array(differences.map { $0.json(material) })
      }
      for difference in differences { result.differences[difference.kind, default: 0] += 1 }
    }
    return result
  }

  /// The tag of a language to read; nil for an unknown one, in which nothing is foreign.
  private static func tag(_ language: String) -> LanguageTag? { language == "und" ? nil : LanguageTag(language) }

  private func wordSimilarity(_ material: StoryMaterial) -> UnitSimilarity {
    UnitSimilarity(
      words: material.units.map { unit in
        var weights: [(word: UInt64, weight: Float)] = []
        var seen: Set<UInt64> = []
        for place in unit.sentences {
          for word in material.sentences[place].words where seen.insert(word).inserted {
            weights.append((word, statistics.rarity(of: word, language: material.language(of: place))))
          }
        }
        return weights
      })
  }

  /// The language of most members; of several the one with most sentences, then the first by its code.
  static func majority(of material: StoryMaterial) -> String {
    var counts: [String: (members: Int, sentences: Int)] = [:]
    for member in material.members {
      counts[member.language, default: (0, 0)].members += 1
      counts[member.language, default: (0, 0)].sentences += member.sentences.count
    }
    return counts.min { a, b in
      (b.value.members, b.value.sentences, a.key) < (a.value.members, a.value.sentences, b.key)
    }?.key ?? "und"
  }
}
