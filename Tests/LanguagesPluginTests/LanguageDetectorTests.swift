import CCLD2
import Testing

@testable import LanguagesPlugin

@Suite struct LanguageDetectorTests {
  @Test func fullTablesAreLinked() {
    #expect(CompactLanguageDetector.version == "V2.0 - 20140204")
    #expect(CompactLanguageDetector.hasFullTables)
    #expect(LanguageDetector.installationFault == nil)
  }

  @Test(arguments: [
    ("en", "The ferry to the island will not sail tomorrow because of the storm."),
    ("de", "Die Fähre zur Insel fährt morgen wegen des Sturms nicht."),
    ("fr", "Le bateau pour l'île ne partira pas demain à cause de la tempête."),
    ("es", "El barco a la isla no saldrá mañana a causa de la tormenta."),
    ("tr", "Fırtına nedeniyle adaya giden vapur yarın kalkmayacak."),
    ("pl", "Prom na wyspę jutro nie wypłynie z powodu burzy."),
    ("nb", "Fergen til øya går ikke i morgen på grunn av stormen, sier rederiet."),
    ("fil", "Hindi maglalayag bukas ang lantsa papunta sa isla dahil sa bagyo."),
    ("ha", "Jirgin ruwa ba zai tashi gobe ba saboda guguwa, in ji hukumar tashar jiragen."),
    ("ve", "Vhathu vhanzhi vho ya mushumoni namusi nga matsheloni ngeno mvula i tshi khou na."),
    ("ru", "Завтра паром на остров не пойдёт из-за шторма, сообщили в порту."),
    ("uk", "Завтра пором на острів не піде через шторм, повідомили в порту."),
    ("ar", "لن تبحر العبارة إلى الجزيرة غدا بسبب العاصفة."),
    ("fa", "کشتی جزیره فردا به دلیل توفان حرکت نخواهد کرد."),
    ("ur", "طوفان کی وجہ سے کل جزیرے کے لیے کشتی نہیں چلے گی۔"),
    ("he", "המעבורת לאי לא תפליג מחר בגלל הסערה."), ("yi", "דאָס שיפֿל וועט מאָרגן נישט פֿאָרן צוליב דעם שטורעם."),
    ("hi", "तूफ़ान के कारण कल द्वीप के लिए नाव नहीं चलेगी।"), ("zh", "由于风暴，明天去岛上的渡轮将停航，乘客可以退票。"),
    ("zh-Hant", "由於風暴，明天去島上的渡輪將停航，乘客可以辦理退票。"), ("ja", "嵐のため、明日の島行きのフェリーは欠航します。"),
    ("am", "በማዕበሉ ምክንያት ጀልባው ነገ ወደ ደሴቱ አይሄድም።"), ("ckb", "بەهۆی زریانەوە سبەی کەشتییەکە ناچێت بۆ دوورگەکە."),
    ("sr", "Сутра брод за острво неће пловити због олује, саопштила је лука."),
  ])
  func languages(_ code: String, _ text: String) {
    let detection = LanguageDetector.detect(text)
    #expect(detection.code == code)
    // Venda is known to CLD2 alone.
    #expect(detection.confidence > (code == "ve" ? 0.2 : 0.5) && detection.confidence <= 1)
    #expect(detection.candidates.first?.code == code)
  }

  @Test(arguments: [
    ("el", "Grek", "Αύριο δεν έχει πλοίο."), ("hy", "Armn", "Վաղը նավ չկա"), ("ka", "Geor", "ხვალ გემი არ არის"),
    ("th", "Thai", "พรุ่งนี้ไม่มีเรือ"), ("lo", "Laoo", "ມື້ອື່ນບໍ່ມີເຮືອ"), ("km", "Khmr", "ស្អែកគ្មានទូក"),
    ("my", "Mymr", "မနက်ဖြန်လှေမရှိ"), ("ko", "Hang", "내일은 배가 없다"), ("ja", "Jpan", "明日は船がない"), ("ta", "Taml", "நாளை படகு இல்லை"),
    ("te", "Telu", "రేపు పడవ లేదు"), ("kn", "Knda", "ನಾಳೆ ದೋಣಿ ಇಲ್ಲ"), ("ml", "Mlym", "നാളെ ബോട്ടില്ല"), ("gu", "Gujr", "કાલે હોડી નથી"),
    ("pa", "Guru", "ਕੱਲ੍ਹ ਕਿਸ਼ਤੀ ਨਹੀਂ"), ("or", "Orya", "କାଲି ଡଙ୍ଗା ନାହିଁ"), ("si", "Sinh", "හෙට බෝට්ටුවක් නැත"), ("dv", "Thaa", "މާދަމާ"),
  ])
  func scriptsOfOneLanguage(_ code: String, _ script: String, _ text: String) {
    let detection = LanguageDetector.detect(text)
    #expect(detection.code == code)
    #expect(detection.script?.code == script)
    #expect(detection.confidence > 0.9)
  }

