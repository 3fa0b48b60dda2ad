import Foundation
import StageKit
import Testing
import TextKit

@testable import DuplicatesPlugin

@Suite struct VectorBufferTests {
  private func buffer(_ numbers: [Float], limit: Int) throws -> VectorBuffer {
    var buffer = try VectorBuffer(capacity: 2, in: FileManager.default.temporaryDirectory, limit: limit)
    try numbers.withUnsafeBufferPointer { try buffer.append($0) }
    return buffer
  }

  private func numbers(_ buffer: VectorBuffer) -> [Float] { buffer.withUnsafeBufferPointer { Array($0) } }

  @Test func growsIntoAFile() throws {
    let expected = (0..<5000).map(Float.init)
    var buffer = try buffer(Array(expected[..<100]), limit: 1000)
    #expect(!buffer.isMapped)
    try expected[100...].withUnsafeBufferPointer { try buffer.append($0) }
    #expect(buffer.isMapped)
    #expect(numbers(buffer) == expected)
    buffer.removeLast(4990)
    #expect(numbers(buffer) == Array(expected[..<10]))
  }

  @Test(arguments: [0, 1 << 20])
  func aCopyStaysAsItWas(_ limit: Int) throws {
    let first = try buffer([1, 2, 3], limit: limit)
    var second = first
    try second.withUnsafeMutableBufferPointer { $0[1] = 7 }
    #expect(numbers(first) == [1, 2, 3])
    #expect(numbers(second) == [1, 7, 3])
  }

  @Test func withoutAFolderAllIsInMemory() throws {
    #expect(try !VectorBuffer(capacity: 1000, in: nil, limit: 0).isMapped)
  }

  @Test func sayWhereThereIsNoRoom() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("there-is-no-such-folder")
    let error = #expect(throws: StageError.self) { try VectorBuffer(capacity: 1000, in: folder, limit: 0) }
    #expect(error?.message.contains("there-is-no-such-folder") == true)
  }
}

@Suite struct SentenceNumbersTests {
  private static let texts = [
    "", "7", "in 2018 and 2019", "2018: 12,345.5 of 99", "one 99", "99 and 12 345.50 in 2018", "3.5 3.6 3.7",
  ]

  @Test(arguments: texts, texts)
  func agreeAsTheWordsDo(_ a: String, _ b: String) {
    var numbers = SentenceNumbers()
    for text in [a, b] { numbers.append(SentenceNumbers.hashes(of: text)) }
    #expect(
      SentenceNumbers.agreement(numbers[0], numbers[1])
        == NumberTokens.agreement(NumberTokens(a), NumberTokens(b)))
  }

  @Test func sentencesComeAndGo() {
    var numbers = SentenceNumbers()
    for text in ["5", "", "6 7"] { numbers.append(SentenceNumbers.hashes(of: text)) }
    let before = Array(numbers[2])
    var other = SentenceNumbers()
    other.append(SentenceNumbers.hashes(of: "8"))
    numbers.append(other)
    #expect(Array(numbers[3]) == Array(other[0]))
    numbers.removeLast(1)
    #expect(numbers.count == 3)
    #expect(Array(numbers[2]) == before)
    #expect(numbers[1].isEmpty)
  }
}

@Suite struct DocumentCellsTests {
  private static let dimension = 32

  /// Unit vectors: pairs of like ones, every second one the other's partner.
  private func pairs(_ count: Int) -> [Float] {
    var random = SplitMix64(state: 11)
    func noise() -> Float { Float(random.next(below: 2001)) / 1000 - 1 }
    var vectors: [Float] = []
    for _ in 0..<count / 2 {
      let middle = (0..<Self.dimension).map { _ in noise() }
      for _ in 0..<2 {
        let row = middle.map { $0 + 0.5 * noise() }
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        vectors += row.map { $0 / length }
      }
    }
    return vectors
  }

  private func cells(_ vectors: [Float], workers: Int = 2) throws -> DocumentCells {
    try vectors.withUnsafeBufferPointer { vectors in
      try DocumentCells.of(
        vectors, dimension: Self.dimension, workers: workers, watching: CancellationFlag(), few: 200)
    }
  }

  /// Which places each document looks at.
  private func looks(_ cells: DocumentCells, _ vectors: [Float]) -> [Set<Int32>] {
    vectors.withUnsafeBufferPointer { vectors in
      guard let base = vectors.baseAddress else { return [] }
      let chosen = cells.cellsToSearch(0..<cells.order.count) { base + Int(cells.order[$0]) * Self.dimension }
      return chosen.map { Set($0.flatMap { cells.order[cells.ranges[Int($0)]] }) }
    }
  }

