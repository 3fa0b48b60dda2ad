/// What the words of each unit say of the story, and how much of that is still new.
///
/// A word's value is how often it comes back in the story, times how much it says
/// (``WordStatistics/weight(of:language:)``); a sentence has the sum over its distinct words, over the fourth root of
/// its length. Close to SumBasic (Nenkova and Vanderwende 2005), but a word that stands once counts for nothing. As
/// there, what was said counts less the next time. A unit in several languages has the score of the best of them.
struct WordGain: Sendable {
  /// What is left of a word's value each time it is said.
  private static let repeated: Float = 0.3

  /// A sentence that stands for a unit in one language.
  private struct Version: Sendable {
    /// Numbers of its distinct words.
    var words: [Int32]
    var factor: Float
  }

  private var versions: [[Version]]
  private var values: [Float] = []

  /// The words of a story's units.
  init(_ material: StoryMaterial, statistics: WordStatistics) {
    versions = [[Version]](repeating: [], count: material.units.count)
    for language in Set(material.members.map(\.language)).sorted() {
      // One sentence a unit, so that copies count once.
      let chosen = material.units.map { unit in unit.sentences.first { material.language(of: $0) == language } }
      let total = chosen.reduce(0) { $0 + ($1.map { material.sentences[$0].words.count } ?? 0) }
      var frequencies = KeyTable(capacity: total / 2, empty: Int32(0))
      for case let sentence? in chosen {
        for word in material.sentences[sentence].words { frequencies.update(word) { $0 += 1 } }
      }
      var numbers = KeyTable(capacity: frequencies.count, empty: Int32(-1))
      var lastUnit: [Int32] = []
      let first = values.count
      var most: Float = 0
      for (unit, sentence) in chosen.enumerated() {
        guard let sentence else { continue }
        let words = material.sentences[sentence].words
        var version = Version(words: [], factor: 1 / Float(max(1, words.count)).squareRoot().squareRoot())
        var sum: Float = 0
        for word in words {
          let frequency = frequencies[word]
          guard frequency > 1 else { continue }
          let number = numbers.update(word) { number -> Int in
            if number < 0 {
              number = Int32(clamping: values.count)
              values.append(Float(frequency - 1) * statistics.weight(of: word, language: language))
              lastUnit.append(-1)
            }
            return Int(number)
          }
          guard lastUnit[number - first] != Int32(clamping: unit) else { continue }
          lastUnit[number - first] = Int32(clamping: unit)
          version.words.append(Int32(clamping: number))
          sum += values[number]
        }
        most = max(most, sum * version.factor)
        versions[unit].append(version)
      }
      guard most > 0 else { continue }
      // The best sentence of each language has 1.
      for index in first..<values.count { values[index] /= most }
    }
  }

  /// What a unit still says, from 0 to 1.
  func score(_ unit: Int) -> Float {
    versions[unit].reduce(0) { best, version in
      max(best, version.factor * version.words.reduce(0) { $0 + values[Int($1)] })
    }
  }

  /// Notes that a unit was said.
  mutating func say(_ unit: Int) {
    for version in versions[unit] {
      for word in version.words { values[Int(word)] *= Self.repeated }
    }
  }
}
