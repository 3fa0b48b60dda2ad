/// e to the power of numbers up to 0, from additions and multiplications alone: the same bits on every machine, which
/// libraries don't promise.
enum Exponential {
  /// e^x for x at most 0, with a relative error below 1e-6; 0 for x below -20, where it no longer matters in a sum.
  static func of(_ x: Float) -> Float {
    guard x > -20 else { return 0 }
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

extension Exponential {
  /// 1 / (1 + e^-x), between 0 and 1.
  static func logistic(_ x: Float) -> Float { x < 0 ? of(x) / (1 + of(x)) : 1 / (1 + of(-x)) }
}

/// The natural logarithm by the same means.
enum Logarithm {
  /// log x for finite x above 0, to about 1e-6.
  static func of(_ x: Float) -> Float {
    let bits = x.bitPattern
    let exponent = Float(Int32(bits >> 23) - 127)
    // 1...2; the series of atanh converges quickly, the more so below 4/3.
    var mantissa = Float(bitPattern: bits & 0x7F_FFFF | 0x3F80_0000)
    var power = exponent
    if mantissa > 1.414_213_5 {
      mantissa *= 0.5
      power += 1
    }
    let t = (mantissa - 1) / (mantissa + 1)
    let square = t * t
    var sum: Float = 1 / 11
    sum = sum * square + 1 / 9
    sum = sum * square + 1 / 7
    sum = sum * square + 1 / 5
    sum = sum * square + 1 / 3
    sum = sum * square + 1
    return power * 0.693_147_18 + 2 * t * sum
  }
}
