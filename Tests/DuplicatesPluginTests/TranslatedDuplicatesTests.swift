import StageKit
import Testing

@testable import DuplicatesPlugin

@Suite struct TranslatedDuplicatesTests {
  /// Other texts, so that the languages' means are not those of the texts in question.
  private var background: [Document] {
    var documents: [Document] = []
    for number in 0..<6 {
      for (index, language) in ["red", "blue", "green"].enumerated() {
        let first = (index + 1) * 1000 + number * 20
        documents.append(MadeUp.document("other-\(language)-\(number)", language, first..<first + 12))
      }
    }
    return documents
  }

  @Test func findsATranslationWithItsSentences() async throws {
    let outcome = try await findDuplicates(
      [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", 0..<12)] + background)
    #expect(outcome.groups == [["a", "b"]])
    let copy = try #require(outcome["a"]?.role == .copy ? outcome["a"] : outcome["b"])
    #expect(copy.kind == .translation)
    #expect(copy.score > 0.9)
    #expect(copy.coverage.allSatisfy { $0 > 0.95 })
    let evidence = try #require(copy.evidence)
    #expect(evidence.map(\.mine) == Array(0..<12))
    #expect(evidence.map(\.theirs) == Array(0..<12))
    #expect(evidence.allSatisfy { $0.score > 0.3 && $0.score <= 1 })
    #expect(outcome.notes["translation"] == 1)
  }

  @Test func findsATranslationInAnotherOrder() async throws {
    let shuffled = [7, 2, 11, 0, 5, 9, 1, 10, 4, 8, 3, 6]
    let outcome = try await findDuplicates(
      [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", shuffled)] + background)
    #expect(outcome.groups == [["a", "b"]])
    let evidence = try #require(outcome["b"]?.evidence)
    #expect(evidence.count == 12)
    // Equal in length: the smaller id represents, so b is the copy and its sentences come first.
    for pair in evidence { #expect(shuffled[pair.mine] == pair.theirs) }
  }

  @Test func joinsSplitSentences() async throws {
    // The blue text tells two red sentences in one, four times.
    let blue = [(0, 1), (2, 3), (4, 5), (6, 7)].map { pair in
      MadeUp.sentence("blue", (0..<16).map { pair.0 * 8 + $0 })
    }.joined(separator: "\n")
    let outcome = try await findDuplicates(
      [MadeUp.document("a", "red", 0..<8), MadeUp.document("b", "blue", text: blue)] + background)
    #expect(outcome.groups == [["a", "b"]])
    let evidence = try #require(outcome["a"]?.evidence)
    #expect(evidence.map(\.mine) == Array(0..<8))
    #expect(evidence.map(\.theirs) == [0, 0, 1, 1, 2, 2, 3, 3])
  }

  @Test func findsAnExcerpt() async throws {
    let outcome = try await findDuplicates(
      [MadeUp.document("whole", "red", 0..<14), MadeUp.document("lead", "blue", 0..<8)] + background)
    #expect(outcome.groups == [["lead", "whole"]])
    let excerpt = try #require(outcome["lead"])
    #expect(excerpt.role == .copy)
    #expect(excerpt.of == "whole")
    #expect(excerpt.coverage[0] > 0.9)
    #expect(excerpt.coverage[1] < 0.7)
  }

  @Test func halfOfEachSharedIsAnotherReport() async throws {
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", [0, 1, 2, 3, 4, 5] + (50..<57)),
        MadeUp.document("b", "blue", [5, 80, 3, 81, 0, 82, 2, 83, 4, 84, 1, 85, 86]),
      ] + background)
    #expect(outcome.groups.isEmpty)
  }

  @Test func unrelatedTextsStayApart() async throws {
    let outcome = try await findDuplicates(background)
    #expect(outcome.groups.isEmpty)
    #expect(outcome.documents.allSatisfy { $0.duplicate == nil })
    #expect(outcome.notes["groups"] == 0)
  }

  @Test func groupsATextInThreeLanguages() async throws {
    let outcome = try await findDuplicates(
      [
        MadeUp.document("r", "red", 0..<10, published: "2026-03-02"),
        MadeUp.document("b", "blue", 0..<10, published: "2026-03-01T08:00:00Z"),
        MadeUp.document("g", "green", 0..<10),
      ] + background)
    #expect(outcome.groups == [["b", "g", "r"]])
    #expect(outcome["b"]?.role == .original)
    #expect(outcome["b"]?.group == "d-b")
    #expect(outcome["r"]?.of == "b")
    #expect(outcome["g"]?.of == "b")
  }

  @Test func aChainIsSplit() async throws {
    // B holds all of A and all of C, which have nothing in common.
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", 0..<9), MadeUp.document("b", "blue", 0..<18),
        MadeUp.document("c", "green", 9..<18),
      ] + background)
    #expect(outcome.groups.count == 1)
    #expect(outcome.groups.first?.count == 2)
    #expect(outcome.groups.first?.contains("b") == true)
  }

  @Test func oneLanguageHasNoTranslations() async throws {
    let encoder = MeaningEncoder()
    let outcome = try await findDuplicates(
      [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "red", 20..<32)], encoder: encoder.loader)
    #expect(outcome.groups.isEmpty)
    #expect(encoder.log.all.isEmpty)
    #expect(outcome.notes["translations"] == "nothing to compare: no two texts in different languages")
  }

  @Test func aCopyIsNotEncodedAgain() async throws {
    let encoder = MeaningEncoder()
    let red = MadeUp.document("a", "red", 0..<12)
    let again = MadeUp.document("z", "red", text: red.text + "\n")
    let outcome = try await findDuplicates(
      [red, again, MadeUp.document("b", "blue", 0..<12)] + background, encoder: encoder.loader)
    #expect(encoder.log.all.count == (2 + background.count) * 12)
    #expect(outcome["a"]?.kind == .exact)
    #expect(outcome["a"]?.of == "z")
    #expect(outcome.groups == [["a", "b", "z"]])
  }

  @Test func documentsOfUnknownLanguageAreCompared() async throws {
    var unknown = MadeUp.document("a", "red", 0..<12)
    unknown.language = nil
    let outcome = try await findDuplicates([unknown, MadeUp.document("b", "blue", 0..<12)] + background)
    #expect(outcome.groups == [["a", "b"]])
  }

  @Test func withoutAModelItSaysSo() async throws {
    let outcome = try await findDuplicates(
      [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", 0..<12)], encoder: nil)
    #expect(outcome.groups.isEmpty)
    #expect(
      outcome.warnings == ["translated duplicates were not looked for: the sentence encoder's model is missing"])
    #expect(outcome.notes["translations"] == "not looked for: the sentence encoder's model is missing")
  }
}
