/// Short signatures of sets whose agreement shows how much the sets have in common (Broder 1997), cut into bands so
/// that similar sets are found by equal bands (Indyk and Motwani 1998).
enum MinHash {
  /// With 32 bands of 4, a pair with a Jaccard similarity of 0.7 meets in some band with probability 0.9998,
  /// at 0.5 with 0.87 and at 0.1 with 0.003.
  static let bands = 32
  private static let rows = 4
  private static let functions = bands * rows

  /// One key a band. Sets without elements have no keys.
  static func keys(of units: some Collection<UInt32>) -> [UInt64] {
    guard !units.isEmpty else { return [] }
    var minima = [UInt32](repeating: .max, count: functions)
    minima.withUnsafeMutableBufferPointer { minima in
      coefficients.withUnsafeBufferPointer { coefficients in
        for unit in units {
          for index in 0..<functions {
            let (factor, offset) = coefficients[index]
            let hash = unit &* factor &+ offset
            minima[index] = min(minima[index], hash)
          }
        }
      }
    }
    return (0..<bands).map { band in
      var key: UInt64 = 0
      for row in 0..<rows { key = SplitMix64.mixed(key ^ UInt64(minima[band * rows + row])) }
      return key
    }
  }

  /// Odd factors and offsets: each pair permutes the 32-bit numbers.
  private static let coefficients: [(factor: UInt32, offset: UInt32)] = {
    var random = SplitMix64(state: 0x5EED_0F_4A5E5)
    return (0..<functions).map { _ in
      let bits = random.next()
      return (UInt32(truncatingIfNeeded: bits) | 1, UInt32(truncatingIfNeeded: bits >> 32))
    }
  }()
}

/// Which sets share a band with another one: hash tables by band, filled and asked in turn.
struct BandIndex {
  private let mask: Int
  private var heads: [[Int32]]
  /// Entry `entry * bands + band`: the next entry of the same slot, or -1.
  private var next: [Int32] = []
  /// The upper half of each key, to tell most strangers in the same slot apart.
  private var marks: [UInt32] = []
  private var lastAsker: [Int32] = []

  /// An index for about `capacity` sets.
  init(capacity: Int) {
    var slots = 64
    while slots < capacity { slots *= 2 }
    mask = slots - 1
    heads = [[Int32]](repeating: [Int32](repeating: -1, count: slots), count: MinHash.bands)
  }

  /// Adds a set; they are numbered 0, 1, 2 … in the order in which they come.
  mutating func insert(_ keys: [UInt64]) {
    let entry = Int32(lastAsker.count)
    lastAsker.append(-1)
    for band in 0..<MinHash.bands {
      guard band < keys.count else {
        next.append(-1)
        marks.append(0)
        continue
      }
      let slot = Int(truncatingIfNeeded: keys[band]) & mask
      next.append(heads[band][slot])
      marks.append(UInt32(truncatingIfNeeded: keys[band] >> 32))
      heads[band][slot] = entry
    }
  }

  /// The sets that share a band with the asker, each once; the order follows from the order of insertion.
  ///
  /// - Parameter asker: a number that no earlier call had.
  mutating func similar(to keys: [UInt64], asker: Int32) -> [Int] {
    var found: [Int] = []
    for (band, key) in keys.enumerated() {
      let mark = UInt32(truncatingIfNeeded: key >> 32)
      var entry = heads[band][Int(truncatingIfNeeded: key) & mask]
      while entry >= 0 {
        let cell = Int(entry) * MinHash.bands + band
        if marks[cell] == mark, lastAsker[Int(entry)] != asker {
          lastAsker[Int(entry)] = asker
          found.append(Int(entry))
        }
        entry = next[cell]
      }
    }
    return found
  }
}
