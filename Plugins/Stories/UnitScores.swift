import StageKit

/// How much each unit of a story belongs into its summary: 0 to about 2.
///
/// Four things count, each brought to 0…1 within the story:
/// - **words**: the words of a sentence that come back elsewhere in the story, each weighted by its rarity in the
///   corpus, over the square root of the sentence's length. Close to SumBasic (Nenkova and Vanderwende 2005), but a word
///   that stands once counts for nothing. On 200 single articles with extractive references, with sentences in the order
///   of their scores up to the reference's length, this alone gave ROUGE-1/2 of 80.7/74.3; TextRank over words gave
///   72.8/63.0, degree centrality of vectors 75.0/66.4;
/// - **centrality**: the mean similarity to the articles' sentences, as in degree LexRank (Erkan and Radev 2004);
///   articles count alike, however long they are;
/// - **agreement**: how nearly each *other* article says the same, by its most similar sentence. A copy is no other
///   article, so a text that was taken over ten times counts once;
/// - **position**: news says first what matters.
enum UnitScores {
  private static let wordsShare: Float = 1
  private static let centralityShare: Float = 0.3
  private static let agreementShare: Float = 0.6
  private static let positionShare: Float = 0.1

  /// One score a unit, before the quality of its form counts.
  static func scores(
    of material: StoryMaterial, similarity: UnitSimilarity, statistics: WordStatistics
  ) -> [Float] {
    let units = material.units
    let articles = articleUnits(of: material)
    let words = scaled(wordScores(of: material, statistics: statistics))
    var centrality = [Float](repeating: 0, count: units.count)
    var agreement = [Float](repeating: 0, count: units.count)
    for unit in units.indices {
      var others: Float = 0
      for article in articles {
        let sum = article.reduce(Float(0)) { $0 + ($1 == unit ? 0 : max(0, similarity[unit, $1])) }
        centrality[unit] += sum / Float(max(1, article.count))
        if article.contains(unit) {
          agreement[unit] += 1
        } else {
          agreement[unit] += article.reduce(Float(0)) { max($0, similarity[unit, $1]) }
        }
        others += 1
      }
      agreement[unit] = others > 1 ? (agreement[unit] - 1) / (others - 1) : 0
    }
    centrality = scaled(centrality)
    agreement = scaled(agreement)
    return units.indices.map { unit in
      wordsShare * words[unit] + centralityShare * centrality[unit] + agreementShare * agreement[unit]
        + positionShare * position(of: units[unit], in: material)
    }
  }

  /// The units of each article, in the order of members.
  private static func articleUnits(of material: StoryMaterial) -> [[Int]] {
    var index: [String: Int] = [:]
    var articles: [[Int]] = []
    for member in material.members where index[member.article] == nil {
      index[member.article] = articles.count
      articles.append([])
    }
    for (unit, content) in material.units.enumerated() {
      let inArticles = content.sentences.compactMap { index[material.members[material.sentences[$0].member].article] }
      for article in Set(inArticles).sorted() { articles[article].append(unit) }
    }
    return articles.filter { !$0.isEmpty }
  }

  /// For each unit the best of its languages; each language by the words of its own sentences, at most 1.
  private static func wordScores(of material: StoryMaterial, statistics: WordStatistics) -> [Float] {
    var best = [Float](repeating: 0, count: material.units.count)
    let languages = Set(material.members.map(\.language)).sorted()
    for language in languages {
      // One sentence a unit, so that copies count once.
      let chosen = material.units.map { unit in
        unit.sentences.first { material.members[material.sentences[$0].member].language == language }
      }
      var frequencies: [UInt64: Int] = [:]
      for case let sentence? in chosen {
        for word in material.sentences[sentence].words { frequencies[word, default: 0] += 1 }
      }
      let scores = chosen.map { sentence -> Float in
        guard let sentence else { return 0 }
        let words = material.sentences[sentence].words
        var seen: Set<UInt64> = []
        let sum = words.reduce(Float(0)) { sum, word in
          guard let frequency = frequencies[word], frequency > 1, seen.insert(word).inserted else { return sum }
          return sum + Float(frequency - 1) * statistics.weight(of: word, language: language)
        }
        return sum / Float(max(1, words.count)).squareRoot()
      }
      let most = scores.max() ?? 0
      for unit in scores.indices where most > 0 { best[unit] = max(best[unit], scores[unit] / most) }
    }
    return best
  }

  /// 1 for the first sentence of a report, nearly 0 for the last one; the best of a unit's places.
  private static func position(of unit: SentenceUnit, in material: StoryMaterial) -> Float {
    unit.sentences.map { place in
      let sentence = material.sentences[place]
      return 1 - Float(sentence.number) / Float(max(1, material.members[sentence.member].sentences.count))
    }.max() ?? 0
  }

  private static func scaled(_ values: [Float]) -> [Float] {
    guard let low = values.min(), let high = values.max(), high > low else { return values.map { _ in 0 } }
    return values.map { ($0 - low) / (high - low) }
  }
}
