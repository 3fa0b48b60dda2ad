import StageKit
import Synchronization
import Testing

/// Encodes a text as its length, and counts how often it is asked.
private final class CountingEncoder: SentenceEncoder {
  let identity = "counting"
  let dimension = 2
  let asked = Mutex<[String]>([])

  func encode(_ texts: [String]) async throws -> Matrix {
    asked.withLock { $0 += texts }
    return Matrix(rows: texts.count, columns: 2, values: texts.flatMap { [Float($0.count), 1] })
  }
}

@Suite struct SentenceVectorsTests {
  @Test func eachTextIsEncodedOnce() async throws {
    let encoder = CountingEncoder()
    let vectors = try #require(
      SentenceVectors(
        EncoderLoader(status: .available(identity: "counting", dimension: 2)) { _ in encoder }, threads: 2))
    let first = try await vectors.matrix(for: ["a", "bb", "a"])
    #expect(first.values == [1, 1, 2, 1, 1, 1])
    async let second = vectors.matrix(for: ["bb", "ccc"])
    async let third = vectors.matrix(for: ["ccc", "dddd"])
    #expect(try await second.values == [2, 1, 3, 1])
    #expect(try await third.values == [3, 1, 4, 1])
    #expect(encoder.asked.withLock { $0.sorted() } == ["a", "bb", "ccc", "dddd"])
  }

  @Test func withoutAModelThereIsNone() {
    #expect(
      SentenceVectors(EncoderLoader(status: .missing(reason: "no")) { _ in CountingEncoder() }, threads: 1) == nil)
  }
}
