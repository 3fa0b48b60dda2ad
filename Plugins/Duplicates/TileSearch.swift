/// Scores documents with each other, some of a block with some of a range at a time: the product of their vectors, and
/// what the numbers that both have add.
struct TileSearch {
  /// The documents' vectors, row after row.
  let base: UnsafePointer<Float>
  let dimension: Int
  /// The documents that search.
  let block: Range<Int>
  /// For each of these what others get for their numbers, by ascending place.
  private var bonuses: [[(document: Int32, cosine: Float)]]
  /// For each of these the first bonus that has not been passed.
  private var next: [Int]
  private let weight: Float
  /// What a score of each has to reach to be of interest.
  private var lowest: [Float]
  private var rows: [Float] = []
  private var scores: [Float] = []

  /// Prepares a search of the documents at the places `block`.
  ///
  /// - Parameter weight: what a cosine of numbers counts for.
  init(base: UnsafePointer<Float>, dimension: Int, block: Range<Int>, numbers: NumberProfiles, weight: Float) {
    self.base = base
    self.dimension = dimension
    self.block = block
    self.weight = weight
    var sums = [Float](repeating: 0, count: numbers.count)
    bonuses = block.map { numbers.cosines(of: $0, using: &sums) }
    next = [Int](repeating: 0, count: block.count)
    lowest = [Float](repeating: -.infinity, count: block.count)
  }

  /// Scores some documents of the block, by their numbers in it, with all of a range.
  ///
  /// Ranges must be given in ascending order for each document.
  /// - Parameters:
  ///   - width: how many of the range at once.
  ///   - found: called with a document of the block, a place in the range, and the score; returns what others have to
  ///     reach from now on.
  mutating func compare(
    _ queries: [Int], with range: Range<Int>, width: Int, found: (Int, Int, Float) -> Float
  ) {
    rows.removeAll(keepingCapacity: true)
    for query in queries {
      let row = base + (block.lowerBound + query) * dimension
      rows.append(contentsOf: UnsafeBufferPointer(start: row, count: dimension))
    }
    if scores.count < queries.count * width { scores = [Float](repeating: 0, count: queries.count * width) }
    for start in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      let places = start..<min(range.upperBound, start + width)
      DotProducts.fill(
        &scores, rows, rowsA: queries.count, base + start * dimension, rowsB: places.count, columns: dimension)
      for (index, query) in queries.enumerated() {
        addBonuses(of: query, at: places, from: index * places.count)
        for place in places {
          let score = scores[index * places.count + place - start]
          if score >= lowest[query] { lowest[query] = found(query, place, score) }
        }
      }
    }
  }

  private mutating func addBonuses(of query: Int, at places: Range<Int>, from offset: Int) {
    var index = next[query]
    while index < bonuses[query].count, bonuses[query][index].document < places.upperBound {
      let (document, cosine) = bonuses[query][index]
      if document >= places.lowerBound { scores[offset + Int(document) - places.lowerBound] += weight * cosine }
      index += 1
    }
    next[query] = index
  }

  /// Scores a document of the block with those that share rare numbers with it.
  ///
  /// - Parameters:
  ///   - least: the cosine of numbers that is enough.
  ///   - isWanted: whether to look at a place.
  func compareByNumbers(_ query: Int, least: Float, isWanted: (Int) -> Bool, found: (Int, Float) -> Void) {
    let own = base + (block.lowerBound + query) * dimension
    for (document, cosine) in bonuses[query] where cosine >= least && isWanted(Int(document)) {
      let product = DotProducts.product(own, base + Int(document) * dimension, columns: dimension)
      found(Int(document), product + weight * cosine)
    }
  }
}
