import StageKit
import Testing
import TextKit

@testable import DuplicatesPlugin

@Suite struct TextUnitsTests {
  @Test func wordsCountOnce() {
    #expect(TextUnits.of("one two, one. two!").count == 2)
    #expect(TextUnits.of("one two") == TextUnits.of("two - one"))
    #expect(TextUnits.of("").isEmpty)
    #expect(TextUnits.of("… !").isEmpty)
  }

  @Test func scriptsWithoutSpacesGiveGroups() {
    // Three pairs; a single character is a unit by itself; Latin words stay whole beside them.
    #expect(TextUnits.of("港口开放").count == 3)
    #expect(TextUnits.of("港").count == 1)
    #expect(TextUnits.of("在abc里").count == 3)
    #expect(TextUnits.of("ท่าเรือ").count == 5)
    #expect(TextUnits.of("ab").count == 1)
  }
}

@Suite struct AverageLinkageTests {
  private func groups(_ scores: [[Double]]) -> [[Int]] {
    let flat = scores.flatMap { $0 }
    return AverageLinkage.groups(of: scores.count, threshold: 0.5, scores: flat, links: flat.map { $0 >= 0.5 })
  }

  @Test func aChainBreaksAtItsWeakerLink() {
    #expect(groups([[0, 0.9, 0], [0.9, 0, 0.8], [0, 0.8, 0]]) == [[0, 1], [2]])
  }

  @Test func oneMissedPairDoesNotBreakAGroup() {
    #expect(
      groups([[0, 0.9, 0.9, 0.9], [0.9, 0, 0.9, 0.1], [0.9, 0.9, 0, 0.9], [0.9, 0.1, 0.9, 0]]) == [[0, 1, 2, 3]])
  }

  @Test func groupsJoinOnlyOverALink() {
    let groups = AverageLinkage.groups(
      of: 2, threshold: 0.5, scores: [0, 1, 1, 0], links: [false, false, false, false])
    #expect(groups == [[0], [1]])
  }
}

@Suite struct OrderTestTests {
  @Test func forwardIsFarFromShuffled() {
    let count = 10
    let weights = [Float](repeating: 0.1, count: count)
    func test(_ partner: (Int) -> Int) -> OrderTest {
      var cells = [Float](repeating: 0.1, count: count * count)
      for i in 0..<count { cells[i * count + partner(i)] = 0.8 }
      return OrderTest(cells, rows: count, columns: count, rowWeights: weights, columnWeights: weights)
    }
    let forward = test { $0 }
    #expect(forward.z > 5)
    #expect(forward.share > 0.99)
    let backward = test { count - 1 - $0 }
    #expect(backward.z < 0)
    #expect(test { $0 }.z == forward.z)
  }

  @Test func shortTextsHaveNoOrder() {
    let weights: [Float] = [0.5, 0.3, 0.2]
    let cells = [Float](repeating: 0.5, count: 9)
    #expect(OrderTest(cells, rows: 3, columns: 3, rowWeights: weights, columnWeights: weights).z == 0)
  }
}

@Suite struct LanguageTests {
  @Test func keysHoldLanguageAndScript() {
    #expect(LanguageKey("zh-Hant-TW").code == "zh-hant")
    #expect(LanguageKey("en-GB") == LanguageKey("en_us"))
    #expect(LanguageKey(nil).isUnknown)
    #expect(LanguageKey("").isUnknown)
    #expect(LanguageKey("und").mayTranslate(LanguageKey("und")))
    #expect(!LanguageKey("en").mayTranslate(LanguageKey("en-GB")))
    #expect(LanguageKey("zh").mayTranslate(LanguageKey("zh-Hant")))
  }

  @Test func centroidsAreThereForTheModelOnly() throws {
    let centroids = try #require(LanguageCentroids.of("multilingual-e5-small-q4/0123", dimension: 384))
    let english = try #require(centroids.centroid(of: "en"))
    #expect(english.count == 384)
    let length = english.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(length > 0.8 && length < 1)
    #expect(centroids.centroid(of: "nb") == centroids.centroid(of: "no"))
    #expect(centroids.centroid(of: "sr-Latn") != centroids.centroid(of: "sr"))
    #expect(centroids.centroid(of: "qaa") == nil)
    #expect(LanguageCentroids.of("another", dimension: 384) == nil)
    #expect(LanguageCentroids.of("multilingual-e5-small-q4", dimension: 768) == nil)
  }
}

@Suite struct DotProductsTests {
  @Test(arguments: [1, 4, 7, 384])
  func blocksAndSinglesAgreeToTheBit(_ columns: Int) {
    var random = SplitMix64(state: 7)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.next(below: 2001) - 1000) / 997 } }
    let (a, b) = (numbers(5 * columns), numbers(7 * columns))
    var all = [Float](repeating: 0, count: 35)
    DotProducts.fill(&all, a, rowsA: 5, b, rowsB: 7, columns: columns)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        for i in 0..<5 {
          for j in 0..<7 {
            #expect(all[i * 7 + j] == DotProducts.product(a + i * columns, b + j * columns, columns: columns))
            let plain = (0..<columns).reduce(0.0) { $0 + Double(a[i * columns + $1]) * Double(b[j * columns + $1]) }
            #expect(abs(Double(all[i * 7 + j]) - plain) < 1e-3)
          }
        }
      }
    }
  }
}

@Suite struct TranslationRuleTests {
  private func score(
    _ mine: Double, _ theirs: Double, margin: Double, similarity: Double, order: Double = 0, sentences: Int = 12
  ) -> Double {
    TranslationRule.score(
      coverage: (mine, theirs), margin: margin, similarity: similarity, order: order, sentences: sentences)
  }

  @Test func drawsTheLine() {
    // A translation, one in another order, and an excerpt of half the text.
    #expect(score(1, 0.95, margin: 0.9, similarity: 0.65, order: 0.9) > 0.98)
    #expect(score(0.98, 0.95, margin: 0.85, similarity: 0.6) > 0.9)
    #expect(score(1, 0.5, margin: 0.9, similarity: 0.65, order: 0.4) > 0.7)
    // Two reports on one event; half of each shared in order; unrelated texts that agree in order by chance.
    #expect(score(0.8, 0.5, margin: 0.3, similarity: 0.45, order: 0.05) < 0.2)
    #expect(score(0.5, 0.45, margin: 0.5, similarity: 0.65, order: 0.35) < 0.2)
    #expect(score(0.1, 0.1, margin: 0.1, similarity: 0.35, order: 0.5) < 0.01)
  }

  @Test func oneSentenceMustAgreeWell() {
    #expect(score(1, 1, margin: 1, similarity: 0.35, sentences: 1) < 0.5)
    #expect(score(1, 1, margin: 1, similarity: 0.6, sentences: 1) > 0.8)
  }
}
