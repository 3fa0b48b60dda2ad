/// What the words of each unit say of the story, and how much of that is still new.
///
/// A word's value is how often it comes back in the story, times how much it says
/// (``WordStatistics/weights(in:)``); a sentence has the sum over its distinct words, over the fourth root of
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
    let languages = Set(material.members.map(\.language)).sorted()
    for language in languages {
      // One sentence a unit, so that copies count once.
      let chosen = material.units.map { unit in
        languages.count == 1 ? unit.sentences.first : unit.sentences.first { material.language(of: $0) == language }
      }
      let total = chosen.reduce(0) { $0 + ($1.map { material.sentences[$0].words.count } ?? 0) }
      // Each word's place among the different ones, in the order of the text, and how often each of those comes.
      var places: [Int] = []
      places.reserveCapacity(total)
      var frequencies: [Int32] = []
      var known = KeyTable(capacity: total / 2, empty: -1)
      for case let sentence? in chosen {
        for word in material.sentences[sentence].words {
          let place = known.update(word) { entry -> Int in
            if entry < 0 { entry = frequencies.count }
            return entry
          }
          if place == frequencies.count { frequencies.append(0) }
          frequencies[place] += 1
          places.append(place)
        }
      }
      // The number of each word's value; -1 for none.
      var numbers = [Int](repeating: -1, count: frequencies.count)
      var read = 0
      let weight = statistics.weights(in: language)
      var lastUnit: [Int32] = []
      let first = values.count
      var most: Float = 0
      for (unit, sentence) in chosen.enumerated() {
        guard let sentence else { continue }
        let words = material.sentences[sentence].words
        var version = Version(words: [], factor: 1 / Float(max(1, words.count)).squareRoot().squareRoot())
        var sum: Float = 0
        version.words.reserveCapacity(words.count)
        for word in words {
          let place = places[read]
          read += 1
          guard frequencies[place] > 1 else { continue }
          if numbers[place] < 0 {
            numbers[place] = values.count
            values.append(Float(frequencies[place] - 1) * weight(word))
            lastUnit.append(-1)
          }
          let number = numbers[place]
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
