import StageKit
import Synchronization

/// A row that is similar to another one.
struct Neighbour: Sendable, Equatable {
  /// Its number.
  var row: Int
  /// The dot product of the two rows.
  var similarity: Float
}

/// The most similar other rows of each row.
struct NearestNeighbours: Sendable {
  /// By falling similarity, equal ones by number.
  let lists: [[Neighbour]]
  /// Whether more rows than fit were similar enough.
  let truncated: [Bool]

  /// Compares each row with all others, a block at a time; memory grows with `rows * limit` only.
  ///
  /// - Parameters:
  ///   - limit: how many neighbours are kept for a row.
  ///   - threshold: the similarity that a neighbour has at least.
  ///   - workers: threads; the result does not depend on it. Blocks: call it from ``offload(on:_:)``.
  init(in matrix: Matrix, limit: Int, threshold: Float, workers: Int) {
    let block = 64
    let count = matrix.rows
    let results = Mutex([[(list: [Neighbour], truncated: Bool)]](repeating: [], count: (count + block - 1) / block))
    let width = matrix.columns * MemoryLayout<Float>.size
    parallel((count + block - 1) / block, workers: workers) { number in
      let rows = number * block..<min(count, (number + 1) * block)
      var found = [[Neighbour]](repeating: [], count: rows.count)
      matrix.values.withUnsafeBytes { bytes in
        // The rows of the block stay in the cache while all others stream past.
        for other in 0..<count {
          let b = UnsafeRawBufferPointer(rebasing: bytes[other * width..<(other + 1) * width])
          for row in rows where row != other {
            let a = UnsafeRawBufferPointer(rebasing: bytes[row * width..<(row + 1) * width])
            let similarity = VectorMath.dot(a, b)
            if similarity >= threshold {
              found[row - rows.lowerBound].append(Neighbour(row: other, similarity: similarity))
              if found[row - rows.lowerBound].count > 4 * limit + 64 {
                Self.keepBest(limit + 1, of: &found[row - rows.lowerBound])
              }
            }
          }
        }
      }
      let done = found.map { list -> (list: [Neighbour], truncated: Bool) in
        var list = list
        Self.keepBest(limit + 1, of: &list)
        return (Array(list.prefix(limit)), list.count > limit)
      }
      results.withLock { $0[number] = done }
    }
    let all = results.withLock { $0 }.joined()
    lists = all.map(\.list)
    truncated = all.map(\.truncated)
  }

  private static func keepBest(_ limit: Int, of list: inout [Neighbour]) {
    list.sort { ($1.similarity, $0.row) < ($0.similarity, $1.row) }
    if list.count > limit { list.removeLast(list.count - limit) }
  }
}
