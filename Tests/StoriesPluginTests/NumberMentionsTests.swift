import Testing

@testable import StoriesPlugin

@Suite struct NumberMentionsTests {
  @Test(arguments: [
    ("en", "He came with around 30 business representatives.", ["30"]),
    ("ar", "وفد يضم أكثر من 40 من كبار القادة", ["40"]),
    ("ar", "ستكفي حاجة ١٨٠ ألف منزل", ["180000"]),
    ("tr", "Kente yılda 60 bin ziyaretçi gelecek.", ["60000"]),
    ("en", "It cost $1.2bn, up from 900 million a year ago.", ["1200000000", "900000000"]),
    ("de", "Die Ablöse liegt bei 1,5 Millionen Euro.", ["1500000"]),
    ("fr", "Près de 9 000 personnes ont quitté leur maison.", ["9000"]),
    ("zh", "总投资约24亿元人民币。", ["2400000000"]),
    ("en", "On 27 January 2026 at 14:30 flight A320 left gate 7.", ["7"]),
    ("es", "El 3 de junio llegaron 12 barcos.", ["12"]),
    ("en", "No figures here at all.", []),
  ])
  func numbersAreReadWithTheirWords(language: String, sentence: String, values: [String]) {
    let found = NumberMentions.all(in: sentence, language: language)
    #expect(found.map { String(Int($0.value)) } == values)
  }

  @Test(arguments: [
    ("en", "Turnout was 81 percent.", NumberMention.Kind.percent), ("en", "Turnout was 81%.", .percent),
    ("tr", "Katılım yüzde 81 oldu.", .percent),
    ("tr", "Fiyatlar %20 arttı.", .percent), ("en", "It happened in 1999.", .year),
    ("en", "They had 1,999 of them.", .amount),
  ])
  func sharesAndYearsAreKnown(language: String, sentence: String, kind: NumberMention.Kind) {
    #expect(NumberMentions.all(in: sentence, language: language).map(\.kind) == [kind])
  }
}

@Suite struct SentenceWordsTests {
  @Test func wordsDependOnTheLanguageAndNotOnCase() {
    let a = SentenceWords("The Harbour burned.", language: "en")
    let b = SentenceWords("the harbour BURNED", language: "en")
    #expect(a.words == b.words)
    #expect(a.words.count == 3)
    #expect(Set(a.words).isDisjoint(with: SentenceWords("the harbour burned", language: "de").words))
    #expect(a.fingerprint == SentenceWords("The  harbour burned.", language: "de").fingerprint)
  }

  @Test func lengthIsPartOfAWord() {
    let words = SentenceWords("a of the city harbours", language: "en").words
    #expect(words.map(SentenceWords.lengthClass) == [1, 2, 3, 4, 7])
  }

  @Test func scriptsWithoutSpacesGivePairs() {
    #expect(SentenceWords("港口火灾", language: "zh").words.count == 3)
    #expect(SentenceWords("港", language: "zh").words.count == 0)
  }

  @Test func formsOfOneWordAreOneInLanguagesThatPileUpEndings() {
    let a = SentenceWords("hükümetlerinin", language: "tr").words
    #expect(a == SentenceWords("hükümetlere", language: "tr-TR").words)
    #expect(SentenceWords("governments", language: "en").words != SentenceWords("governmental", language: "en").words)
  }

  @Test func tablesOfKeysGrow() {
    var table = KeyTable(capacity: 2, empty: 0)
    for key in 0..<1_000 as Range<UInt64> { table.update(key &* 0x1_0000_0001) { $0 += Int(key) } }
    #expect((0..<1_000).allSatisfy { table[UInt64($0) &* 0x1_0000_0001] == $0 || $0 <= 1 })
    #expect(table[77] == 0 || table.count < 1_000)
  }
}

@Suite struct DatelineTests {
  @Test(arguments: [
    ("PARIS, 3 March (XYZ) — Two ships collided on Monday.", "Two ships collided on Monday."),
    (
      "القدس، 27 يناير 2026 (TPS-IL) — يزور وزير الخارجية البلاد هذا الأسبوع.", "يزور وزير الخارجية البلاد هذا الأسبوع."
    ),
    ("合肥6月4日电 合肥企业天青储能四日宣布，已与西班牙合作伙伴共同签下合同。", "合肥企业天青储能四日宣布，已与西班牙合作伙伴共同签下合同。"),
    (
      "The council – after a long debate – voted for the new wall.",
      "The council – after a long debate – voted for the new wall."
    ),
    ("A well-known ship burned in the harbour at night.", "A well-known ship burned in the harbour at night."),
    ("ROME — Yes.", "ROME — Yes."),
  ])
  func onlyDatelinesAreCut(sentence: String, rest: String) { #expect(Dateline.cut(from: sentence) == rest) }
}

@Suite struct NameTests {
  @Test func namesAreFoundInsideOfSentences() {
    var finder = NameFinder()
    finder.read("Yesterday the minister met Lena Haber in Port Town on Tuesday.".spacedWords(), language: "en")
    finder.read("Haber said that Port Town was ready.".spacedWords(), language: "en")
    #expect(finder.names(limit: 3) == ["Port Town", "Lena Haber"])
  }

  @Test func anEndingBehindAnApostropheEndsATurkishName() {
    var finder = NameFinder()
    finder.read("Dün Selvipınar'dakiler Belediye Başkanı Nuri Alpsoy'u dinledi.".spacedWords(), language: "tr")
    #expect(finder.names(limit: 3) == ["Selvipınar", "Belediye Başkanı Nuri Alpsoy"])
  }

  @Test func twoGermanNounsInARowAreNoNameUnlessTheLastComesBack() {
    var finder = NameFinder()
    finder.read("Am Ende der Spielzeit Vierter war der Klub der Stürmerin Lene Haber.".spacedWords(), language: "de")
    finder.read("Gezahlt wurden drei Millionen Euro, sagte Haber, also viele Euro.".spacedWords(), language: "de")
    #expect(finder.names(limit: 3) == ["Stürmerin Lene Haber"])
  }

  @Test(arguments: [
    ("Kosherbayev", "كوشيرباييف"), ("Tokayev", "توكاييف"), ("Kazakhstan", "كازاخستان"), ("Astana", "أستانا"),
  ])
  func aNameSoundsTheSameInTwoScripts(latin: String, arabic: String) throws {
    let skeleton = try #require(NameSkeleton.of(latin))
    #expect(NameSkeleton.of(arabic) == skeleton)
    #expect(NameSkeleton.of("Yo") == nil)
  }

  @Test(arguments: [
    ("en", "Kazakhstan", "KZ"), ("ar", "إسرائيل", "IL"), ("ru", "Казахстана", "KZ"), ("tr", "Almanya", "DE"),
    ("zh", "西班牙", "ES"),
  ])
  func countriesAreKnownInTheirLanguages(language: String, word: String, code: String) {
    #expect(Countries.of(language).code(Substring(word), before: []) == code)
    #expect(Countries.of("en").code("German", before: []) == nil)
    #expect(Countries.of("fr").name("DE") == "Allemagne")
  }
}
