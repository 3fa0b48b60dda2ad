import StageKit
import Testing

@testable import DuplicatesPlugin

/// Texts in one language of which one is, for the most part, in the other.
@Suite struct ExcerptTests {
  @Test func anExcerptIsInTheGroup() async throws {
    let outcome = try await findDuplicates(
      [MadeUp.document("whole", "red", 0..<20), MadeUp.document("lead", "red", 0..<6)], kinds: [.near])
    #expect(outcome.groups == [["lead", "whole"]])
    let lead = try #require(outcome["lead"])
    #expect(lead.kind == .near && lead.of == "whole" && lead.score == 1)
    #expect(lead.coverage == [1, 0.3])
    #expect(outcome["whole"]?.coverage == [0.3, 1])
  }

  @Test func aFewWordsMayDiffer() async throws {
    let text = MadeUp.text("red", 3..<11).replacing("redab ", with: "other ").replacing("redfa", with: "more")
    let outcome = try await findDuplicates(
      [MadeUp.document("whole", "red", 0..<24), MadeUp.document("part", "red", text: text)], kinds: [.near])
    #expect(outcome.groups == [["part", "whole"]])
  }

  @Test func halfOfEachSharedIsNeither() async throws {
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", Array(0..<10) + Array(50..<60)),
        MadeUp.document("b", "red", Array(0..<10) + Array(80..<95)),
      ], kinds: [.near])
    #expect(outcome.groups.isEmpty)
  }

  @Test func theSameWordsInAnotherOrderAreNoExcerpt() async throws {
    // All of its words are in the long text, and no run of six.
    let words = (0..<40).map { MadeUp.sentence("red", [$0 * 4]).dropLast() }.joined(separator: " ")
    let outcome = try await findDuplicates(
      [MadeUp.document("whole", "red", 0..<20), MadeUp.document("list", "red", text: words)], kinds: [.near])
    #expect(outcome.groups.isEmpty)
  }

  @Test func aFlashOfALineIsNoExcerpt() async throws {
    let outcome = try await findDuplicates(
      [MadeUp.document("whole", "red", 0..<20), MadeUp.document("line", "red", 0..<2)], kinds: [.near])
    #expect(outcome.groups.isEmpty)
  }

  @Test func twoExcerptsOfOneTextAreApart() async throws {
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", 0..<8), MadeUp.document("b", "red", 0..<20), MadeUp.document("c", "red", 10..<18),
      ], kinds: [.near])
    #expect(outcome.groups.count == 1)
    #expect(outcome.groups.first?.count == 2)
    #expect(outcome.groups.first?.contains("b") == true)
  }

  @Test func excerptsOfExcerptsAreTogether() async throws {
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", 0..<40), MadeUp.document("b", "red", 0..<20), MadeUp.document("c", "red", 0..<10),
      ], kinds: [.near])
    #expect(outcome.groups == [["a", "b", "c"]])
  }

  @Test func aCopyOfAnExcerptsOriginalComesAlong() async throws {
    let documents = [
      MadeUp.document("a", "red", 0..<20), MadeUp.document("a2", "red", 0..<19), MadeUp.document("lead", "red", 0..<8),
      MadeUp.document("t", "blue", 0..<20),
    ]
    let outcome = try await findDuplicates(documents, encoder: MeaningEncoder(offset: 0.1).loader)
    #expect(outcome.groups == [["a", "a2", "lead", "t"]])
    #expect(Set(outcome.documents.map(\.duplicate?.group)).count == 1)
  }

  @Test func anExcerptAndATranslationOfTheRestAreApart() async throws {
    // b holds all of a and all of c, one in its language and one in another; these have nothing in common.
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", 0..<9), MadeUp.document("b", "red", 0..<18), MadeUp.document("c", "blue", 9..<18),
      ], encoder: MeaningEncoder(offset: 0.1).loader)
    #expect(outcome.groups.count == 1)
    #expect(outcome.groups.first?.count == 2)
    #expect(outcome.groups.first?.contains("b") == true)
  }

  @Test func anExcerptOfATranslationIsInTheGroup() async throws {
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", 0..<20), MadeUp.document("b", "blue", 0..<20), MadeUp.document("c", "blue", 0..<11),
      ], encoder: MeaningEncoder(offset: 0.1).loader)
    #expect(outcome.groups == [["a", "b", "c"]])
    #expect(outcome["c"]?.kind == .near || outcome["c"]?.of == "a")
  }

  @Test func passagesOfACommonRunAreShared() {
    func words(_ numbers: [Int]) -> [UInt32] {
      numbers.map { UInt32(truncatingIfNeeded: SplitMix64.mixed(UInt64($0))) }
    }
    for start in [0, 7, 40] {
      let long = words(Array(0..<start) + Array(1000..<1021) + Array(2000..<2050))
      let other = words(Array(3000..<3033) + Array(1000..<1021))
      #expect(!Set(Passages.of(long)).isDisjoint(with: Passages.of(other)))
    }
    #expect(Passages.of(words([1, 2, 3, 4, 5])).isEmpty)
    #expect(Passages.of(words([1, 2, 3, 4, 5, 6])).count == 1)
    let many = Passages.of(words(Array(0..<10_000)))
    #expect((900...1500).contains(many.count))
    #expect(many == many.sorted())
  }
}

/// Chains: groups whose members do not all agree.
@Suite struct NearChainTests {
  @Test func aChainIsSplit() async throws {
    // With so low a threshold a and c are near b, and have nothing in common.
    let documents = [
      MadeUp.document("a", "red", 0..<10), MadeUp.document("b", "red", 0..<20), MadeUp.document("c", "red", 10..<20),
    ]
    let outcome = try await findDuplicates(documents, kinds: [.near], nearThreshold: 0.4)
    #expect(outcome.groups.count == 1)
    #expect(outcome.groups.first?.count == 2)
    #expect(outcome.groups.first?.contains("b") == true)
  }

  @Test func theOthersAreLookedAtAnew() async throws {
    // c and d are near b as a is; they agree with each other, not with a.
    let documents = [
      MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "red", 0..<20), MadeUp.document("c", "red", 12..<20),
      MadeUp.document("d", "red", Array(12..<20) + [90]),
    ]
    let outcome = try await findDuplicates(documents, kinds: [.near], nearThreshold: 0.35)
    #expect(outcome.groups == [["a", "b"], ["c", "d"]])
    #expect(outcome["c"]?.of == "d")
  }

  @Test func editsOfOneTextStayTogether() async throws {
    let documents =
      [MadeUp.document("a", "red", 0..<30)]
      + (0..<8).map { number in MadeUp.document("e\(number)", "red", (0..<30).filter { $0 % 8 != number }) }
    let outcome = try await findDuplicates(documents, kinds: [.near])
    #expect(outcome.groups.map(\.count) == [9])
  }
}
