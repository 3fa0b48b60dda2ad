import CEncoder
import Foundation
import StageKit
import Testing

@testable import EncoderKit

@Suite struct E5EncoderTests {
  /// Texts of 1 to 40 words from a small alphabet; the longer ones exceed the tiny model's window.
  private func texts(_ count: Int) -> [String] {
    var chance = Chance(seed: 17)
    return (0..<count).map { _ in
      (0..<Int.random(in: 1...40, using: &chance)).map { _ in
        ["ab", "ba", "c", "abab", "é1", "½", "漢"].randomElement(using: &chance) ?? ""
      }.joined(separator: " ")
    }
  }

  private func encoder<Result>(
    _ model: TinyModel = TinyModel(), threads: Int = 2, kernels: EncoderPath = encoder_path_best(),
    _ body: (E5Encoder) async throws -> Result
  ) async throws -> Result {
    try await model.make().file.asFile {
      try await body(E5Encoder(path: $0, threads: threads, kernels: kernels))
    }
  }

  /// Heads of 16, 40 (no multiple of 32) and 8 numbers.
  @Test(arguments: EncoderPath.all, [(64, 4, 96), (160, 4, 32), (32, 4, 160)])
  func computesTheNetwork(path: EncoderPath, sizes: (hidden: Int, heads: Int, feedForward: Int)) async throws {
    let model = TinyModel(hidden: sizes.hidden, heads: sizes.heads, feedForward: sizes.feedForward, window: 21)
    let plain = PlainBert(model: model, numbers: model.make().numbers)
    try await encoder(model, kernels: path) { encoder in
      let texts = texts(6)
      let matrix = try await encoder.encode(texts)
      #expect(matrix.rows == 6 && matrix.columns == sizes.hidden)
      for (row, text) in texts.enumerated() {
        let want = plain.vector(encoder.tokens(of: text))
        let got = matrix[row: row].map(Double.init)
        #expect(zip(got, want).reduce(0) { $0 + $1.0 * $1.1 } > 0.999, "row \(row)")
        #expect(abs(got.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
      }
    }
  }

  @Test(arguments: EncoderPath.all)
  func aVectorDependsOnItsTextAlone(path: EncoderPath) async throws {
    let texts = texts(200)
    let one = try await encoder(threads: 1, kernels: path) { encoder in
      let together = try await encoder.encode(texts)
      for row in [0, 57, 199] {
        let alone = try await encoder.encode([texts[row]])
        #expect(alone.values == Array(together[row: row]))
      }
      let backwards = try await encoder.encode(texts.reversed())
      for row in texts.indices { #expect(together[row: row] == backwards[row: 199 - row]) }
      return together
    }
    #expect(try await encoder(threads: 7, kernels: path) { try await $0.encode(texts) } == one)
  }

  @Test func severalCallsAtOnceAgree() async throws {
    let texts = texts(120)
    try await encoder { encoder in
      let expected = try await encoder.encode(texts)
      try await withThrowingTaskGroup(of: Matrix.self) { group in
        for _ in 0..<6 { group.addTask { try await encoder.encode(texts) } }
        for try await matrix in group { #expect(matrix == expected) }
      }
    }
  }

  @Test func noTextsGiveNoRows() async throws {
    #expect(try await encoder { try await $0.encode([]) } == Matrix(rows: 0, columns: 64))
  }

  @Test func emptyAndEndlessTextsHaveVectors() async throws {
    let matrix = try await encoder {
      try await $0.encode(["", "\u{0}", String(repeating: "ab ", count: 700_000), "\t\u{A0}"])
    }
    #expect(matrix.rows == 4 && matrix.values.allSatisfy(\.isFinite))
    #expect(matrix[row: 0] == matrix[row: 3])
  }

  @Test func cancellationStops() async throws {
    try await encoder { encoder in
      let texts = texts(20_000)
      let task = Task { try await encoder.encode(texts) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      // The encoder is as good as before.
      let again = try await encoder.encode(["ab"])
      #expect(again.rows == 1)
    }
  }

  @Test func damagedWeightsAreNoticed() async throws {
    var model = TinyModel()
    model.overrides["emb.ln.b"] = [UInt8](repeating: 0xFF, count: 64 * 4)
    try await model.make().file.asFile { path in
      let encoder = try E5Encoder(path: path, threads: 1)
      let error = await #expect(throws: EncoderError.self) { try await encoder.encode(["ab"]) }
      #expect(error?.code == .notFinite)
      #expect(error?.path == path)
    }
  }

  @Test func identitiesTellModelsApart() async throws {
    let one = try await encoder { $0.identity }
    #expect(one.hasPrefix("multilingual-e5-small-q4/"))
    #expect(one.count == "multilingual-e5-small-q4/".count + 16)
    #expect(try await encoder { $0.identity } == one)
    var other = TinyModel()
    other.pieces[5].score = -5.25
    #expect(try await encoder(other) { $0.identity } != one)
  }
}
