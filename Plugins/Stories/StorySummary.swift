import StageKit

/// Makes the summary of one story: a pure function of its material, so that stories can be done in parallel.
struct StorySummary: Sendable {
  /// What to make a summary of.
  struct Task: Sendable {
    /// The id of the story, or of the document if each gets a summary.
    var subject: String
    /// The story that the summary belongs to.
    var story: String?
    /// The ids of all members in the order of input.
    var parents: [String]
    /// Its sentences.
    var material: StoryMaterial
  }

  /// The document, and how its sentences came to be in their language.
  struct Result: Sendable {
    var document: Document
    /// Sentences in the wanted language.
    var wanted = 0
    /// Those of them that stand in a translated copy or were matched with another language.
    var throughTwin = 0
    /// Sentences in another language.
    var foreign = 0
  }

  let sentences: Int
  /// The wanted language; nil for that of most members.
  let language: String?
  let statistics: WordStatistics

  /// The summary; nil if the members have no sentence.
  ///
  /// - Parameter vectors: centred vectors of the material's sentences, one row each; nil without an encoder.
  func make(_ task: Task, vectors: Matrix?) -> Result? {
    let material = task.material
    guard !material.units.isEmpty else { return nil }
    let similarity = vectors.map { UnitSimilarity(vectors: unitVectors(material, $0)) } ?? wordSimilarity(material)
    let most = Self.majority(of: material)
    let wanted = language ?? most
    let tag = LanguageTag(wanted)
    let scores = UnitScores.scores(of: material, similarity: similarity, statistics: statistics)
    let chosen = SentenceChoice(
      material: material, similarity: similarity, scores: scores, language: tag, fallback: LanguageTag(most)
    )
    .choose(sentences)
    guard !chosen.isEmpty else { return nil }

    var result = Result(document: Document(id: "summary-\(task.subject)", kind: .summary, text: ""))
    var parts: [Document.SummarySentence] = []
    var counts: [String: Int] = [:]
    for choice in chosen {
      let code = self.code(of: choice.sentence, in: material)
      let isForeign = !(tag?.accepts(code) ?? (code == wanted))
      counts[code, default: 0] += 1
      if isForeign { result.foreign += 1 } else { result.wanted += 1 }
      if !isForeign, choice.equivalents.contains(where: { self.code(of: $0, in: material) != code }) {
        result.throughTwin += 1
      }
      parts.append(
        Document.SummarySentence(
          text: material.sentences[choice.sentence].text,
          from: ([choice.sentence] + choice.equivalents).map { place in
            let sentence = material.sentences[place]
            return .init(id: material.members[sentence.member].id, sentence: sentence.number)
          }, language: isForeign ? code : nil))
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
    // That of most sentences: the wanted one, unless nobody wrote in it.
    let main = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? wanted
    result.document.language = .init(code: result.wanted > 0 ? wanted : main, confidence: 1)
    result.document.title = Headline.of(
      material, languages: [tag, LanguageTag(main)].compactMap { $0 }, scores: scores, fallback: parts[0].text)
    return result
  }

  private func code(of place: Int, in material: StoryMaterial) -> String {
    material.members[material.sentences[place].member].language
  }

  /// The mean of the vectors of each unit's sentences, at norm 1.
  private func unitVectors(_ material: StoryMaterial, _ vectors: Matrix) -> Matrix {
    let rows = material.units.map { unit in
      var sum = [Float](repeating: 0, count: vectors.columns)
      for sentence in unit.sentences { VectorMath.add(vectors[row: sentence], to: &sum) }
      return VectorMath.normalized(sum)
    }
    return Matrix(rows: rows, columns: vectors.columns)
  }

  private func wordSimilarity(_ material: StoryMaterial) -> UnitSimilarity {
    UnitSimilarity(
      words: material.units.map { unit in
        var weights: [(word: UInt64, weight: Float)] = []
        var seen: Set<UInt64> = []
        for place in unit.sentences {
          for word in material.sentences[place].words where seen.insert(word).inserted {
            weights.append((word, statistics.weight(of: word, language: code(of: place, in: material))))
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
