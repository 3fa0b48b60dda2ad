import StageKit
import StageTesting
import Testing

@testable import DuplicatesPlugin

@Suite struct FindDuplicatesTests {
  @Test func everyDocumentPassesOnceInOrder() async throws {
    var documents = (0..<300).map {
      MadeUp.document("d\($0)", $0 % 2 == 0 ? "red" : "blue", ($0 / 2 * 6)..<($0 / 2 * 6 + 6))
    }
    documents.insert(Document(id: "summary", kind: .summary, text: documents[0].text), at: 150)
    let outcome = try await findDuplicates(documents)
    #expect(outcome.documents.map(\.id) == documents.map(\.id))
    #expect(outcome.documents[150] == documents[150])
    #expect(outcome.documents.map(\.text) == documents.map(\.text))
  }

  @Test func oddTextsAreRight() async throws {
    let texts = [
      "", " \n ", "...", "42", "1 2 3 4 5", "One sentence only.", String(repeating: "word ", count: 40_000), "\0",
      String(repeating: "長", count: 20_000),
    ]
    let documents = texts.enumerated().flatMap { index, text in
      [MadeUp.document("r\(index)", "red", text: text), MadeUp.document("b\(index)", "blue", text: text)]
    }
    let outcome = try await findDuplicates(documents)
    #expect(outcome.documents.count == documents.count)
    // Nothing is no text, so it has no copies.
    for id in ["r0", "b0", "r1", "b1"] { #expect(outcome[id] == nil) }
    for id in ["r3", "b3", "r5", "b5", "r6", "b6"] { #expect(outcome[id]?.kind == .exact) }
  }

  @Test func theNumberOfWorkersChangesNothing() async throws {
    var documents: [Document] = []
    for number in 0..<40 {
      let sentences = (number * 12)..<(number * 12 + 8 + number % 5)
      documents.append(MadeUp.document("r\(number)", "red", sentences))
      if number % 2 == 0 { documents.append(MadeUp.document("b\(number)", "blue", sentences)) }
      if number % 4 == 0 { documents.append(MadeUp.document("g\(number)", "green", sentences.dropLast(2))) }
      if number % 5 == 0 {
        documents.append(MadeUp.document("n\(number)", "red", text: MadeUp.text("red", sentences) + "\nredx redy."))
      }
    }
    let one = try await findDuplicates(documents, workers: 1)
    let four = try await findDuplicates(documents, workers: 4)
    #expect(one.documents == four.documents)
    #expect(one.notes == four.notes)
    #expect(one.groups.count == 24)
  }

  @Test func itSetsSentencesWhereThereAreNone() async throws {
    let outcome = try await findDuplicates([MadeUp.document("a", "red", text: "Reda redb. Redc redd.")])
    #expect(outcome.documents.first?.sentences == [.init(start: 0, end: 10), .init(start: 11, end: 21)])
  }

  @Test func itKeepsSentencesThatFitTheText() async throws {
    var document = MadeUp.document("a", "red", text: "Reda redb. Redc redd.")
    document.sentences = [.init(start: 0, end: 21)]
    #expect(try await findDuplicates([document]).documents.first?.sentences == [.init(start: 0, end: 21)])
    document.sentences = [.init(start: 0, end: 22)]
    #expect(try await findDuplicates([document]).documents.first?.sentences?.count == 2)
  }

  @Test func itForgetsWhatAnEarlierRunFound() async throws {
    var document = MadeUp.document("a", "red", 0..<5)
    document.duplicate = .init(group: "d-x", role: .copy, of: "x", kind: .near, score: 0.8, coverage: [1, 1])
    #expect(try await findDuplicates([document])["a"] == nil)
  }

  @Test func thePlanSaysThatTranslationsAreNotLookedFor() {
    let place = SourceLocation(file: "daily.yaml", line: 5, column: 5)
    let missing = PlanContext(encoder: .missing(reason: "no model in models/; run make setup"), location: place)
    #expect(
      FindDuplicates.check(.init(), in: missing).map(\.description) == [
        "daily.yaml:5:5: warning[no-translations]: "
          + "translated duplicates will not be looked for: no model in models/; run make setup"
      ])
    var options = FindDuplicates.Options()
    options.kinds = [.exact, .near]
    #expect(FindDuplicates.check(options, in: missing).isEmpty)
    let there = PlanContext(encoder: .available(identity: "x", dimension: 4), location: place)
    #expect(FindDuplicates.check(.init(), in: there).isEmpty)
    options.kinds = []
    #expect(
      FindDuplicates.check(options, in: there).map(\.description) == [
        "daily.yaml:5:5: error[no-kinds]: "
          + "'kinds' is empty: find-duplicates would find nothing; name exact, near or translation"
      ])
  }

  @Test func optionsHaveWords() {
    let (_, wrong) = StageHarness.options(
      FindDuplicates.Options.self,
      [("kinds", .sequence([])), ("near-treshold", .scalar("0.7", quoted: false))])
    #expect(wrong.map(\.message) == ["'near-treshold' is not an option of stage; did you mean 'near-threshold'?"])
    let (_, outside) = StageHarness.options(
      FindDuplicates.Options.self, [("near-threshold", .scalar("1.5", quoted: false))])
    #expect(outside.map(\.message) == ["'near-threshold' is 1.5, but must be from 0.3 to 1.0"])
    #expect(
      FindDuplicates.Options.settings.map(\.key) == [
        "kinds", "near-threshold", "translation-threshold", "overrules", "against", "keep-vectors",
      ])
  }

  @Test func thePluginOffersTheStage() {
    #expect(Plugin.duplicates.stages.map(\.name) == ["find-duplicates"])
    #expect(FindDuplicates.needs == [.language])
    #expect(FindDuplicates.provides == [.duplicates])
  }
}
