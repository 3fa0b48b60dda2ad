import Foundation
import StageKit
import Testing

@testable import DuplicatesPlugin

/// What comes from outside may be anything. It is compared, or left out with a reason; ordinary texts beside it are
/// found as ever, and the time that it takes does not grow with a square: such texts would take hours.
@Suite(.timeLimit(.minutes(5))) struct BadInputTests {
  /// Runs the stage on odd documents among others, of which two are one text.
  private func find(_ odd: [Document], encoder: MeaningEncoder = .init()) async throws -> Outcome {
    var documents = [MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", 0..<12)] + odd
    for number in 0..<4 {
      for (index, language) in ["red", "blue"].enumerated() {
        let first = (index + 1) * 1000 + number * 20
        documents.append(MadeUp.document("other-\(language)-\(number)", language, first..<first + 12))
      }
    }
    let outcome = try await findDuplicates(documents, encoder: encoder.loader)
    #expect(outcome.documents.map(\.id) == documents.map(\.id))
    #expect(outcome.groups.contains(["a", "b"]))
    return outcome
  }

  private func both(_ text: (String) -> String) -> [Document] {
    ["red", "blue"].map { MadeUp.document("odd-\($0)", $0, text: text($0)) }
  }

  @Test func oneSentence() async throws {
    let short = try await find(both { MadeUp.sentence($0, Array(9000..<9003)) })
    #expect(short["odd-red"] == nil)
    #expect(short.notes["too-short-for-translations"] == 2)
    // One that says enough and agrees very well.
    let long = try await find(both { MadeUp.sentence($0, Array(900_000_000..<900_000_012)) })
    #expect(long.groups.contains(["odd-blue", "odd-red"]))
  }

  /// A text, and the same with a word less.
  private func edited(_ words: [String], by separator: String) -> [Document] {
    [words, words.dropLast()].enumerated().map { index, words in
      MadeUp.document("odd-\(index)", "red", text: words.joined(separator: separator))
    }
  }

  @Test func aHundredThousandSentences() async throws {
    let outcome = try await find(
      edited((0..<100_000).map { "red\(MadeUp.letters(90_000 + $0))." }, by: "\n"))
    #expect(outcome["odd-1"]?.kind == .near)
    #expect(
      outcome.warnings == [
        "1 document has more than 1000 sentences; translations were looked for in the first 1000"
      ])
  }

  @Test func aSentenceOfTwoMegabytes() async throws {
    let outcome = try await find(edited((0..<200_000).map { "red\(MadeUp.letters(100_000 + $0))" }, by: " "))
    #expect(outcome["odd-1"]?.kind == .near)
    let unbroken = try await find(both { _ in String(repeating: "x", count: 2_000_000) })
    #expect(unbroken["odd-red"]?.kind == .exact)
  }

  @Test(arguments: [" ", ",", ".", "\n"])
  func numbersOnly(_ separator: String) async throws {
    // Each text has numbers of its own: they say nothing that a translation could share.
    let outcome = try await find(
      [10, 55].map { first in
        let numbers = (0..<40_000).map { "\(first + $0 % 40)" }
        return MadeUp.document("odd-\(first)", first == 10 ? "red" : "blue", text: numbers.joined(separator: separator))
      })
    #expect(outcome["odd-10"] == nil)
    #expect(outcome.notes["too-short-for-translations"] == 2)
  }

  @Test func tenThousandIdenticalDocuments() async throws {
    let text = MadeUp.text("red", 5000..<5003)
    let outcome = try await find((0..<10_000).map { MadeUp.document("odd-\($0)", "red", text: text) })
    #expect(outcome.groups.map(\.count).sorted() == [2, 10_000])
    #expect(outcome["odd-7"]?.group == outcome["odd-0"]?.group)
  }

  @Test func hundredsOfVersionsInTwoLanguages() async throws {
    // One sentence of three differs: no copies in one language, and all of them much like all in the other.
    let outcome = try await find(
      (0..<300).flatMap { number in
        ["red", "blue"].map { language in
          MadeUp.document(
            "odd-\(language)-\(number)", language, text: MadeUp.text(language, [5000, 6000 + number, 7000 + number]))
        }
      })
    // Each version is one text in two languages.
    let right = (0..<300).count { outcome.groups.contains(["odd-blue-\($0)", "odd-red-\($0)"]) }
    #expect(right >= 285)
  }

  @Test func emptyText() async throws {
    let outcome = try await find(both { _ in " \n\t\u{FEFF}" })
    #expect(outcome["odd-red"] == nil)
  }

  @Test func aLanguageThatNobodyKnows() async throws {
    var odd = both { MadeUp.text($0, 9000..<9012) }
    odd[0].language = nil
    odd[1].language = .init(code: "und", confidence: 0)
    // Nobody knows how far these languages are off, so it is less than with those that are known.
    let outcome = try await find(odd, encoder: MeaningEncoder(offset: 0.1))
    #expect(outcome.groups == [["a", "b"], ["odd-blue", "odd-red"]])
  }
}
