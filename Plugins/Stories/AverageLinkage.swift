import StageKit

/// Average linkage (UPGMA; Sokal and Michener 1958) over dot products, cut at a threshold.
///
/// The mean similarity of all pairs between two clusters is the dot product of their mean vectors, so no matrix of
/// pairs is needed: memory is that of the vectors and of at most `limit` neighbours a row. Two clusters can only be
/// joined if some pair between them reaches the threshold; such pairs come from a search for nearest neighbours. Where
/// that search had to leave some out, it is repeated on the clusters found so far, until nothing more is joined.
enum AverageLinkage {
  /// Which rows belong together.
  ///
  /// - Parameters:
  ///   - matrix: rows of at most norm 1.
  ///   - threshold: clusters are joined while the mean similarity between two is at least this; above 0.
  ///   - days: the days of each row, if they are known.
  ///   - window: rows and clusters that lie further apart, in days, are never joined; 0 for no limit.
  ///   - limit: how many neighbours a row has in one round.
  ///   - workers: threads; the result does not depend on it. Blocks: call it from ``offload(on:_:)``.
  /// - Returns: for each row the smallest row of its cluster.
  static func clusters(
    of matrix: Matrix, threshold: Float, days: [ClosedRange<Int>?] = [], window: Int = 0, limit: Int = 64, workers: Int
  ) -> [Int] {
    var labels = Array(0..<matrix.rows)
    var open = labels  // the clusters, by their first rows, that may still have unknown neighbours
    var sums = matrix
    var sizes = [Int](repeating: 1, count: matrix.rows)
    var days = window > 0 && days.count == matrix.rows ? days : [ClosedRange<Int>?](repeating: nil, count: matrix.rows)
    while open.count > 1 {
      var means = Matrix(rows: open.count, columns: matrix.columns)
      for (index, row) in open.enumerated() {
        let size = Float(sizes[row])
        let mean = sums[row: row].map { $0 / size }
        means.values.replaceSubrange(index * matrix.columns..<(index + 1) * matrix.columns, with: mean)
      }
      let found = NearestNeighbours(in: means, limit: limit, threshold: threshold, workers: workers)
      var merging = Merging(means, sizes: open.map { sizes[$0] }, neighbours: found.lists, threshold: threshold)
      merging.keepApart(days: open.map { days[$0] }, window: window)
      merging.run()
      guard merging.joined > 0 else { break }
      var stillOpen: Set<Int> = []
      for (index, row) in open.enumerated() {
        let first = open[merging.root(of: index)]
        if found.truncated[index] { stillOpen.insert(first) }
        guard first != row else { continue }
        labels[row] = first
        sizes[first] += sizes[row]
        days[first] = Self.union(days[first], days[row])
        for column in 0..<matrix.columns {
          sums.values[first * matrix.columns + column] += sums.values[row * matrix.columns + column]
        }
      }
      open = stillOpen.sorted()
    }
    // A label points to a smaller row, whose own label is final by the time it is asked for.
    for row in labels.indices { labels[row] = labels[labels[row]] }
    return labels
  }

  /// The days from the first to the last of two spans.
  static func union(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>?) -> ClosedRange<Int>? {
    guard let a, let b else { return a ?? b }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }
}

/// Joins clusters, the most similar two first, along known neighbours.
private struct Merging {
  private let columns: Int
  private let threshold: Float
  private var sums: [Float]
  private var sizes: [Int]
  private var parents: [Int]
  private var versions: [Int]
  private var similarities: [[Int: Float]]
  private var queue = PairQueue()
  private var days: [ClosedRange<Int>?] = []
  private var window = 0
  /// How many times two clusters were joined.
  private(set) var joined = 0

