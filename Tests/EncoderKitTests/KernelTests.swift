import CEncoder
import Foundation
import Testing

extension EncoderPath: @retroactive CustomTestStringConvertible {
  /// The path's name.
  public var testDescription: String {
    switch self {
    case ENCODER_PATH_AVX512_VNNI: "AVX-512 VNNI"
    case ENCODER_PATH_AVX2: "AVX2"
    default: "portable"
    }
  }

  /// The paths that this machine can run.
  static var all: [EncoderPath] {
    [ENCODER_PATH_PORTABLE, ENCODER_PATH_AVX2, ENCODER_PATH_AVX512_VNNI].filter { encoder_path_supported($0) }
  }
}

@Suite struct KernelTests {
  /// `rows` rows times the matrix in `blocks`.
  private func product(
    _ path: EncoderPath, blocks: [UInt8], bias: [Float], inputs: Int, x: [Float]
  ) throws -> [Float] {
    var y = [Float](repeating: .nan, count: x.count / inputs * bias.count)
    try #require(encoder_linear(path, blocks, bias, UInt32(bias.count), UInt32(inputs), x, x.count / inputs, &y))
    return y
  }

  /// The same with plain numbers; activations rounded as the kernels do: to 127 steps a side in blocks of 32, and the
  /// steps to whole parts of the longest one in their row.
  private func plainProduct(weights: [Float], bias: [Float], inputs: Int, x: [Float]) -> [Double] {
    let steps = stride(from: 0, to: x.count, by: 32).map { Double(x[$0..<$0 + 32].map(\.magnitude).max() ?? 0) / 127 }
    let rounded = x.indices.map { index -> Double in
      let row = index / inputs * (inputs / 32)
      let unit = (steps[row..<row + inputs / 32].max() ?? 0) / 32767
      let step = steps[index / 32]
      guard step > 0 else { return 0 }
      return (Double(x[index]) / step).rounded(.toNearestOrEven) * (step / unit).rounded() * unit
    }
    return (0..<x.count / inputs).flatMap { row in
      bias.indices.map { output in
        (0..<inputs).reduce(Double(bias[output])) {
          $0 + rounded[row * inputs + $1] * Double(weights[output * inputs + $1])
        }
      }
    }
  }

  @Test(arguments: EncoderPath.all, [(16, 32), (48, 96), (32, 384)])
  func productsAreRight(path: EncoderPath, size: (outputs: Int, inputs: Int)) throws {
    var chance = Chance(seed: UInt64(size.inputs))
    let (blocks, weights) = chance.blocks(size.outputs * size.inputs)
    let bias = chance.floats(size.outputs, norm: false).values
    for rows in 1...9 {
      // One row in three is large, one has blocks of zeros.
      let x = chance.floats(rows * size.inputs, norm: false).values.enumerated().map { index, value in
        switch index / size.inputs % 3 {
        case 0: value * 1000
        case 1: index / 32 % 2 == 0 ? 0 : value
        default: value
        }
      }
      let got = try product(path, blocks: blocks, bias: bias, inputs: size.inputs, x: x)
      let want = plainProduct(weights: weights, bias: bias, inputs: size.inputs, x: x)
      let scale = want.map(\.magnitude).max() ?? 1
      for (a, b) in zip(got, want) { #expect(abs(Double(a) - b) <= 1e-5 * scale) }
    }
  }

  /// The largest sums that can occur: nothing may saturate or overflow.
  @Test(arguments: EncoderPath.all, [0x00, 0xFF, 0x0F] as [UInt8])
  func extremesDoNotSaturate(path: EncoderPath, nibbles: UInt8) throws {
    let inputs = 1536
    let outputs = 16
    // Scale 1, all weights -8, all 7, or half of them each.
    let block = [0x00, 0x3C] + [UInt8](repeating: nibbles, count: 16)
    let blocks = [UInt8](repeatElement(block, count: outputs * inputs / 32).joined())
    let weights = TinyModel.numbers(blocks)
    let bias = [Float](repeating: 0, count: outputs)
    for sign in [1, -1] as [Float] {
      for pattern in [{ _ in 1 }, { $0 % 2 == 0 ? 1 : -1 }, { $0 % 32 < 16 ? 1 : -1 }] as [(Int) -> Float] {
        let x = (0..<inputs).map { sign * pattern($0) }
        let want = (0..<inputs).reduce(Double(0)) { $0 + Double(weights[$1]) * Double(x[$1]) }
        for value in try product(path, blocks: blocks, bias: bias, inputs: inputs, x: x) {
          #expect(abs(Double(value) - want) <= 1e-5 * Double(8 * inputs))
        }
      }
    }
  }

  @Test(arguments: EncoderPath.all)
  func productsOfARowDoNotDependOnOtherRows(path: EncoderPath) throws {
    var chance = Chance(seed: 11)
    let inputs = 64
    let blocks = chance.blocks(32 * inputs).bytes
    let bias = chance.floats(32, norm: false).values
    let x = chance.floats(11 * inputs, norm: false).values
    let together = try product(path, blocks: blocks, bias: bias, inputs: inputs, x: x)
    for row in 0..<11 {
      let alone = try product(
        path, blocks: blocks, bias: bias, inputs: inputs, x: Array(x[row * inputs..<(row + 1) * inputs]))
      #expect(alone == Array(together[row * 32..<(row + 1) * 32]))
    }
  }

  @Test(arguments: EncoderPath.all)
  func geluIsExact(path: EncoderPath) {
    let x = stride(from: Float(-12), through: 12, by: 0.0371).map { $0 } + [0, -0, 1e-20, -1e-20, 300, -300]
    var y = x
    encoder_gelu(path, &y, y.count)
    for (x, y) in zip(x, y) {
      let want = Double(x) * 0.5 * erfc(-Double(x) / 2.0.squareRoot())
      #expect(abs(Double(y) - want) < 1e-6 * max(1, abs(want)), "gelu(\(x))")
    }
  }

  /// Same integers, and then the same operations in the same order.
  @Test(.enabled(if: encoder_path_supported(ENCODER_PATH_AVX512_VNNI), "this processor has no AVX-512 VNNI"))
  func vnniIsAVX2() throws {
    var chance = Chance(seed: 5)
    let blocks = chance.blocks(48 * 96).bytes
    let bias = chance.floats(48, norm: false).values
    let x = chance.floats(7 * 96, norm: false).values
    let vnni = try product(ENCODER_PATH_AVX512_VNNI, blocks: blocks, bias: bias, inputs: 96, x: x)
    let avx2 = try product(ENCODER_PATH_AVX2, blocks: blocks, bias: bias, inputs: 96, x: x)
    #expect(vnni == avx2)
  }
}
