import StageKit

/// Documents sorted into cells of like ones, so that each need not be compared with all: an inverted file (Sivic and
/// Zisserman 2003) over spherical k-means.
///
/// A document looks into the cells whose centres it is most like, until they hold as many documents as may be compared.
/// Few documents are one cell, and then the search is exact. All of it is computed in a fixed order, whatever the
/// number of threads.
struct DocumentCells: Sendable {
  /// Where the documents of each cell stand in ``order``.
  let ranges: [Range<Int>]
  /// The documents by cell.
  let order: [Int32]
  /// A unit vector for each cell, row after row; empty for a single cell.
  private let centres: [Float]
  private let dimension: Int
  /// With how many others a document may be compared.
  private let budget: Int

  /// Up to here, a document is compared with all others.
  static let exact = 16_384
  private static let rounds = 5

  private init(ranges: [Range<Int>], order: [Int32], centres: [Float], dimension: Int, budget: Int) {
    (self.ranges, self.order, self.centres) = (ranges, order, centres)
    (self.dimension, self.budget) = (dimension, budget)
  }

  /// One cell with so many documents.
  init(one count: Int) {
    self.init(ranges: [0..<count], order: Array(0..<Int32(clamping: count)), centres: [], dimension: 0, budget: count)
  }

  /// Sorts documents by their vectors; up to ``exact`` of them, or `few`, are one cell.
  ///
  /// - Parameters:
  ///   - vectors: unit vectors, row after row.
  ///   - few: for tests.
  /// - Throws: on cancellation.
  static func of(
    _ vectors: UnsafeBufferPointer<Float>, dimension: Int, workers: Int, watching flag: CancellationFlag,
    few: Int = Self.exact
  ) throws -> DocumentCells {
    let count = dimension > 0 ? vectors.count / dimension : 0
    guard count > few, let base = vectors.baseAddress else { return DocumentCells(one: count) }
    // Twice the square root: to find the cells then costs less than to look into them.
    let cells = 2 * Int(Double(count).squareRoot())
    nonisolated(unsafe) let rows = base
    var centres = spread(over: count, cells).flatMap { Array(vectors[$0 * dimension..<($0 + 1) * dimension]) }
    let sample = spread(over: count, min(count, 32 * cells))
    for _ in 0..<rounds {
      let nearest = nearest(sample.count, to: centres, dimension, workers, flag) { rows + sample[$0] * dimension }
      try flag.check()
      move(&centres, dimension, to: zip(sample, nearest).lazy.map { (rows + $0 * dimension, Int($1)) })
    }
    let nearest = nearest(count, to: centres, dimension, workers, flag) { rows + $0 * dimension }
    try flag.check()
    // The fourth root: at 100,000 documents a quarter of them, and a twentieth at a million.
    let budget = Int(Double(few) * (Double(count) / Double(few)).squareRoot().squareRoot())
    let cut = cut(nearest, centres, dimension, largest: max(1, budget / 8))
    return DocumentCells(
      ranges: cut.ranges, order: cut.order, centres: cut.centres, dimension: dimension, budget: budget)
  }

  /// So many numbers below a bound, evenly apart.
  private static func spread(over count: Int, _ numbers: Int) -> [Int] { (0..<numbers).map { $0 * count / numbers } }

  /// The cell of each document's nearest centre; the first of equals.
  private static func nearest(
    _ count: Int, to centres: [Float], _ dimension: Int, _ workers: Int, _ flag: CancellationFlag,
    row: @Sendable (Int) -> UnsafePointer<Float>
  ) -> [Int32] {
    let block = 32
    let cells = centres.count / dimension
    return parallelMap((count + block - 1) / block, workers: workers) { number -> [Int32] in
      guard !flag.isCancelled else { return [] }
      let documents = number * block..<min(count, (number + 1) * block)
      let similarities = similarities(of: documents.map(row), to: centres, dimension)
      return documents.indices.map { index in
        let own = similarities[(index - documents.lowerBound) * cells..<(index - documents.lowerBound + 1) * cells]
        var best = own.startIndex
        for cell in own.indices where own[cell] > own[best] { best = cell }
        return Int32(best - own.startIndex)
      }
    }.flatMap { $0 }
  }

