/// Scalar products of rows: the loops that most of the time goes into.
///
/// Every product is summed in the same order, whatever block it is computed in, so that results do not depend on
/// how work is cut into pieces.
enum DotProducts {
  private typealias Lanes = SIMD4<Float>

  /// The product of two rows of `columns` numbers.
  static func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, columns: Int) -> Float {
    let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var sum = Lanes.zero
    var byte = 0
    let end = columns / 4 * 16
    while byte < end {
      sum += lanes(a, byte) * lanes(b, byte)
      byte += 16
    }
    return total(sum, a, b, columns)
  }

  /// All products of the rows of `a` with those of `b`: `result[i * rowsB + j] = a[i] · b[j]`.
  static func fill(
    _ result: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, rowsA: Int, _ b: UnsafePointer<Float>,
    rowsB: Int, columns: Int
  ) {
    var i = 0
    // Blocks of 2 by 4: eight sums stay in registers, and each number that is loaded is used two or four times.
    while i + 2 <= rowsA {
      var j = 0
      while j + 4 <= rowsB {
        block(result + i * rowsB + j, rowsB, a + i * columns, b + j * columns, columns)
        j += 4
      }
      while j < rowsB {
        result[i * rowsB + j] = product(a + i * columns, b + j * columns, columns: columns)
        result[(i + 1) * rowsB + j] = product(a + (i + 1) * columns, b + j * columns, columns: columns)
        j += 1
      }
      i += 2
    }
    if i < rowsA {
      for j in 0..<rowsB {
        result[i * rowsB + j] = product(a + i * columns, b + j * columns, columns: columns)
      }
    }
  }

  @inline(__always)
  private static func block(
    _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ columns: Int
  ) {
    let (a0, a1) = (UnsafeRawPointer(a), UnsafeRawPointer(a + columns))
    let (b0, b1) = (UnsafeRawPointer(b), UnsafeRawPointer(b + columns))
    let (b2, b3) = (UnsafeRawPointer(b + 2 * columns), UnsafeRawPointer(b + 3 * columns))
    var (s00, s01, s02, s03) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (s10, s11, s12, s13) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var byte = 0
    let end = columns / 4 * 16
    while byte < end {
      let (x0, x1) = (lanes(a0, byte), lanes(a1, byte))
      let y0 = lanes(b0, byte)
      s00 += x0 * y0
      s10 += x1 * y0
      let y1 = lanes(b1, byte)
      s01 += x0 * y1
      s11 += x1 * y1
      let y2 = lanes(b2, byte)
      s02 += x0 * y2
      s12 += x1 * y2
      let y3 = lanes(b3, byte)
      s03 += x0 * y3
      s13 += x1 * y3
      byte += 16
    }
    result[0] = total(s00, a0, b0, columns)
    result[1] = total(s01, a0, b1, columns)
    result[2] = total(s02, a0, b2, columns)
    result[3] = total(s03, a0, b3, columns)
    result[stride] = total(s10, a1, b0, columns)
    result[stride + 1] = total(s11, a1, b1, columns)
    result[stride + 2] = total(s12, a1, b2, columns)
    result[stride + 3] = total(s13, a1, b3, columns)
  }

  @inline(__always)
  private static func lanes(_ row: UnsafeRawPointer, _ byte: Int) -> Lanes {
    row.loadUnaligned(fromByteOffset: byte, as: Lanes.self)
  }

  /// The sum of the lanes, and of the products of what is left over when `columns` is no multiple of 4.
  @inline(__always)
  private static func total(_ sum: Lanes, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ columns: Int) -> Float {
    var total = (sum[0] + sum[2]) + (sum[1] + sum[3])
    for index in columns / 4 * 4..<columns {
      total +=
        a.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
        * b.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
    }
    return total
  }
}