  @Test(arguments: [
    "", "   ", "\0\0\0", "12,345.67 – 8", "?!… («»)", "🎉👨‍👩‍👧🎉", "https://example.org/a/b?c=d", "@someone #tag", "\u{301}",
  ])
  func textsWithoutLanguage(_ text: String) {
    let detection = LanguageDetector.detect(text)
    #expect(detection.code == "und")
    #expect(detection.confidence == 0)
    #expect(detection.candidates.isEmpty)
  }

  @Test func confidenceGrowsWithTheText() {
    let text = "Die Fähre zur Insel fährt morgen wegen des Sturms nicht."
    let short = LanguageDetector.detect("Die Fähre zur Insel").confidence
    #expect(LanguageDetector.detect(text).confidence > short)
  }

  @Test func namesDoNotMakeTextEnglish() {
    #expect(LanguageDetector.detect("Washington Redskins hrají dnes večer").code == "cs")
  }

  @Test func nulAndControlCharactersDoNotCutTheTextOff() {
    var scalars = "\0\u{1}Die Fähre\0 zur Insel fährt morgen wegen des Sturms nicht.\u{FEFF}".unicodeScalars
    let noncharacters: [UInt32] = [0xFDD0, 0xFFFE, 0x1FFFF]
    scalars.insert(contentsOf: noncharacters.compactMap { Unicode.Scalar($0) }, at: scalars.startIndex)
    #expect(LanguageDetector.detect(String(scalars)).code == "de")
  }

  @Test func whatLiesBehindATextInMemoryChangesNothing() {
    // CLD2 looks at the letter behind the end where two scripts meet, and dies of the last of these.
    let text = Array("Desert Island Discs는".utf8)
    let answers = [[], Array("는는는".utf8), Array("abc".utf8), [0xF0, 0x82, 0x82, 0x82]].map { tail in
      var longer = text + tail
      longer.removeLast(tail.count)
      let answer = CompactLanguageDetector.detect(longer)
      return answer.languages.map { "\($0.code) \($0.share)" }
    }
    #expect(Set(answers).count == 1 && answers.first?.isEmpty == false)
  }

  @Test func everyScalarIsFitForCLD2() {
    // Cleaned text is not checked again, and CLD2 is not made for any that it would refuse.
    for plane in stride(from: UInt32(0), to: 0x30000, by: 0x400) {
      var view = "Die Fähre zur Insel fährt morgen wegen des Sturms leider nicht. ".unicodeScalars
      for value in plane..<plane + 0x400 {
        if let scalar = Unicode.Scalar(value) { view.append(scalar) }
      }
      let sample = LanguageSample.cleaned(String(view))
      let bytes = Array(sample.utf8CString)
      var result = ccld2_result()
      #expect(ccld2_detect(bytes, bytes.count - 1, false, &result))
      #expect(Int(result.valid_bytes) == bytes.count - 1, "plane \(String(plane, radix: 16))")
    }
  }

  @Test func longTextsAreJudgedByTheirParts() {
    let line = "Die Fähre zur Insel fährt morgen wegen des Sturms nicht. "
    let text = String(repeating: line, count: 40_000)
    #expect(LanguageSample.excerpt(text).utf8.count <= LanguageSample.longestBytes + 2)
    #expect(LanguageDetector.detect(text).code == "de")
    // Cutting between bytes must not break letters.
    let cyrillic = "x" + String(repeating: "Завтра паром не пойдёт. ", count: 20_000)
    #expect(!LanguageSample.excerpt(cyrillic).unicodeScalars.contains("\u{FFFD}"))
  }
}

