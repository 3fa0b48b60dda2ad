import StageKit
import StageTesting
import Testing
import TextKit

@testable import StoriesPlugin

@Suite struct PartsTests {
  @Test(arguments: [
    ("en", "en-GB", true), ("en", "de", false), ("zh", "zh-Hant", true), ("zh-Hans", "zh-Hant", false),
    ("und", "und", false), ("pt-BR", "pt", true), ("en", "nonsense tag", false),
  ])
  func languagesAreComparedByLanguageAndScript(wanted: String, code: String, accepted: Bool) throws {
    #expect(try #require(LanguageTag(wanted)).accepts(code) == accepted)
  }

  @Test(arguments: ["", "e", "e1", "en_GB", "en-", "english language", "toolonglanguage"])
  func whatIsNoTagIsRefused(tag: String) { #expect(LanguageTag(tag) == nil) }

  @Test(arguments: [
    ("The council voted on Monday to repair the old harbour wall.", 1.0),
    ("المجلس يوافق على إصلاح جدار الميناء القديم بعد نقاش طويل؟", 0.6),
    ("市议会星期一投票决定修复旧港口的围墙。", 1.0),
    ("\u{201C}We will repair the old harbour wall,\u{201D} the mayor of the town said.", 0.7),
    ("That wall is as old as the harbour,\u{201D} the mayor of the town said.", 0.5),
    ("\u{201E}Die Mauer ist so alt wie der Hafen\u{201C}, sagte der Bürgermeister.", 0.7),
    ("that was cut by a line end and goes on in lower case to its end.", 0.3),
    ("PORT TOWN, 3 March (XYZ) \u{2014} The council voted to repair the old harbour wall.", 0.85),
    ("Council votes to repair the old harbour wall", 0.0), ("He agreed.", 0.0),
    ("The mayor listed what has to be done in the harbour this year:", 0.0),
    ("Write to harbour.desk@example.org with your questions on the wall.", 0.0),
    ("His party had approved the large hotel on the shore last autumn.", 0.7),
    ("Öte yandan belediye meclisi eski liman duvarını onarma kararı aldı.", 0.9),
    ("Он добавил, что старую стену гавани начнут ремонтировать весной.", 0.9),
    ("12,000 34,000 56,000 78,000 90,000 11,000 22,000 33,000 t.", 0.0),
  ])
  func theFormOfASentenceDecides(sentence: String, quality: Double) {
    #expect(abs(Double(SentenceQuality.of(SentenceForm(sentence), isPunctuated: true)) - quality) < 0.001)
  }

  @Test func theMiddleOfAQuotationIsNoSentenceOfTheReport() {
    let report = Reports.report(
      "a",
      """
      The mayor of the town spoke about the old harbour wall on Monday. \u{201C}We will repair it with all our strength. It \
      has been waiting for such a long time already. Nobody can wait any longer for that,\u{201D} she said to reporters. The \
      work on the harbour wall will begin in the early spring.
      """)
    var document = report
    document.ensureSentences()
    let material = StoryMaterial([StoryMember(document)], isBoilerplate: { _ in false })
    let qualities = material.sentences.map { ($0.quality * 100).rounded() }
    #expect(qualities == [100, 35, 45, 50, 100])
  }

  @Test func aDatelineAloneIsNoSentence() {
    #expect(Dateline.isAll(of: "PORT TOWN, 3 March 2026 (Agency)."))
    #expect(Dateline.isAll(of: "İSTANBUL (AA)"))
    #expect(!Dateline.isAll(of: "The council of PORT TOWN voted on Monday (3 March)."))
    #expect(!Dateline.isAll(of: "NATO said on 3 March that its ships had left the harbour of the town (and the bay)."))
  }

  @Test(arguments: [true, false])
  func thePlainestHeadlineStandsOverAStory(hasEncoder: Bool) async throws {
    // What the colourful one tells is in its own report only.
    var colourful = Reports.report(
      "a", title: "Songs, tears and a wet dog at the quay",
      "A ship burned in the harbour in the night. The fire brigade quenched the fire. A dog was wet at the quay.")
    var plain = Reports.otherFire
    var third = Reports.fire
    (colourful.story, plain.story, third.story) = ("s-1", "s-1", "s-1")
    third.title = nil
    let harness = StageHarness(encoder: hasEncoder ? WordBagEncoder.loader : nil)
    let result = try await harness.process(
      [colourful, plain, third], with: Summarize(.init(), in: harness.context, languageMean: noMean))
    #expect(result.passed.last?.title == "Harbour fire quenched")
  }

  @Test func titlesAreCutAtAWord() {
    #expect(Headline.cut("Short") == "Short")
    let cut = Headline.cut(String(repeating: "harbour ", count: 30))
    #expect(cut.hasSuffix("harbour…"))
    #expect(cut.unicodeScalars.count <= 101)
  }

  @Test func earlierReportsComeFirstAndUndatedOnesLast() {
    let orders = [
      StoryOrder(published: nil, id: "a"), StoryOrder(published: "2026-03-02", id: "b"),
      StoryOrder(published: "2026-03-02T01:00:00+03:00", id: "c"), StoryOrder(published: "not a date", id: "0"),
      StoryOrder(published: "2026-03-02T00:00:00Z", id: "a"),
    ]
    #expect(orders.indices.sorted { orders[$0] < orders[$1] } == [2, 4, 1, 3, 0])
  }

  @Test func shippedMeansAreThoseOfTheirOwnEncoderOnly() throws {
    let shipped = EncoderLoader(status: .available(identity: "multilingual-e5-small-q4-test", dimension: 384)) { _ in
      throw StageError("model", "never loaded here")
    }
    let mean = try #require(StageHarness(encoder: shipped).context.shippedLanguageMean)
    #expect(mean("tr").count == 384)
    #expect(mean("tr") != mean("ar"))
    #expect(mean("tr-CY") == mean("tr"))
    #expect(mean("zh-Hant") != mean("zh"))
    #expect(mean("tlh") == mean("und"))
    #expect(StageHarness(encoder: WordBagEncoder.loader).context.shippedLanguageMean == nil)
    #expect(StageHarness().context.shippedLanguageMean == nil)
  }
}
