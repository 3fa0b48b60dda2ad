import StageKit

/// How similar the units of a story are to each other: -1 to 1, by vectors or by words.
struct UnitSimilarity: Sendable {
  private let count: Int
  private let values: [Float]

  /// Cosines of vectors, one row of norm 1 (or 0) a unit.
  init(vectors: Matrix) {
    var values = [Float](repeating: 0, count: vectors.rows * vectors.rows)
    let (count, size) = (vectors.rows, vectors.columns * MemoryLayout<Float>.stride)
    vectors.values.withUnsafeBytes { bytes in
      func row(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
      }
      // A few rows at a time, while the rows that they are compared with are in the cache.
      for block in stride(from: 0, to: count, by: 8) {
        let end = min(block + 8, count)
        for b in stride(from: 0, to: end, by: 2) {
          for a in max(block, b)..<end {
            let second = min(b + 1, a)
            let (x, y) = VectorMath.dots(row(a), row(b), row(second))
            values[a * count + b] = x
            values[b * count + a] = x
            values[a * count + second] = y
            values[second * count + a] = y
          }
        }
      }
    }
    self.count = count
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

  /// The similarities of the same vectors without what all of them share, see ``UnitVectors``.
  ///
  /// They follow from the cosines, as the products of differences from a mean do: no vector is looked at again.
  func specific() -> UnitSimilarity {
    guard count > 2 else { return self }
    let size = Float(count)
    let means = (0..<count).map { row in values[row * count..<(row + 1) * count].reduce(0, +) / size }
    let all = means.reduce(0, +) / size
    let norms = (0..<count).map { max(0, values[$0 * count + $0] - 2 * means[$0] + all).squareRoot() }
    var result = [Float](repeating: 0, count: values.count)
    for a in 0..<count where norms[a] > 1e-3 {
      for b in 0..<count where norms[b] > 1e-3 {
        result[a * count + b] = (values[a * count + b] - means[a] - means[b] + all) / (norms[a] * norms[b])
      }
    }
    return UnitSimilarity(count: count, values: result)
  }

  private init(count: Int, values: [Float]) {
    self.count = count
    self.values = values
  }

  /// The similarity of two units.
  subscript(a: Int, b: Int) -> Float { values[a * count + b] }
}
