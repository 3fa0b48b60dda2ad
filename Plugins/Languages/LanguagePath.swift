import Foundation

/// The likeliest sequence of languages for the units of a text, by dynamic programming (Viterbi 1967): each unit says how
/// probable each language is, and each change of language has a price, so that one odd sentence changes nothing.
struct LanguagePath {
  /// The languages that are considered, by key; the first is that of the whole text.
  let languages: [String]

  /// Price of a change behind a border, in natural logarithms of probability.
  private static func price(behind border: TextUnit.Border) -> Double {
    switch border {
    case .paragraph: 1
    case .script: 1.5
    case .sentence: 2.5
    case .piece: 4
    }
  }
  /// What a change costs more between languages that are taken for each other now and then.
  private static let betweenRelatives = 2.0
  /// No language is less probable than this: whatever a unit says, it may be wrong.
  private static let lowestProbability = 0.005
  /// How much it counts what share of the text a language has.
  private static let weightOfShare = 0.2
  /// More languages are not considered.
  private static let mostLanguages = 8

  private let shares: [Double]

  /// Chooses the languages: that of the whole text, and those that units of enough letters are likely to be in.
  init(_ units: [TextUnit], whole: String) {
    var weights: [String: Double] = [:]
    var likely: Set<String> = []
    for unit in units {
      for (language, probability) in unit.probabilities {
        weights[language, default: 0] += probability * Double(unit.letters)
        if probability >= LanguageDetector.lowestConfidence { likely.insert(language) }
      }
    }
    let others = likely.filter { $0 != whole && weights[$0, default: 0] >= Double(LanguageDetector.fewestLetters) / 2 }
      .sorted { (weights[$1, default: 0], $0) < (weights[$0, default: 0], $1) }
    let languages = [whole] + others.prefix(Self.mostLanguages - 1)
    let total = languages.reduce(0) { $0 + weights[$1, default: 0] } + 1
    self.languages = languages
    shares = languages.map { log(max(Self.lowestProbability, weights[$0, default: 0] / total)) * Self.weightOfShare }
  }

  /// The language of each unit, as its place among ``languages``.
  func best(for units: [TextUnit]) -> [Int] {
    guard languages.count > 1 else { return units.map { _ in 0 } }
    let between = prices()
    var scores = shares.map { _ in 0.0 }
    var origins: [[Int]] = []
    origins.reserveCapacity(units.count)
    for (place, unit) in units.enumerated() {
      let price = Self.price(behind: unit.behind)
      var next = scores
      var origin = Array(languages.indices)
      for language in languages.indices {
        if place > 0 {
          for other in languages.indices where other != language {
            let score = scores[other] - price - between[other][language]
            if score > next[language] { (next[language], origin[language]) = (score, other) }
          }
        }
      }
      for language in languages.indices { next[language] += evidence(of: unit, for: language) }
      scores = next
      origins.append(origin)
    }
    var path = [Int](repeating: 0, count: units.count)
    guard var language = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return path }
    for place in units.indices.reversed() {
      path[place] = language
      language = origins[place][language]
    }
    return path
  }

  private func evidence(of unit: TextUnit, for language: Int) -> Double {
    guard !unit.probabilities.isEmpty else { return 0 }
    let probability = unit.probabilities[languages[language], default: 0]
    return log(max(Self.lowestProbability, probability)) * Self.weight(of: unit) + shares[language]
  }

  /// How much the evidence of a unit counts: probabilities close to 1 say more than the bounds above let them if they
  /// come from much text, and less if they come from a few words.
  private static func weight(of unit: TextUnit) -> Double { min(1.6, max(0.7, sqrt(Double(unit.letters) / 80))) }

  /// What a change costs beyond the usual, from each language to each.
  private func prices() -> [[Double]] {
    languages.map { from in languages.map { LanguageCodes.areClose(from, $0) ? Self.betweenRelatives : 0 } }
  }
}
