import Foundation

/// Adds up the weights of a text's n-grams, class by class.
enum ClassSums {
  /// The numbers of occurrences whose weights are added up together.
  private static let mostTogether = 32
  /// log(1 + n) for small n.
  private static let logarithms: [Float] = (0...mostTogether).map { Float(log1p(Double($0))) }

  /// The number of n-grams, each that occurs n times counted log(1 + n) times, and the score of each column: its prior
  /// and, for each n-gram that occurs n times, log(1 + n) times the n-gram's log-probability. Of columns outside of
  /// `blocks` it means nothing.
  ///
  /// Weights are whole numbers. Those of n-grams with equal n are added up in 16 bits, as many rows as surely fit, before
  /// they are multiplied: this is what makes it quick, and sums of whole numbers do not depend on their order.
  static func logs(of counts: NgramCounts, _ file: LanguageModelFile, among blocks: UInt16) -> (
    logs: [Float], ngrams: Float
  ) {
    var logs = file.priors
    var total: Float = 0
    let weights = file.weights
    logs.withUnsafeMutableBufferPointer { logs in
      withUnsafeTemporaryAllocation(of: SIMD16<UInt16>.self, capacity: file.blocks) { sums in
        sums.initialize(repeating: .zero)
        counts.forEachGroup(upTo: mostTogether, atOnce: LanguageModelFile.rowsAtOnce) { occurrences, group in
          let factor = logarithm(occurrences)
          total += factor * Float(group.count)
          for ngram in group { add(ngram, weights, to: sums, among: blocks) }
          flush(sums, into: logs, factor / file.units)
        }
        file.floors.withUnsafeBufferPointer { floors in
          for column in logs.indices { logs[column] += total * floors[column] }
        }
      }
    }
    return (logs, total)
  }

  @inline(__always) private static func add(
    _ ngram: NgramCounts.Ngram, _ weights: UnsafePointer<SIMD16<UInt8>>,
    to sums: UnsafeMutableBufferPointer<SIMD16<UInt16>>, among blocks: UInt16
  ) {
    var row = weights + ngram.row
    var left = ngram.blocks
    while left & blocks != 0 {
      let block = left.trailingZeroBitCount
      if blocks >> UInt16(truncatingIfNeeded: block) & 1 != 0 {
        sums[block] &+= SIMD16<UInt16>(truncatingIfNeeded: row.pointee)
      }
      row += 1
      left &= left &- 1
    }
  }

  @inline(__always) private static func flush(
    _ sums: UnsafeMutableBufferPointer<SIMD16<UInt16>>, into logs: UnsafeMutableBufferPointer<Float>, _ factor: Float
  ) {
    let lanes = UnsafeMutableRawBufferPointer(sums).assumingMemoryBound(to: UInt16.self)
    for column in logs.indices {
      logs[column] += Float(lanes[column]) * factor
      lanes[column] = 0
    }
  }

  private static func logarithm(_ count: Int) -> Float {
    count <= mostTogether ? logarithms[count] : Float(log1p(Double(count)))
  }
}
