/// How well each sentence of one document matches each of another one, alone and together with its neighbour.
struct ScoreTable {
  let rows: Int
  let columns: Int
  /// The scores of single sentences, row after row.
  private(set) var single: [Float]
  /// The best score of each row and column.
  private(set) var rowBest: [Float]
  private(set) var columnBest: [Float]

  /// The cosines alone; ``single`` has the numbers in it.
  private let cosines: [Float]
  private let space: SentenceSpace
  private let first: Int
  private let second: Int
  private let numberWeight: Float

  /// All scores of the sentences `first` with the sentences `second` of a space.
  init(_ space: SentenceSpace, _ first: Range<Int>, _ second: Range<Int>, numberWeight: Float) {
    let (rows, columns) = (first.count, second.count)
    var cosines = [Float](repeating: 0, count: rows * columns)
    space.vectors.withUnsafeBufferPointer { vectors in
      cosines.withUnsafeMutableBufferPointer { cosines in
        guard let vectors = vectors.baseAddress, let cosines = cosines.baseAddress else { return }
        DotProducts.fill(
          cosines, vectors + first.lowerBound * space.dimension, rowsA: rows,
          vectors + second.lowerBound * space.dimension, rowsB: columns, columns: space.dimension)
      }
    }
    single = cosines
    let withNumbers = second.filter { !space.numbers[$0].isEmpty }
    for i in first where !space.numbers[i].isEmpty {
      for j in withNumbers {
        single[(i - first.lowerBound) * columns + j - second.lowerBound] +=
          numberWeight * SentenceNumbers.agreement(space.numbers[i], space.numbers[j])
      }
    }
    var rowBest = [Float](repeating: -.infinity, count: rows)
    var columnBest = [Float](repeating: -.infinity, count: columns)
    for i in 0..<rows {
      for j in 0..<columns {
        rowBest[i] = max(rowBest[i], single[i * columns + j])
        columnBest[j] = max(columnBest[j], single[i * columns + j])
      }
    }
    (self.rows, self.columns, self.cosines, self.numberWeight) = (rows, columns, cosines, numberWeight)
    (self.rowBest, self.columnBest) = (rowBest, columnBest)
    (self.space, self.first, self.second) = (space, first.lowerBound, second.lowerBound)
  }

  /// The score of sentence `i` with sentence `j`.
  subscript(i: Int, j: Int) -> Float { single[i * columns + j] }

  /// The score of sentence `i` with the sentences `j` and `j + 1` together.
  func withTwoColumns(_ i: Int, _ j: Int) -> Float {
    joined(second + j, cosines[i * columns + j], cosines[i * columns + j + 1])
      + numberWeight * SentenceNumbers.agreement(space.numbers[first + i], space.numbersOfTwo[second + j])
  }

  /// The score of the sentences `i` and `i + 1` together with sentence `j`.
  func withTwoRows(_ i: Int, _ j: Int) -> Float {
    joined(first + i, cosines[i * columns + j], cosines[(i + 1) * columns + j])
      + numberWeight * SentenceNumbers.agreement(space.numbersOfTwo[first + i], space.numbers[second + j])
  }

  /// The cosine of something with a sentence and the next one together, from its cosines with each: the weighted mean
  /// of two vectors needs no product of its own.
  private func joined(_ row: Int, _ one: Float, _ other: Float) -> Float {
    let length = space.massesOfTwo[row]
    return length > 1e-6 ? (space.masses[row] * one + space.masses[row + 1] * other) / length : 0
  }

  /// The best score that a sentence of a match has with any other one. Direct neighbours of the match are no rivals:
  /// they often share its subject. Without any rival, nothing is known, and a score of 0 stands for the others.
  func bestRival(of match: SentenceAlignment.Match) -> Float {
    var best: Float = 0
    for i in match.mine {
      for j in 0..<columns where j < match.theirs.lowerBound - 1 || j > match.theirs.upperBound {
        best = max(best, self[i, j])
      }
    }
    for j in match.theirs {
      for i in 0..<rows where i < match.mine.lowerBound - 1 || i > match.mine.upperBound {
        best = max(best, self[i, j])
      }
    }
    return best
  }
}
