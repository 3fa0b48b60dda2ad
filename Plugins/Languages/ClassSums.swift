import Foundation

/// Adds up the weights of a text's n-grams, class by class.
enum ClassSums {
  /// The numbers of occurrences whose weights are added up together.
  private static let mostTogether = 32
  /// log(1 + n) for small n.
  private static let logarithms: [Float] = (0...mostTogether).map { Float(log1p(Double($0))) }

  /// The score of each class: its prior and, for each n-gram that occurs n times, log(1 + n) times the n-gram's
  /// log-probability.
  ///
  /// Weights are whole numbers. Those of n-grams with equal n are added up in 16 bits, as many rows as surely fit, before
  /// they are multiplied: this is what makes it quick, and sums of whole numbers do not depend on their order.
  static func logs(of counts: NgramCounts, _ file: LanguageModelFile) -> [Float] {
    let (blocks, weights) = (file.blocks, file.weights)
    let width = blocks * LanguageModelFile.lanes
    var logs = file.priors
    logs.withUnsafeMutableBufferPointer { logs in
      withUnsafeTemporaryAllocation(of: SIMD16<UInt16>.self, capacity: blocks) { sums in
        sums.initialize(repeating: .zero)
        let lanes = UnsafeMutableRawBufferPointer(sums).bindMemory(to: UInt16.self)
        var pending = 0
        var total: Float = 0

        func flush(_ factor: Float) {
          let factor = factor / file.units
          for lane in 0..<width {
            logs[lane] += Float(lanes[lane]) * factor
            lanes[lane] = 0
          }
          pending = 0
        }
        var current: Float = 0
        counts.forEachGroup(upTo: mostTogether) { ngram in
          if pending == LanguageModelFile.rowsAtOnce { flush(logarithm(ngram.occurrences)) }
          var (row, left) = (ngram.row, ngram.blocks)
          while left != 0 {
            sums[left.trailingZeroBitCount] &+= weights[row]
            row += 1
            left &= left - 1
          }
          pending += 1
        } close: { occurrences, members in
          current = logarithm(occurrences)
          flush(current)
          total += current * Float(members)
        }
        file.floors.withUnsafeBufferPointer { floors in
          for lane in 0..<width { logs[lane] += total * floors[lane] }
        }
      }
    }
    logs.removeLast(width - file.codes.count)
    return logs
  }

  private static func logarithm(_ count: Int) -> Float {
    count <= mostTogether ? logarithms[count] : Float(log1p(Double(count)))
  }
}

/// e to the power of numbers up to 0, from additions and multiplications alone: the same bits on every machine, which
/// libraries don't promise.
enum Exponential {
  /// e^x for x at most 0, with a relative error below 2e-7; 0 for x below -87.
  static func of(_ x: Float) -> Float {
    guard x > -87 else { return 0 }
    let power = x * 1.442_695_04
    let whole = Int32(power)
    // 2^f for f in -1...0: Taylor's series of e^(f log 2), around the middle of that range.
    let f = (power - Float(whole) + 0.5) * 0.693_147_18
    var sum: Float = f / 5040 + 1 / 720
    sum = sum * f + 1 / 120
    sum = sum * f + 1 / 24
    sum = sum * f + 1 / 6
    sum = sum * f + 1 / 2
    sum = sum * f + 1
    sum = sum * f + 1
    return sum * 0.707_106_78 * Float(bitPattern: UInt32(bitPattern: whole + 127) << 23)
  }
}