  @Test func fewAreOneCell() throws {
    let cells = try cells(pairs(200))
    #expect(cells.ranges == [0..<200])
    #expect(cells.order == Array(0..<200))
    #expect(cells.cell(of: 77) == 0)
  }

  @Test func partnersMeetAndFewOthersAreLookedAt() throws {
    let vectors = pairs(1600)
    let cells = try cells(vectors)
    #expect(cells.order.sorted() == Array(0..<1600))
    for (number, range) in cells.ranges.enumerated() {
      for place in range { #expect(cells.cell(of: place) == number) }
    }
    let looks = looks(cells, vectors)
    #expect(looks.allSatisfy { $0.count < 440 })
    var seen = [Set<Int32>](repeating: [], count: 1600)
    for (place, others) in looks.enumerated() { seen[Int(cells.order[place])] = others }
    let met = (0..<800).count { pair in
      let (a, b) = (2 * pair, 2 * pair + 1)
      return seen[a].contains(Int32(b)) || seen[b].contains(Int32(a))
    }
    #expect(met >= 780)
  }

  @Test func threadsChangeNothing() throws {
    let vectors = pairs(800)
    let (one, three) = (try cells(vectors, workers: 1), try cells(vectors, workers: 3))
    #expect(one.order == three.order)
    #expect(one.ranges == three.ranges)
  }

  @Test func documentsThatAreAllAlikeAreNotAllCompared() throws {
    let row = [Float](repeating: 1 / Float(Self.dimension).squareRoot(), count: Self.dimension)
    let vectors = (0..<1600).flatMap { _ in row }
    let cells = try cells(vectors)
    #expect(cells.order.sorted() == Array(0..<1600))
    #expect(looks(cells, vectors).allSatisfy { $0.count < 440 })
  }
}

@Suite struct TranslationCandidatesTests {
  /// Each text in two made-up languages.
  private func space(_ texts: Int) async throws -> SentenceSpace {
    let encoder = MeaningEncoder()
    var space = try SentenceSpace(dimension: encoder.dimension, sentences: 2 * texts)
    for language in ["red", "blue"] {
      for text in 0..<texts {
        // Every text has a number, and each number three texts.
        let sentence = MadeUp.sentence(language, (0..<8).map { text * 8 + $0 }, numbers: [1000 + text / 3])
        let matrix = try await encoder.encode([sentence])
        try space.add([sentence], vectors: matrix.values[...], language: LanguageKey(MadeUp.codes[language]))
      }
    }
    try space.centre(identity: encoder.identity, workers: 1)
    return space
  }

  @Test func cellsFindWhatAllPairsFind() async throws {
    let texts = 150
    let space = try await space(texts)
    let flag = CancellationFlag()
    for few in [50, 1000] {
      let found = try TranslationCandidates(space, workers: 2, watching: flag, few: few).pairs(watching: flag)
      #expect((0..<texts).allSatisfy { text in found.contains { $0 == (text, texts + text) } })
      #expect(found.allSatisfy { $0 < texts && $1 >= texts })
    }
  }

  @Test func workersChangeNothing() async throws {
    let space = try await space(90)
    let flag = CancellationFlag()
    let found = try [1, 3].map { workers in
      try TranslationCandidates(space, workers: workers, watching: flag, few: 40).pairs(watching: flag).map {
        [$0, $1]
      }
    }
    #expect(found[0] == found[1])
  }
}

@Suite struct LinkClustersTests {
  @Test func chainsAreOneCluster() {
    #expect(LinkClusters.of([(4, 9), (1, 2), (9, 7)]) == [[1, 2], [4, 7, 9]])
    #expect(LinkClusters.of([]).isEmpty)
  }

  @Test func tooLargeOnesAreStars() {
    let chain = (0..<9).map { ($0, $0 + 1) }
    #expect(LinkClusters.of(chain, largest: 4) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]])
    let star = (1..<10).map { (0, $0) }
    #expect(LinkClusters.of(star, largest: 4) == [[0, 1, 2, 3]])
  }

  @Test func setsGrowTogether() {
    var sets = DisjointSets(count: 5)
    sets.join(3, 4)
    sets.join(4, 1)
    #expect(sets.root(of: 3) == 1)
    #expect(sets.add() == 5)
    sets.join(5, 0)
    #expect(sets.classes() == [[0, 5], [1, 3, 4]])
  }
}
