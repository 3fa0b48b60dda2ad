import StageKit

/// The few operations on vectors that stories need, on rows of ``Matrix``.
///
/// Each result depends on its two rows alone, never on how the work is split over threads.
enum VectorMath {
  /// The dot product of two vectors of equal length.
  static func dot(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Float {
    typealias Lanes = SIMD16<Float>
    let bytes = min(a.count, b.count)
    let stride = MemoryLayout<Lanes>.size
    var sum = Lanes.zero
    var offset = 0
    while offset + stride <= bytes {
      sum +=
        a.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
        * b.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
      offset += stride
    }
    var result = sum.sum()
    while offset + 4 <= bytes {
      result +=
        a.loadUnaligned(fromByteOffset: offset, as: Float.self)
        * b.loadUnaligned(fromByteOffset: offset, as: Float.self)
      offset += 4
    }
    return result
  }

  /// The dot product of two vectors of equal length.
  static func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
    a.withUnsafeBytes { a in b.withUnsafeBytes { b in dot(a, b) } }
  }

  /// The vector at L2 norm 1; a vector of (nearly) nothing becomes zeros, which are similar to nothing.
  static func normalized(_ vector: some Collection<Float>) -> [Float] {
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return norm > 1e-6 ? vector.map { $0 / norm } : [Float](repeating: 0, count: vector.count)
  }

  /// Adds `weight * vector` to `sum`.
  static func add(_ vector: some Collection<Float>, times weight: Float = 1, to sum: inout [Float]) {
    var index = 0
    for value in vector {
      sum[index] += weight * value
      index += 1
    }
  }
}

extension Matrix {
  /// A matrix of rows of equal length.
  init(rows: [[Float]], columns: Int) {
    self.init(rows: rows.count, columns: columns, values: Array(rows.joined()))
  }
}
