import Foundation
import StageKit

/// Whether two texts say the same things in the same order: what separates a translation from another report about
/// the same event best.
///
/// The similarities of all pairs of sentences are centred by rows and columns, so that sentences which resemble
/// everything count little. The best path that only goes forward through both texts is compared with the best
/// paths after shuffling one text: `z` says by how many standard deviations it is better.
struct OrderTest: Sendable {
  /// Texts with fewer sentences have too few orders for the test to mean anything.
  static let fewestSentences = 4
  private static let permutations = 40

  /// How far the path is above those of shuffled texts, in standard deviations; 0 for very short texts.
  var z = 0.0
  /// The mean share of the two texts that lies on the path.
  var share = 0.0

  /// No test: for texts that are too short.
  static let none = OrderTest()

  private init() {}

  /// Tests one pair of documents.
  ///
  /// - Parameters:
  ///   - similarities: `rows * columns` numbers, row after row.
  ///   - rowWeights: each sentence's share of the first text.
  ///   - columnWeights: each sentence's share of the second text.
  init(
    _ similarities: UnsafePointer<Float>, rows: Int, columns: Int, rowWeights: UnsafePointer<Float>,
    columnWeights: UnsafePointer<Float>
  ) {
    guard rows >= Self.fewestSentences, columns >= Self.fewestSentences else { return }
    let cells = Self.gains(similarities, rows, columns)
    var order = Array(0..<columns)
    let best = Self.bestPath(cells, rows, order)
    // The seed is a constant: the same pair always gets the same shuffles.
    var random = SplitMix64(state: 0x0DD5_EED5)
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<Self.permutations {
      for index in stride(from: columns - 1, to: 0, by: -1) { order.swapAt(index, random.next(below: index + 1)) }
      let score = Self.bestPath(cells, rows, order)
      sum += score
      squares += score * score
    }
    let count = Double(Self.permutations)
    let mean = sum / count
    let deviation = max(1e-6, squares / count - mean * mean).squareRoot()
    z = (best - mean) / deviation
    share = Self.shareOnPath(cells, rows, columns, rowWeights, columnWeights)
  }

  /// What a path gains in each cell: centred similarity in standard deviations, less one, and never negative.
  private static func gains(_ similarities: UnsafePointer<Float>, _ rows: Int, _ columns: Int) -> [Float] {
    var rowMeans = [Double](repeating: 0, count: rows)
    var columnMeans = [Double](repeating: 0, count: columns)
    var mean = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let value = Double(similarities[i * columns + j])
        rowMeans[i] += value / Double(columns)
        columnMeans[j] += value / Double(rows)
      }
      mean += rowMeans[i] / Double(rows)
    }
    var centred = [Double](repeating: 0, count: rows * columns)
    var squares = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let value = Double(similarities[i * columns + j]) - rowMeans[i] - columnMeans[j] + mean
        centred[i * columns + j] = value
        squares += value * value
      }
    }
    let deviation = (squares / Double(centred.count)).squareRoot() + 1e-6
    return centred.map { Float(max(0, $0 / deviation - 1)) }
  }

  /// The gain of the best path that goes forward in both texts, with the columns in the given order.
  private static func bestPath(_ cells: [Float], _ rows: Int, _ order: [Int]) -> Double {
    let columns = order.count
    var best = [Float](repeating: 0, count: columns + 1)
    cells.withUnsafeBufferPointer { cells in
      best.withUnsafeMutableBufferPointer { best in
        order.withUnsafeBufferPointer { order in
          for i in 0..<rows {
            let row = i * columns
            var diagonal: Float = 0
            var left: Float = 0
            for j in 0..<columns {
              let above = best[j + 1]
              let value = max(max(above, left), diagonal + cells[row + order[j]])
              diagonal = above
              left = value
              best[j + 1] = value
            }
          }
        }
      }
    }
    return Double(best[columns])
  }

  /// The mean share of both texts in the cells where the best path gains something.
  private static func shareOnPath(
    _ cells: [Float], _ rows: Int, _ columns: Int, _ rowWeights: UnsafePointer<Float>,
    _ columnWeights: UnsafePointer<Float>
  ) -> Double {
    let width = columns + 1
    var best = [Float](repeating: 0, count: (rows + 1) * width)
    for i in 0..<rows {
      for j in 0..<columns {
        best[(i + 1) * width + j + 1] = max(
          max(best[i * width + j + 1], best[(i + 1) * width + j]), best[i * width + j] + cells[i * columns + j])
      }
    }
    var share = 0.0
    var (i, j) = (rows, columns)
    while i > 0, j > 0 {
      let here = best[i * width + j]
      if here == best[(i - 1) * width + j] {
        i -= 1
      } else if here == best[i * width + j - 1] {
        j -= 1
      } else {
        share += Double(rowWeights[i - 1] + columnWeights[j - 1]) / 2
        i -= 1
        j -= 1
      }
    }
    return share
  }
}
