import StageKit

/// What the reports of a story do not share.
struct StoryDifference: Sendable {
  /// What makes the difference.
  enum Kind: String, Sendable {
    /// Figures that disagree, a statement each.
    case numbers
    /// A statement that stands in one report only.
    case report
    /// A statement that stands in several reports, all in one language.
    case language
  }

  /// A sentence, and the figure in it that is meant.
  struct Statement: Sendable {
    /// Its place in the material.
    var sentence: Int
    var number: String?
  }

  var kind: Kind
  var statements: [Statement]
}

/// Finds the differences of a story with several articles.
struct StoryDifferences: Sendable {
  /// From here on another report says something close enough to count as the same.
  private static let shared: Float = 0.4
  /// From here on two reports of one language tell the same.
  private static let told: Float = 0.55
  /// From here on two sentences are the same but for their form.
  private static let same: Float = 0.75
  /// At most so many statements of one report.
  private static let perReport = 2

  let material: StoryMaterial
  let scores: [Float]
  let similarity: UnitSimilarity

  /// At most `limit` differences: figures first, then statements, those that matter most first.
  ///
  /// - Parameters:
  ///   - numbers: figures that disagree.
  ///   - summary: places of sentences that the summary has already.
  func all(numbers: [NumberDisagreements.Pair], summary: Set<Int>, limit: Int) -> [StoryDifference] {
    guard limit > 0, material.articles > 1 else { return [] }
    let figures = figures(numbers)
    let rest = max(0, limit - figures.count)
    return Array(figures.prefix(limit)) + Array(statements(without: summary).prefix(rest))
  }

  /// A number of a sentence.
  private struct Figure: Hashable {
    var sentence: Int
    var number: NumberMention.Key
  }

  /// Pairs that have a figure in common become one difference.
  private func figures(_ pairs: [NumberDisagreements.Pair]) -> [StoryDifference] {
    var differences: [StoryDifference] = []
    var keys: [Set<Figure>] = []
    for pair in pairs {
      let ends = [pair.a, pair.b].sorted { $0.sentence < $1.sentence }
      let names = ends.map { Figure(sentence: $0.sentence, number: $0.number.key) }
      let statements = ends.map { StoryDifference.Statement(sentence: $0.sentence, number: $0.number.text) }
      guard let known = keys.firstIndex(where: { $0.contains(names[0]) || $0.contains(names[1]) }) else {
        differences.append(StoryDifference(kind: .numbers, statements: statements))
        keys.append(Set(names))
        continue
      }
      for (name, statement) in zip(names, statements) where keys[known].insert(name).inserted {
        differences[known].statements.append(statement)
      }
      differences[known].statements.sort { ($0.sentence, $0.number ?? "") < ($1.sentence, $1.number ?? "") }
    }
    return differences
  }

  /// Statements that one report or one language has alone, by falling score.
  private func statements(without summary: Set<Int>) -> [StoryDifference] {
    let used = Set(summary.map { material.unitOfSentence[$0] })
    let articles = material.units.map { unit in
      unit.sentences.count == 1
        ? [material.article(of: unit.sentences[0])] : Set(unit.sentences.map(material.article)).sorted()
    }
    let languages = Set(material.members.map(\.language))
    var sizes = [Int](repeating: 0, count: material.articles)
    for article in articles.joined() { sizes[article] += 1 }
    // A report of two sentences says too little to tell what it leaves out.
    let telling = sizes.count { $0 > 2 }
    // The article of units that stand in one alone; -1 for others.
    let only = articles.map { $0.count == 1 ? $0[0] : -1 }
    var found: [(difference: StoryDifference, score: Float, article: Int)] = []
    for unit in material.units.indices where !used.contains(unit) {
      // What the summary says in other words is no difference.
      if used.contains(where: { similarity[unit, $0] >= Self.same }) { continue }
      guard let sentence = material.units[unit].sentences.first(where: { material.sentences[$0].quality >= 0.5 })
      else { continue }
      let own = material.article(of: sentence)
      guard only[unit] >= 0, telling > (sizes[own] > 2 ? 1 : 0) else { continue }
      var (most, mostAbroad): (Float, Float) = (0, 0)
      var alike = [sentence]
      let language = material.language(of: sentence)
      for other in material.units.indices {
        guard only[other] >= 0 ? only[other] != own : !articles[other].contains(own) else { continue }
        let value = similarity[unit, other]
        most = max(most, value)
        if languages.count > 1,
          material.units[other].sentences.contains(where: { material.language(of: $0) != language })
        {
          mostAbroad = max(mostAbroad, value)
        } else if value >= Self.told, let place = material.units[other].sentences.first {
          alike.append(place)
        }
      }
      let score = scores[unit] * material.sentences[sentence].quality
      if most < Self.shared {
        let statement = StoryDifference.Statement(sentence: sentence)
        found.append((StoryDifference(kind: .report, statements: [statement]), score * (1 - max(0, most)), own))
      } else if alike.count > 1, languages.count > 1, mostAbroad < Self.shared,
        material.units[unit].sentences.allSatisfy({ material.language(of: $0) == language })
      {
        let statements = alike.sorted().map { StoryDifference.Statement(sentence: $0) }
        found.append((StoryDifference(kind: .language, statements: statements), score, own))
      }
    }
    found.sort {
      ($1.score, $0.difference.statements[0].sentence) < ($0.score, $1.difference.statements[0].sentence)
    }
    var counts: [Int: Int] = [:]
    var told: [Int] = []
    return found.compactMap { entry in
      let units = entry.difference.statements.map { material.unitOfSentence[$0.sentence] }
      // Near copies have nearly the same sentences.
      let isTold = told.contains { known in units.contains { $0 == known || similarity[$0, known] >= Self.same } }
      guard !isTold, counts[entry.article, default: 0] < Self.perReport else { return nil }
      told += units
      counts[entry.article, default: 0] += 1
      return entry.difference
    }
  }
}

extension StoryDifference {
  /// As it stands in a summary's `metadata`.
  func json(_ material: StoryMaterial) -> JSONValue {
    .object([
      "kind": .string(kind.rawValue),
      "statements": .array(
        statements.map { statement in
          let sentence = material.sentences[statement.sentence]
          let member = material.members[sentence.member]
          var fields: [String: JSONValue] = [
            "id": .string(member.id), "sentence": .integer(sentence.number), "text": .string(sentence.text),
            "language": .string(member.language),
          ]
          if let number = statement.number { fields["number"] = .string(number) }
          return .object(fields)
        }),
    ])
  }
}
