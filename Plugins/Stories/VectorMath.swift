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
    var result = sum.total
    while offset + 4 <= bytes {
      result +=
        a.loadUnaligned(fromByteOffset: offset, as: Float.self)
        * b.loadUnaligned(fromByteOffset: offset, as: Float.self)
      offset += 4
    }
    return result
  }

  /// The dot products of one vector with two others of equal length; each as ``dot(_:_:)`` has it, at less cost.
  static func dots(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, _ c: UnsafeRawBufferPointer
  ) -> (Float, Float) {
    typealias Lanes = SIMD16<Float>
    let stride = MemoryLayout<Lanes>.size
    guard a.count == b.count, a.count == c.count, a.count % stride == 0 else { return (dot(a, b), dot(a, c)) }
    var (first, second) = (Lanes.zero, Lanes.zero)
    for offset in Swift.stride(from: 0, to: a.count, by: stride) {
      let lanes = a.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
      first += lanes * b.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
      second += lanes * c.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
    }
    return (first.total, second.total)
  }

  /// The dot product of two vectors of equal length.
  static func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
    a.withUnsafeBytes { a in b.withUnsafeBytes { b in dot(a, b) } }
  }

  /// Writes `vector` less `mean` at L2 norm 1 to `values` from `start` on; zeros if (nearly) nothing is left.
  static func write(_ vector: ArraySlice<Float>, centredBy mean: [Float], to values: inout [Float], at start: Int) {
    values.withUnsafeMutableBufferPointer { values in
      let target = UnsafeMutableBufferPointer(rebasing: values[start..<start + vector.count])
      vector.withUnsafeBufferPointer { vector in
        mean.withUnsafeBufferPointer { mean in
          for index in 0..<min(vector.count, mean.count) { target[index] = vector[index] - mean[index] }
        }
      }
      let bytes = UnsafeRawBufferPointer(target)
      let norm = dot(bytes, bytes).squareRoot()
      let factor: Float = norm > 1e-6 ? 1 / norm : 0
      for index in 0..<target.count { target[index] *= factor }
    }
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

extension SIMD16<Float> {
  /// The sum of all lanes, half by half: `sum()` adds one after the other, each waiting for the one before.
  fileprivate var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}

extension Matrix {
  /// A matrix of rows of equal length.
  init(rows: [[Float]], columns: Int) {
    self.init(rows: rows.count, columns: columns, values: Array(rows.joined()))
  }
}
