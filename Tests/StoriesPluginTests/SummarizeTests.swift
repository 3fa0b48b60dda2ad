import StageKit
import StageTesting
import Testing

@testable import StoriesPlugin

@Suite struct SummarizeTests {
  private func summarize(
    _ documents: [Document], language: String? = nil, sentences: Int = 4, scope: Summarize.Scope = .story,
    minimum: Int = 1, workers: Int = 2, encoder: EncoderLoader? = WordBagEncoder.loader
  ) async throws -> (all: [Document], dropped: [String], record: RecordingServices.Record) {
    let harness = StageHarness(workers: workers, encoder: encoder)
    var options = Summarize.Options()
    (options.language, options.sentences, options.scope) = (language, sentences, scope)
    options.minimumDocuments = minimum
    let result = try await harness.process(
      documents, with: Summarize(options, in: harness.context, languageMean: noMean))
    #expect(result.quarantined.isEmpty)
    return (result.passed, result.dropped.map { "\($0.document.id): \($0.reason)" }, harness.services.record)
  }

  private func story(_ documents: [Document], _ id: String = "s-1") -> [Document] {
    documents.map { document in
      var document = document
      document.story = id
      return document
    }
  }

  /// Every sentence stands in its first source, letter for letter, and every source exists.
  private func checkSources(_ documents: [Document]) throws {
    let byID = Dictionary(uniqueKeysWithValues: documents.filter { $0.kind == .document }.map { ($0.id, $0) })
    for summary in documents where summary.kind == .summary {
      for sentence in try #require(summary.summary) {
        for (index, source) in sentence.from.enumerated() {
          let member = try #require(byID[source.id])
          let range = try #require(member.sentences)[source.sentence]
          let scalars = Array(member.text.unicodeScalars)[range.start..<range.end]
          // Letter for letter, but for a dateline in front.
          if index == 0 { #expect(String(String.UnicodeScalarView(scalars)).hasSuffix(sentence.text)) }
        }
        #expect(Set(sentence.from.map { "\($0.id) \($0.sentence)" }).count == sentence.from.count)
      }
      let scalars = Array(summary.text.unicodeScalars)
      let cut = try #require(summary.sentences).map {
        String(String.UnicodeScalarView(scalars[$0.start..<$0.end]))
      }
      #expect(cut == summary.summary?.map(\.text))
    }
  }

  @Test func summariesFollowTheDocumentsAndNameTheirMembers() async throws {
    let documents = story([Reports.fire], "s-a") + story([Reports.bridge], "s-b") + story([Reports.otherFire], "s-a")
    let all = try await summarize(documents, sentences: 2).all
    #expect(all.map(\.id) == ["fire", "bridge", "otherFire", "summary-s-a", "summary-s-b"])
    #expect(all[3].parents == ["fire", "otherFire"])
    #expect(all[3].story == "s-a")
    #expect(all[3].language?.code == "en")
    #expect(all[3].summary?.count == 2)
    #expect(all[4].title == "Minister opened bridge")
    try checkSources(all)
  }

  @Test func aTranslatedTwinIsUsedForTheWantedLanguage() async throws {
    let (english, german) = Reports.translated
    for (wanted, member, other) in [("en", "fire", "feuer"), ("de", "feuer", "fire")] {
      let (all, _, record) = try await summarize(story([english, german]), language: wanted, sentences: 2)
      let sentences = try #require(all.last?.summary)
      #expect(sentences.count == 2)
      for sentence in sentences {
        #expect(sentence.language == nil)
        #expect(sentence.from[0].id == member)
        #expect(sentence.from.dropFirst().contains { $0.id == other && $0.sentence == sentence.from[0].sentence })
      }
      #expect(all.last?.language?.code == wanted)
      #expect(record.notes["sentences-as-written"] == (wanted == "en" ? 2 : 0))
      #expect(record.notes["sentences-from-translated-copies"] == (wanted == "en" ? 0 : 2))
      try checkSources(all)
    }
  }

  @Test func whatNobodySaysInTheWantedLanguageIsMarked() async throws {
    let (all, _, record) = try await summarize(story([Reports.feuer]), language: "en", sentences: 1)
    #expect(all.last?.summary?.map(\.language) == ["de"])
    #expect(all.last?.language?.code == "de")
    #expect(record.notes["sentences-in-other-languages"] == 1)
  }

  @Test func withoutTheWantedLanguageASummaryStaysInTheOneOfMostMembers() async throws {
    let (english, german) = Reports.translated
    let documents = story([german, english, Reports.otherFire])
    let summary = try #require(try await summarize(documents, language: "fr", sentences: 3).all.last)
    #expect(summary.summary?.map(\.language) == ["en", "en", "en"])
    #expect(summary.language?.code == "en")
    #expect(["Ship burned in harbour", "Harbour fire quenched"].contains(summary.title))
  }

  @Test func copiesCountOnce() async throws {
    // Three copies of one report must not outvote two independent ones.
    let copies = (1...3).map { Reports.report("copy\($0)", Reports.bridge.text) }
    let originals = [Reports.fire, Reports.otherFire]
    var group = [copies[0]]
    for copy in copies.dropFirst() { group.append(Reports.duplicates(copies[0], copy, .exact).1) }
    group[0] = Reports.duplicates(copies[0], copies[1], .exact).0
    let all = try await summarize(story(group + originals), sentences: 1).all
    let source = try #require(all.last?.summary?.first?.from.first)
    #expect(["fire", "otherFire"].contains(source.id))
    try checkSources(all)
  }

  @Test func aCopiedSentenceNamesAllItsCopies() async throws {
    let (a, b) = Reports.duplicates(Reports.bridge, Reports.report("again", Reports.bridge.text), .exact)
    let all = try await summarize(story([b, a]), sentences: 1).all
    let from = try #require(all.last?.summary?.first?.from)
    #expect(from.map(\.id) == ["bridge", "again"])
    #expect(from[0].sentence == from[1].sentence)
  }

  @Test func headlinesCaptionsLinksAndBoilerplateStayOut() async throws {
    let footer = "Our newsletter brings all the news to your desk each morning at six."
    let noisy = (1...3).map { number in
      Reports.report(
        "n\(number)", title: "A headline that says it all about harbour \(number)",
        """
        A headline that says it all about harbour \(number)
        By our harbour correspondent at the quay of the harbour
        The harbour of town number\(number) lost a ship to the fire last night. See https://example.org/harbour/fire for more of it.
        \(footer)
        """)
    }
    let all = try await summarize(noisy.enumerated().flatMap { story([$1], "s-\($0)") }, sentences: 50).all
    let texts = all.filter { $0.kind == .summary }.flatMap { $0.summary ?? [] }.map(\.text)
    #expect(texts == (1...3).map { "The harbour of town number\($0) lost a ship to the fire last night." })
  }

  @Test func aStoryOfOneLineIsThatLine() async throws {
    let all = try await summarize(story([Reports.report("one", "Harbour closed")])).all
    #expect(all.last?.summary?.map(\.text) == ["Harbour closed"])
    #expect(all.last?.title == "Harbour closed")
  }

  @Test func aStoryWithoutTextGetsNoSummaryAndTheReportCountsIt() async throws {
    let (all, _, record) = try await summarize(story([Reports.report("empty", "")]))
    #expect(all.map(\.id) == ["empty"])
    #expect(record.notes["without-text"] == 1)
  }

  @Test func withoutAnEncoderWordsDecideAndTheReportSaysSo() async throws {
    let (all, _, record) = try await summarize(
      story([Reports.fire, Reports.otherFire, Reports.feuer]), language: "en", sentences: 2, encoder: nil)
    #expect(all.last?.summary?.allSatisfy { $0.language == nil } == true)
    #expect(all.last?.summary?.count == 2)
    #expect(
      record.warnings == [
        "without the sentence encoder, sentences were chosen by their words alone and not compared across languages"
      ])
    #expect(record.notes["compared-by"] == "words")
    try checkSources(all)
  }

  @Test func eachDocumentCanHaveASummary() async throws {
    let documents = story([Reports.fire, Reports.otherFire])
    let all = try await summarize(documents, sentences: 1, scope: .document).all
    #expect(all.map(\.id) == ["fire", "otherFire", "summary-fire", "summary-otherFire"])
    #expect(all[2].parents == ["fire"])
    #expect(all[2].story == "s-1")
  }

  @Test func smallStoriesCanBeLeftOut() async throws {
    let documents = story([Reports.fire, Reports.otherFire], "s-a") + story([Reports.bridge], "s-b")
    let all = try await summarize(documents, minimum: 2).all
    #expect(all.filter { $0.kind == .summary }.map(\.id) == ["summary-s-a"])
  }

  @Test func aNewSummaryReplacesThatOfAnEarlierRun() async throws {
    let old = Document(id: "summary-s-1", kind: .summary, text: "Old.")
    let foreign = Document(id: "summary-s-9", kind: .summary, text: "Of something else.")
    let (all, dropped, _) = try await summarize([old, foreign] + story([Reports.fire]))
    #expect(all.map(\.id) == ["fire", "summary-s-9", "summary-s-1"])
    #expect(all.last?.text != "Old.")
    #expect(dropped == [])
  }

  @Test func anyNumberOfWorkersGivesTheSameSummaries() async throws {
    let (english, german) = Reports.translated
    let documents = story([english, Reports.otherFire, german], "s-a") + story([Reports.bridge], "s-b")
    let one = try await summarize(documents, language: "de", workers: 1).all
    let four = try await summarize(documents, language: "de", workers: 4).all
    #expect(one == four)
  }

  @Test func aStoryOfManyReportsIsReadUpToALimit() async throws {
    let many = (0..<1_200).map { Reports.report("r\($0)", "Report \($0) says that the ship number \($0) burned down.") }
    let all = try await summarize(story(many), sentences: 3, encoder: nil).all
    #expect(all.count == 1_201)
    #expect(all.last?.parents.count == 1_200)
    #expect(all.last?.summary?.count == 3)
    try checkSources(all)
  }

  @Test func anotherReportThatSaysTheSameIsUsedForTheWantedLanguage() async throws {
    let english = Reports.report("en", "Nobody was injured in the night in the harbour of the town.")
    let german = Reports.report("de", language: "de", "Niemand wurde verletzt in der Nacht im Hafen.")
    let (all, _, record) = try await summarize(story([german, english]), language: "en", sentences: 1)
    let sentence = try #require(all.last?.summary?.first)
    #expect(sentence.text == english.text)
    #expect(sentence.from.map(\.id) == ["en", "de"])
    #expect(record.notes["sentences-in-other-languages"] == 0)
    try checkSources(all)
  }

  @Test(arguments: [(20, nil, 1), (30, nil, 2), (nil, 90, 1), (nil, 240, 3), (1, nil, 1)] as [(Int?, Int?, Int)])
  func aLengthInWordsOrCharactersIsKept(words: Int?, characters: Int?, count: Int) async throws {
    let harness = StageHarness(encoder: WordBagEncoder.loader)
    var options = Summarize.Options()
    (options.words, options.characters) = (words, characters)
    let result = try await harness.process(
      story([Reports.fire]), with: Summarize(options, in: harness.context, languageMean: noMean))
    let summary = try #require(result.passed.last)
    #expect(summary.summary?.count == count)
    if let characters { #expect(summary.text.unicodeScalars.count <= characters) }
    if let words, words > 1 { #expect(summary.text.split(separator: " ").count <= words) }
  }

  @Test func storiesAndDocumentsCanHaveSummariesInOneRun() async throws {
    let documents = story([Reports.fire, Reports.otherFire])
    let all = try await summarize(documents, sentences: 1, scope: .both).all
    #expect(all.dropFirst(2).map(\.id) == ["summary-s-1", "summary-fire", "summary-otherFire"])
    try checkSources(all)
  }

  @Test func theBestSentenceComesFirstWhereThatIsAskedFor() async throws {
    let harness = StageHarness(encoder: WordBagEncoder.loader)
    var best: [String?] = []
    for (count, order) in [(1, Summarize.Order.text), (3, .importance)] {
      var options = Summarize.Options()
      (options.sentences, options.order) = (count, order)
      let result = try await harness.process(
        story([Reports.bridge]), with: Summarize(options, in: harness.context, languageMean: noMean))
      best.append(result.passed.last?.summary?.first?.text)
    }
    #expect(best[0] == best[1])
  }

  @Test func datelinesStayOut() async throws {
    let report = Reports.report(
      "a", "PORT TOWN, 3 March (XYZ) \u{2014} The council voted on Monday to repair the old harbour wall.")
    let all = try await summarize(story([report]), sentences: 1).all
    #expect(all.last?.text == "The council voted on Monday to repair the old harbour wall.")
    #expect(all.last?.summary?.first?.from == [.init(id: "a", sentence: 0)])
    try checkSources(all)
  }

  @Test func figuresThatDisagreeStandSideBySide() async throws {
    let one = Reports.report(
      "one",
      "The ship in the harbour had 212 people on board when the fire began. The brigade quenched the fire at dawn.")
    let two = Reports.report(
      "two",
      "The ship in the harbour had 198 people on board when it burned. The minister opened a bridge over the river.")
    let (all, _, record) = try await summarize(story([one, two]), sentences: 1)
    guard case .array(let differences)? = all.last?.metadata["differences"],
      case .object(let first)? = differences.first, case .array(let statements)? = first["statements"]
    else {
      Issue.record("there are no differences")
      return
    }
    #expect(first["kind"] == "numbers")
    let told = statements.map { statement -> [JSONValue?] in
      guard case .object(let fields) = statement else { return [] }
      return [fields["id"], fields["number"], fields["sentence"]]
    }
    #expect(told == [["one", "212", 0], ["two", "198", 0]])
    #expect(record.notes["figures-that-disagree"] == 1)
  }

  @Test(arguments: [0, 3])
  func whatOneReportAloneSaysIsADifference(limit: Int) async throws {
    let extra = " The old crossing will be closed to all lorries from April onwards."
    let one = Reports.report("one", Reports.fire.text)
    let two = Reports.report("two", Reports.fire.text.replacing("fire", with: "blaze") + extra)
    let harness = StageHarness(encoder: WordBagEncoder.loader)
    var options = Summarize.Options()
    (options.sentences, options.differences) = (1, limit)
    let result = try await harness.process(
      story([one, two]), with: Summarize(options, in: harness.context, languageMean: noMean))
    let text = "\(result.passed.last?.metadata["differences"] ?? .null)"
    #expect(text.contains("The old crossing will be closed") == (limit > 0))
  }

  @Test func keywordsAreInTheSummarysLanguage() async throws {
    let english = Reports.report(
      "en", "The ship of the Harbour Company left Germany on 3 March 2026 with Lena Haber. Nobody saw Lena Haber again."
    )
    let summary = try #require(try await summarize(story([english]), language: "en").all.last)
    let expected: [String: JSONValue] = [
      "names": .array(["Harbour Company", "Lena Haber"]), "places": .array(["Germany"]), "numbers": .array([]),
      "dates": .array(["3 March 2026"]),
    ]
    #expect(summary.metadata["keywords"] == .object(expected))
  }

  @Test func aStoryOfFiveThousandCopiesIsOneReport() async throws {
    let first = Reports.report("r0", Reports.fire.text)
    var copies = [Reports.duplicates(first, first, .exact).0]
    for number in 1..<5_000 {
      copies.append(Reports.duplicates(first, Reports.report("r\(number)", first.text), .exact).1)
    }
    let all = try await summarize(story(copies), sentences: 2).all
    #expect(all.last?.summary?.count == 2)
    #expect(all.last?.parents.count == 5_000)
    try checkSources(all)
  }

  @Test func tablesAndUnknownLanguagesGiveWhatTheyHave() async throws {
    let table = Reports.report("t", "Year  Ships  Fires\n2024  1,200  12\n2025  1,310  9\n")
    let unknown = Reports.report(
      "u", language: "und", "Zorb vel tarnik om selu dravok nim. Selu dravok ketha vel om zorb tarnik lesu.")
    let all = try await summarize(story([table], "s-t") + story([unknown], "s-u"), sentences: 1).all
    let summaries = all.filter { $0.kind == .summary }
    #expect(summaries.map(\.id) == ["summary-s-t", "summary-s-u"])
    #expect(summaries.allSatisfy { $0.summary?.count == 1 && $0.summary?[0].language == nil })
    try checkSources(all)
  }

  @Test func mistakesAndAMissingEncoderAreFoundInThePlan() {
    let place = SourceLocation(file: "a.yaml", line: 9, column: 5)
    var options = Summarize.Options()
    options.language = "english!"
    let plan = PlanContext(encoder: .missing(reason: "the model is not there"), location: place)
    #expect(
      Summarize.check(options, in: plan).map(\.description) == [
        "a.yaml:9:5: error[language-tag]: 'english!' is no language tag; write a BCP 47 tag such as en, ar or zh-Hant",
        "a.yaml:9:5: warning[no-encoder]: sentences will be chosen by their words alone, and not compared across "
          + "languages, as the model is not there",
      ])
    let (_, mistakes) = StageHarness.options(
      Summarize.Options.self,
      [
        ("words", .scalar("0", quoted: false)), ("differences", .scalar("101", quoted: false)),
        ("for", .scalar("storys", quoted: false)),
      ])
    #expect(
      mistakes.map(\.message) == [
        "'words' is 0, but must be from 1 to 1000000",
        "'differences' is 101, but must be from 0 to 100",
        "'storys' is not one of story, document, both; did you mean 'story'?",
      ])
  }
}
