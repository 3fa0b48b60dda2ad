import Foundation
import StageKit

/// What each document is about on the whole: the mean of its sentences by their weight, as a unit vector.
enum DocumentMeans {
  /// The means of members of a centred space, row after row; zeros for one without sentences.
  ///
  /// - Parameters:
  ///   - order: the members.
  ///   - directory: where vectors go when they are too many for memory.
  /// - Throws: ``StageError`` when the disk has no room.
  static func of(_ space: SentenceSpace, _ order: [Int32], in directory: URL?) throws -> VectorBuffer {
    let dimension = space.dimension
    var means = try VectorBuffer(capacity: order.count * dimension, in: directory)
    try space.vectors.withUnsafeBufferPointer { vectors in
      var mean = [Float](repeating: 0, count: dimension)
      for member in order {
        for column in 0..<dimension { mean[column] = 0 }
        for row in space.members[Int(member)].rows {
          let weight = space.weights[row]
          for column in 0..<dimension { mean[column] += weight * vectors[row * dimension + column] }
        }
        let square = mean.reduce(0) { $0 + $1 * $1 }
        if square > 1e-12 {
          let factor = 1 / square.squareRoot()
          for column in 0..<dimension { mean[column] *= factor }
        }
        try mean.withUnsafeBufferPointer { try means.append($0) }
      }
    }
    return means
  }
}