  init(_ means: Matrix, sizes: [Int], neighbours: [[Neighbour]], threshold: Float) {
    columns = means.columns
    self.threshold = threshold
    self.sizes = sizes
    sums = means.values
    for row in 0..<means.rows {
      for column in row * columns..<(row + 1) * columns { sums[column] *= Float(sizes[row]) }
    }
    parents = Array(0..<means.rows)
    versions = [Int](repeating: 0, count: means.rows)
    similarities = [[Int: Float]](repeating: [:], count: means.rows)
    for (row, list) in neighbours.enumerated() {
      for neighbour in list {
        similarities[row][neighbour.row] = neighbour.similarity
        similarities[neighbour.row][row] = neighbour.similarity
      }
    }
    for row in 0..<means.rows {
      for (other, similarity) in similarities[row] where row < other {
        queue.push(PairQueue.Pair(similarity: similarity, a: row, b: other, versionA: 0, versionB: 0))
      }
    }
  }

  /// Keeps clusters apart that lie more than `window` days from each other.
  mutating func keepApart(days: [ClosedRange<Int>?], window: Int) {
    self.days = days
    self.window = window
  }

  private func mayMeet(_ a: Int, _ b: Int) -> Bool {
    guard window > 0, let x = days[a], let y = days[b] else { return true }
    return x.lowerBound - y.upperBound <= window && y.lowerBound - x.upperBound <= window
  }

  func root(of row: Int) -> Int {
    var row = row
    while parents[row] != row { row = parents[row] }
    return row
  }

  mutating func run() {
    while let pair = queue.pop() {
      guard parents[pair.a] == pair.a, parents[pair.b] == pair.b, versions[pair.a] == pair.versionA,
        versions[pair.b] == pair.versionB, mayMeet(pair.a, pair.b)
      else { continue }
      join(pair.a, pair.b)
    }
  }

  /// Joins `b` to `a`, which is the smaller number.
  private mutating func join(_ a: Int, _ b: Int) {
    let mine = similarities[a]
    let theirs = similarities[b]
    similarities[a] = [:]
    similarities[b] = [:]
    let shareA = Float(sizes[a]) / Float(sizes[a] + sizes[b])
    parents[b] = a
    sizes[a] += sizes[b]
    versions[a] += 1
    joined += 1
    days[a] = AverageLinkage.union(days[a], days[b])
    for column in 0..<columns { sums[a * columns + column] += sums[b * columns + column] }
    // The order of the two dictionaries does not matter: each value is computed by itself, and the queue sorts.
    for other in Set(mine.keys).union(theirs.keys) where other != a && other != b {
      similarities[other][b] = nil
      let similarity =
        if let toA = mine[other], let toB = theirs[other] { shareA * toA + (1 - shareA) * toB } else {
          similarity(a, other)
        }
      guard similarity >= threshold else {
        similarities[other][a] = nil
        continue
      }
      similarities[a][other] = similarity
      similarities[other][a] = similarity
      queue.push(
        PairQueue.Pair(
          similarity: similarity, a: min(a, other), b: max(a, other), versionA: versions[min(a, other)],
          versionB: versions[max(a, other)]))
    }
  }

  private func similarity(_ a: Int, _ b: Int) -> Float {
    VectorMath.dot(sums[a * columns..<(a + 1) * columns], sums[b * columns..<(b + 1) * columns])
      / (Float(sizes[a]) * Float(sizes[b]))
  }
}

/// Pairs by falling similarity, equal ones by their numbers: a binary heap.
private struct PairQueue {
  struct Pair {
    var similarity: Float
    var a: Int
    var b: Int
    var versionA: Int
    var versionB: Int

    func comes(before other: Pair) -> Bool {
      (other.similarity, a, b) < (similarity, other.a, other.b)
    }
  }

  private var heap: [Pair] = []

  mutating func push(_ pair: Pair) {
    heap.append(pair)
    var child = heap.count - 1
    while child > 0, heap[child].comes(before: heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Pair? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].comes(before: heap[best]) {
        best = child
      }
      if best == parent { return top }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
