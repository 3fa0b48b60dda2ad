import StageKit

/// How similar the units of a story are to each other: -1 to 1, by vectors or by words.
struct UnitSimilarity: Sendable {
  private let count: Int
  private let values: [Float]

  /// Cosines of vectors, one row of norm 1 (or 0) a unit.
  init(vectors: Matrix) {
    var values = [Float](repeating: 0, count: vectors.rows * vectors.rows)
    for a in 0..<vectors.rows {
      for b in 0...a {
        let similarity = VectorMath.dot(vectors[row: a], vectors[row: b])
        values[a * vectors.rows + b] = similarity
        values[b * vectors.rows + a] = similarity
      }
    }
    count = vectors.rows
    self.values = values
  }

  /// Cosines of the weights of shared words; texts in different languages share none.
  ///
  /// - Parameter words: the distinct words of each unit with their weights, by falling hash or any other fixed order.
  init(words: [[(word: UInt64, weight: Float)]]) {
    var postings: [UInt64: [(unit: Int, weight: Float)]] = [:]
    for (unit, list) in words.enumerated() {
      let norm = list.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
      for entry in list where norm > 0 {
        postings[entry.word, default: []].append((unit, entry.weight / norm))
      }
    }
    var values = [Float](repeating: 0, count: words.count * words.count)
    for (unit, list) in words.enumerated() {
      let norm = list.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
      for entry in list where norm > 0 {
        for other in postings[entry.word] ?? [] {
          values[unit * words.count + other.unit] += other.weight * entry.weight / norm
        }
      }
    }
    count = words.count
    self.values = values
  }

  /// The similarity of two units.
  subscript(a: Int, b: Int) -> Float { values[a * count + b] }
}
