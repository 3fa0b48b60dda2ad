import StageKit

/// Short signatures of sets whose agreement shows how much the sets have in common (Broder 1997), cut into bands so
/// that similar sets are found by equal bands (Indyk and Motwani 1998).
enum MinHash {
  /// With 32 bands of 4, a pair with a Jaccard similarity of 0.7 meets in some band with probability 0.9998,
  /// at 0.5 with 0.87 and at 0.1 with 0.003.
  static let bands = 32
  private static let rows = 4
  private static let functions = bands * rows
  private typealias Lanes = SIMD16<UInt32>

  /// One key a band. Sets without elements have no keys.
  static func keys(of units: [UInt32]) -> [UInt64] {
    guard !units.isEmpty else { return [] }
    return [UInt64](unsafeUninitializedCapacity: bands) { keys, count in
      units.withUnsafeBufferPointer { write(keysOf: $0, to: keys) }
      count = bands
    }
  }

  /// Writes one key a band of a set with elements.
  static func write(keysOf units: UnsafeBufferPointer<UInt32>, to keys: UnsafeMutableBufferPointer<UInt64>) {
    for (part, coefficients) in coefficients.enumerated() {
      // The order of signed numbers after this shift is that of the unsigned ones; processors compare signed ones.
      let offset = coefficients.offset &+ Lanes(repeating: 0x8000_0000)
      var least = SIMD16<Int32>(repeating: .max)
      for unit in units {
        let hash = SIMD16<Int32>(truncatingIfNeeded: Lanes(repeating: unit) &* coefficients.factor &+ offset)
        least.replace(with: hash, where: hash .< least)
      }
      let minima = Lanes(truncatingIfNeeded: least) &+ Lanes(repeating: 0x8000_0000)
      for band in 0..<Lanes.scalarCount / rows {
        var key: UInt64 = 0
        for row in 0..<rows { key = SplitMix64.mixed(key ^ UInt64(minima[band * rows + row])) }
        keys[part * Lanes.scalarCount / rows + band] = key
      }
    }
  }

  /// Odd factors and offsets: each pair permutes the 32-bit numbers.
  private static let coefficients: [(factor: Lanes, offset: Lanes)] = {
    var random = SplitMix64(state: 0x5EED_0F_4A5E5)
    return (0..<functions / Lanes.scalarCount).map { _ in
      var lanes = (factor: Lanes(), offset: Lanes())
      for lane in 0..<Lanes.scalarCount {
        let bits = random.next()
        lanes.factor[lane] = UInt32(truncatingIfNeeded: bits) | 1
        lanes.offset[lane] = UInt32(truncatingIfNeeded: bits >> 32)
      }
      return lanes
    }
  }()
}
