import StageKit

/// Finds figures on which reports of a story disagree: "around 30" delegates in one, "more than 40" in another.
///
/// Two sentences of different articles are compared where they are about the same thing; in them, two numbers of one
/// kind that neither article shares with the other, and that are of one order of magnitude. Whether they count the same
/// thing is told by the words around each, which the encoder compares across languages.
struct NumberDisagreements: Sendable {
  /// A number, and the sentence it stands in.
  struct Place: Sendable {
    var unit: Int
    /// The sentence's place in the material.
    var sentence: Int
    var number: NumberMention
  }

  /// Two figures that may be about the same thing.
  struct Pair: Sendable {
    var a: Place
    var b: Place
    /// How similar their sentences are.
    var similarity: Float
  }

  /// A number of a sentence, and the article that it was compared with.
  private struct End: Hashable {
    var sentence: Int
    var number: NumberMention.Key
    var article: Int
  }

  /// Sentences that are compared at all, and numbers.
  private static let sentences: Float = 0.4
  private static let windows: Float = 0.3
  private static let together: Float = 0.74
  /// The like, where there is no encoder: the share of words that two sentences of one language have in common.
  private static let words: Float = 0.5
  /// How far apart figures on one thing may be.
  private static let ratio = 3.0
  /// More sentences with numbers than this are not compared with each other.
  private static let limit = 200

  /// Pairs that are to be confirmed, most similar sentences first.
  let pairs: [Pair]

  /// Looks through a story's sentences.
  init(_ material: StoryMaterial, similarity: UnitSimilarity) {
    guard material.articles > 1 else {
      pairs = []
      return
    }
    // The sentence that stands for a unit: the first that may be quoted.
    var found: [(unit: Int, sentence: Int, article: Int, numbers: [NumberMention])] = []
    var keys: [Set<NumberMention.Key>] = Array(repeating: [], count: material.articles)
    for (unit, content) in material.units.enumerated() {
      for sentence in content.sentences {
        let numbers = NumberMentions.all(
          in: material.sentences[sentence].text, language: material.language(of: sentence))
        let article = material.article(of: sentence)
        for number in numbers { keys[article].insert(number.key) }
        guard !numbers.isEmpty, material.sentences[sentence].quality > 0, found.count < Self.limit,
          found.last?.unit != unit
        else { continue }
        found.append((unit, sentence, article, numbers))
      }
    }
    var pairs: [Pair] = []
    for (index, x) in found.enumerated() {
      for y in found[(index + 1)...] where y.article != x.article && y.unit != x.unit {
        let value = similarity[x.unit, y.unit]
        guard value >= Self.sentences else { continue }
        for a in x.numbers where a.kind != .year && !keys[y.article].contains(a.key) {
          for b in y.numbers where b.kind == a.kind && !keys[x.article].contains(b.key) {
            guard max(a.value, b.value) <= Self.ratio * min(a.value, b.value) else { continue }
            pairs.append(
              Pair(
                a: Place(unit: x.unit, sentence: x.sentence, number: a),
                b: Place(unit: y.unit, sentence: y.sentence, number: b), similarity: value))
          }
        }
      }
    }
    self.pairs = pairs
  }

  /// The texts whose vectors ``confirmed(_:vectors:)`` takes, two a pair, with the language of each.
  func windows(of material: StoryMaterial) -> [(text: String, language: String)] {
    pairs.flatMap { pair in
      [pair.a, pair.b].map { ($0.number.window, material.language(of: $0.sentence)) }
    }
  }

  /// The pairs that count the same thing, the surest first; each number of a sentence once for each other article.
  ///
  /// - Parameter vectors: centred vectors of the windows, two rows a pair; nil without an encoder.
  func confirmed(_ material: StoryMaterial, vectors: Matrix?) -> [Pair] {
    var rated: [(pair: Pair, value: Float)] = []
    for (index, pair) in pairs.enumerated() {
      guard let vectors else {
        if pair.similarity >= Self.words { rated.append((pair, pair.similarity)) }
        continue
      }
      let window = VectorMath.dot(vectors[row: 2 * index], vectors[row: 2 * index + 1])
      guard window >= Self.windows, window + pair.similarity >= Self.together else { continue }
      rated.append((pair, window + pair.similarity))
    }
    rated.sort {
      ($1.value, $0.pair.a.sentence, $0.pair.b.sentence) < ($0.value, $1.pair.a.sentence, $1.pair.b.sentence)
    }
    var used: Set<End> = []
    return rated.compactMap { entry in
      let (a, b) = (entry.pair.a, entry.pair.b)
      let ends = [
        End(sentence: a.sentence, number: a.number.key, article: material.article(of: b.sentence)),
        End(sentence: b.sentence, number: b.number.key, article: material.article(of: a.sentence)),
      ]
      guard used.isDisjoint(with: ends) else { return nil }
      used.formUnion(ends)
      return entry.pair
    }
  }
}