@Suite struct SampleSymbolsTests {
  @Test(
    arguments: [
      ("", 0), ("a b\tc\n", 0), ("a=b;", 0.5), ("seaPort", 1.0 / 7), ("sea Port", 0), ("{}()[];=<>_|&*+/\\^~`$%", 1),
      ("über;", 0.2), ("ééééééé Port", 0), ("1234567aBc", 0.1), ("1234567a Bc", 0), ("!\"#',-.:?@", 0),
    ] as [(String, Float)])
  func shareOfSigns(_ text: String, share: Float) {
    var text = text
    // At each distance from where the bytes that are read together begin.
    for shift in 0..<9 {
      var shifted = String(repeating: " ", count: shift) + text
      #expect(abs(shifted.withUTF8 { SampleSymbols.share(of: $0) } - share) < 1e-6)
    }
    #expect(abs(text.withUTF8 { SampleSymbols.share(of: $0) } - share) < 1e-6)
  }

  @Test(
    arguments: [
      ("file.size and open(path)", 2), ("mayor(s)", 0), ("www.example", 0), ("a.b.c", 2), ("items[0].name(x)", 2),
      (".a(", 0), ("1.5 (x) a. b", 0), ("end.", 0), ("f()(x)", 2),
    ] as [(String, Int)])
  func joints(_ text: String, count: Int) {
    for shift in 0..<9 {
      var shifted = String(repeating: " ", count: shift) + text
      let weight = shifted.withUTF8 { bytes in
        SampleSymbols.share(of: bytes, cleaned: Array(bytes)) - SampleSymbols.share(of: bytes)
      }
      let wanted = count < 2 ? 0 : 3 * Float(count) / Float(shifted.utf8.count)
      #expect(abs(weight - wanted) < 1e-6)
    }
  }
}

@Suite struct LanguageSampleTests {
  @Test(arguments: [
    ("see https://example.org/a-b?c=1 now", "see now"), ("see HTTP://EXAMPLE.ORG now", "see now"),
    ("www.example.org", ""),
    ("请看https://example.org/路吧", "请看 路吧"), ("mail john.smith99@example.org today", "mail today"),
    ("by @some_one and @محمد", "by and "), ("#BreakingNews: fire", ": fire"), ("on 27 May 2018", "on May "),
    ("a\0b\u{7}c", "a b c"), ("two  \r\n lines", "two lines"), ("how http works", "how http works"),
    ("@", ""), ("a@", ""), ("a@b", ""), ("#", ""), ("h", "h"), ("HTTPS://A", ""), ("x www.a.b", "x "),
    ("ein\u{FF03}tag＠name der", "ein der"), ("𐌰𐌱 \u{1F600} 12", "𐌰𐌱 \u{1F600} "), ("wwww.a", "w "),
    ("می\u{200C}خواهم", "می\u{200C}خواهم"), ("e\u{301}", "é"), ("", ""),
  ])
  func cleaning(_ text: String, _ expected: String) {
    #expect(Array(LanguageSample.cleaned(text).unicodeScalars) == Array(expected.unicodeScalars))
  }
}

@Suite struct LanguageCodesTests {
  @Test(arguments: [
    ("iw", Script.hebrew, "he"), ("no", .latin, "nb"), ("tl", .latin, "fil"), ("jw", .latin, "jv"),
    ("zh-Hant", .han, "zh-Hant"), ("zh", .han, "zh"), ("sr", .cyrillic, "sr"), ("sr", .latin, "sr-Latn"),
    ("uz", .cyrillic, "uz-Cyrl"),
    ("ku", .arabic, "ckb"),
    ("ku", .latin, "ku"), ("en", .latin, "en"),
  ])
  func bcp47(_ cld2: String, _ script: Script, _ expected: String) {
    let language = LanguageCodes.language(cld2: cld2, script: script)
    #expect(
      language.map { LanguageCodes.bcp47($0, script: script, isTraditional: cld2 == "zh-Hant") } == expected)
  }

  @Test(arguments: ["un", "tlh", "zzp", "xx-Zyyy", ""])
  func noLanguage(_ code: String) { #expect(LanguageCodes.language(cld2: code, script: .latin) == nil) }
}
