import StageKit
import Testing

@testable import DuplicatesPlugin

@Suite struct DocumentComparisonTests {
  private func compare(
    _ first: Document, _ second: Document, encoder: Bool = true
  ) async throws -> DocumentComparison {
    var (first, second) = (first, second)
    let vectors = encoder ? SentenceVectors(MeaningEncoder(offset: 0.1).loader, threads: 1) : nil
    return try await DocumentComparison(&first, &second, vectors: vectors, missing: encoder ? nil : "no model here")
  }

  @Test func theSameTextIsExact() async throws {
    let found = try await compare(
      MadeUp.document("a", "red", 0..<5), MadeUp.document("b", "red", text: MadeUp.text("red", 0..<5) + "\n "))
    #expect(found.verdict == .exact && found.kind == .exact)
    #expect(found.score == 1 && found.coverage == [1, 1])
    #expect(found.alignment?.matches.map(\.first) == (0..<5).map { [$0] })
  }

  @Test func editsAreNear() async throws {
    let found = try await compare(MadeUp.document("a", "red", 0..<10), MadeUp.document("b", "red", 1..<10))
    #expect(found.verdict == .near && found.kind == .near)
    #expect(found.score == 0.9 && found.threshold == 0.65)
    #expect(found.coverage == [0.9, 1])
    #expect(found.words?.similarity == 0.9)
  }

  @Test func aTranslationHasItsFigures() async throws {
    let found = try await compare(MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", 0..<12))
    #expect(found.verdict == .translation && found.kind == .translation)
    #expect(found.score > 0.9 && found.threshold == 0.5)
    let alignment = try #require(found.alignment)
    #expect(alignment.order > 5 && alignment.margin > 0.5)
    #expect(alignment.matches.map(\.second) == (0..<12).map { [$0] })
    #expect(found.coverage == alignment.coverage && found.coverage[0] > 0.95)
  }

  @Test func mostOfOneInTheOtherIsAnExcerpt() async throws {
    let found = try await compare(MadeUp.document("a", "red", 0..<16), MadeUp.document("b", "blue", 0..<9))
    #expect(found.verdict == .excerpt && found.kind == .translation)
    #expect(found.coverage[0] < 0.64 && found.coverage[1] > 0.9)
  }

  @Test func halfOfEachIsDifferent() async throws {
    let found = try await compare(
      MadeUp.document("a", "red", 0..<12),
      MadeUp.document("b", "blue", [5, 80, 3, 81, 0, 82, 2, 83, 4, 84, 1, 85]))
    #expect(found.verdict == .different && found.kind == nil)
    #expect(found.score < 0.5)
    #expect(found.alignment?.matches.isEmpty == false)
  }

  @Test func itAgreesWithTheStage() async throws {
    for (sentences, language) in [(0..<12, "blue"), (6..<18, "blue"), (0..<11, "red"), (40..<52, "blue")] {
      let pair = [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", language, sentences)]
      let found = try await compare(pair[0], pair[1])
      let outcome = try await findDuplicates(pair, encoder: MeaningEncoder(offset: 0.1).loader)
      // The original is a: equal in length and of smaller id, or longer.
      #expect(outcome["b"]?.kind == found.kind)
      guard let duplicate = outcome["b"] else { continue }
      #expect(duplicate.score == found.score)
      #expect(duplicate.coverage == found.coverage.reversed())
    }
  }

  @Test func withoutAModelItSaysSo() async throws {
    let found = try await compare(
      MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", 0..<12), encoder: false)
    #expect(found.verdict == .different && found.alignment == nil)
    #expect(found.notes == ["sentences were not compared: no model here"])
  }

  @Test func emptyTextsAreDifferent() async throws {
    let found = try await compare(
      MadeUp.document("a", "red", text: ""), MadeUp.document("b", "red", text: " \n"))
    #expect(found.verdict == .different && found.score == 0 && found.coverage == [0, 0] && found.words == nil)
  }

  @Test func aFlashOfALineIsNoTranslation() async throws {
    let found = try await compare(
      MadeUp.document("a", "red", text: "Reda redb redc."), MadeUp.document("b", "blue", text: "Bluea blueb bluec."))
    #expect(found.verdict == .different)
    #expect(found.notes == ["a text of so few letters can't be told from a translation of another one"])
  }
}