  /// The products of some rows with all centres, row after row.
  private static func similarities(
    of rows: [UnsafePointer<Float>], to centres: [Float], _ dimension: Int
  ) -> [Float] {
    let cells = centres.count / dimension
    var own: [Float] = []
    own.reserveCapacity(rows.count * dimension)
    for row in rows { own.append(contentsOf: UnsafeBufferPointer(start: row, count: dimension)) }
    var result = [Float](repeating: 0, count: rows.count * cells)
    DotProducts.fill(&result, own, rowsA: rows.count, centres, rowsB: cells, columns: dimension)
    return result
  }

  /// Moves each centre to the middle of its documents; one without any stays.
  private static func move(
    _ centres: inout [Float], _ dimension: Int, to members: some Sequence<(UnsafePointer<Float>, Int)>
  ) {
    var sums = [Float](repeating: 0, count: centres.count)
    for (row, cell) in members {
      for column in 0..<dimension { sums[cell * dimension + column] += row[column] }
    }
    for start in stride(from: 0, to: centres.count, by: dimension) {
      let length = (start..<start + dimension).reduce(0) { $0 + sums[$1] * sums[$1] }.squareRoot()
      guard length > 1e-6 else { continue }
      for column in start..<start + dimension { centres[column] = sums[column] / length }
    }
  }

  /// The documents by cell. A cell of too many is cut into several: documents that are all alike must not be compared
  /// with each other all.
  private static func cut(
    _ nearest: [Int32], _ centres: [Float], _ dimension: Int, largest: Int
  ) -> (ranges: [Range<Int>], order: [Int32], centres: [Float]) {
    var members = [[Int32]](repeating: [], count: centres.count / dimension)
    for (document, cell) in nearest.enumerated() { members[Int(cell)].append(Int32(document)) }
    var ranges: [Range<Int>] = []
    var order: [Int32] = []
    var own: [Float] = []
    for (cell, documents) in members.enumerated() {
      for start in stride(from: 0, to: documents.count, by: largest) {
        let part = documents[start..<min(documents.count, start + largest)]
        ranges.append(order.count..<order.count + part.count)
        order += part
        own += centres[cell * dimension..<(cell + 1) * dimension]
      }
    }
    return (ranges, order, own)
  }

  /// The cells that each of some documents looks into, its own one first.
  ///
  /// - Parameter documents: their places in ``order``, with their vectors.
  func cellsToSearch(_ documents: Range<Int>, _ row: (Int) -> UnsafePointer<Float>) -> [[Int32]] {
    guard ranges.count > 1 else { return documents.map { _ in ranges.isEmpty ? [] : [0] } }
    let similarities = Self.similarities(of: documents.map(row), to: centres, dimension)
    return documents.map { document in
      let start = (document - documents.lowerBound) * ranges.count
      let own = similarities[start..<start + ranges.count]
      // Numbers that sort as the similarities do, highest first, and equal ones by cell.
      let ranked = own.enumerated().map { cell, value in
        let bits = value.bitPattern
        let ascending = bits >> 31 == 0 ? bits | 1 << 31 : ~bits
        return UInt64(~ascending) << 32 | UInt64(cell)
      }.sorted()
      let home = cell(of: document)
      var chosen = [Int32(home)]
      var size = ranges[home].count
      for cell in ranked.lazy.map({ Int($0 & 0xFFFF_FFFF) }) where cell != home {
        guard size < budget else { break }
        chosen.append(Int32(cell))
        size += ranges[cell].count
      }
      return chosen
    }
  }

  /// The cell of the document at a place in ``order``.
  func cell(of place: Int) -> Int {
    var (low, high) = (0, ranges.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
