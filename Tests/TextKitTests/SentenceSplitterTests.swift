import Testing

@testable import TextKit

/// A text with `¦` at the places where the splitter should cut.
struct MarkedSentences: Sendable, CustomTestStringConvertible {
  let language: String?
  let marked: String

  init(_ language: String?, _ marked: String) {
    self.language = language
    self.marked = marked
  }

  var testDescription: String { "\(language ?? "any"): \(marked)" }

  /// The text as the splitter gets it.
  var text: String { marked.replacing("¦", with: "") }

  /// The result of the splitter, with its cuts marked in the same way.
  var result: String {
    var scalars = Array(text.unicodeScalars)
    for sentence in SentenceSplitter.split(text, language: language).dropLast().reversed() {
      scalars.insert("¦", at: sentence.end)
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

@Suite struct SentenceSplitterTests {
  @Test(arguments: [
    MarkedSentences("en", "The bridge is closed.¦ Nobody was hurt!¦ Will it open again?¦ We will see."),
    MarkedSentences("en", "Dr. Lane met Gen. Okoro at St. Anne's on Jan. 5.¦ They spoke for an hour."),
    MarkedSentences("en", "See No. 7 and p. 12 of the report.¦ It was published on 3 May."),
    MarkedSentences("en", "The U.S. Senate met at 9 a.m. on Monday.¦ It was raining."),
    MarkedSentences("en", "He moved to the U.S.¦ The family stayed behind."),
    MarkedSentences(
      "en", "J. R. Miller and Ann B. Stone own Miller Inc. and sold it.¦ Prices rose 3.5 percent to 1.25 euros."),
    MarkedSentences("en", "They sell bread, milk, etc. in the shop.¦ They also sell e.g. nails."),
    MarkedSentences("en", "\"We are ready.\" said the mayor.¦ \"Are you?\" asked the crowd.¦ \"Yes!\"¦ Then it ended."),
    MarkedSentences("en", "“Come in.”¦ She opened the door (it was late.)¦ Nobody came."),
    MarkedSentences("en", "Wait... what did he say?¦ He left…¦ Then the phone rang."),
    MarkedSentences("en", "The new iPhone is out.¦ iPhone sales rose.¦ It works (really!) well."),
    MarkedSentences("en", "The claim was repeated.[12]¦ Nobody checked it.¹¦ It was wrong."),
    MarkedSentences("en", "1. Open the lid.¦ 2. Pour in water."),
    MarkedSentences("en", "Read example.com or www.example.org/a.b for more.¦ It is free."),
    MarkedSentences(nil, "Mr. Gray met Sen. Brown.¦ They talked."),
  ])
  func english(_ sample: MarkedSentences) { #expect(sample.result == sample.marked) }

  @Test(arguments: [
    MarkedSentences("de", "Am 27. Januar tagt der Rat, z. B. in Bonn.¦ Im 19. Jahrhundert war das anders."),
    MarkedSentences(
      "de", "Der Brief kam am Samstag (29. September) an.¦ Er war 2018.¦ Das Spiel endete 3:1.¦ Der Trainer ging."),
    MarkedSentences("de", "„Wir kommen.“¦ Das sagte Prof. Weber bzw. sein Büro.¦ »Gut.«¦ Danach war Ruhe."),
    MarkedSentences("tr", "Toplantı 19. yüzyılda yapıldı.¦ Doç. Dr. Kaya 2. Köprü'yü anlattı.¦ Herkes dinledi."),
    MarkedSentences("fi", "Kokous pidetään 3. toukokuuta klo 12.¦ Paikalla on mm. ministeri."),
    MarkedSentences("hu", "A 3. kerületben laknak, pl. Budán.¦ A ház száma 12.¦ Holnap jönnek."),
    MarkedSentences("cs", "Dne 5. května přijel tzv. velký vlak.¦ Karel IV. Lucemburský v něm nejel."),
    MarkedSentences("fr", "« C'est fini. »¦ M. Durand est parti.¦ « Vraiment ? » demanda-t-il."),
    MarkedSentences("es", "El Sr. Gómez llegó a EE. UU. en 2019.¦ ¿Por qué?¦ ¡Nadie lo sabe!"),
    MarkedSentences("ru", "Это было в 2018 г. в Москве, т. е. давно.¦ Завод построили в 1990 г.¦ Потом его закрыли."),
    MarkedSentences("ru", "А. С. Иванов живёт на ул. Мира.¦ Он пенсионер."),
    MarkedSentences("el", "Τι έγινε;¦ Κανείς δεν ξέρει.¦ Ο κ. Νίκου έφυγε."),
    MarkedSentences("ga", "Bhí sé mall.¦ n-Éireannach é.¦ Tháinig sé."),
    MarkedSentences("ka", "მატარებელი დაიგვიანა.¦ მგზავრები ელოდნენ."),
    MarkedSentences("hy", "Գնացքը ուշացավ։¦ Մարդիկ սպասեցին:¦ Ոչ ոք չեկավ։"),
  ])
  func otherLanguagesWithSpaces(_ sample: MarkedSentences) { #expect(sample.result == sample.marked) }

  @Test(arguments: [
    MarkedSentences("ar", "هل وصل القطار؟¦ نعم، وصل أمس.¦ قال د. سامي ذلك."),
    MarkedSentences("he", "הרכבת איחרה.¦ למה?¦ איש לא יודע."),
    MarkedSentences("he", "\u{200F}הרכבת איחרה.¦\u{200F} הנוסעים חיכו.\u{200F}"),
    MarkedSentences("fa", "قطار دیر رسید.¦ «مسافران منتظر بودند.»¦ باران می‌بارید."),
    MarkedSentences("ur", "ٹرین دیر سے آئی۔¦ لوگ انتظار کرتے رہے۔"),
    MarkedSentences("hi", "गाड़ी देर से आई।¦ लोग इंतज़ार करते रहे।¦ डॉ. राव भी वहाँ थे।"),
    MarkedSentences("pa", "ਗੱਡੀ ਦੇਰ ਨਾਲ ਆਈ |¦ ਲੋਕ ਉਡੀਕਦੇ ਰਹੇ |"),
    MarkedSentences("kn", "\"ನಾವು ಬರುತ್ತೇವೆ.\" ಎಂದು ಅವರು ಹೇಳಿದರು.¦ ಮಳೆ ಬಂತು."),
    MarkedSentences("zh", "火车晚点了。¦乘客们在等。¦“什么时候到？”¦没有人知道！"),
    MarkedSentences("zh", "价格是3.5元。¦他说：“好。”，然后走了。"),
    MarkedSentences("ja", "電車が遅れた。¦「いつ来ますか。」と客が聞いた。¦誰も知らない！"),
    MarkedSentences("ko", "기차가 늦었다.¦ \"언제 오나요?\"라고 물었다.¦ 아무도 몰랐다."),
    MarkedSentences("km", "រថភ្លើងមកយឺត។¦ អ្នកដំណើររង់ចាំ ត្រី បាយ ។ល។¦ ទៀត។"),
    MarkedSentences("my", "ရထားနောက်ကျသည်။¦ လူများစောင့်နေသည်။"),
    MarkedSentences("am", "ባቡሩ ዘገየ።¦ ሰዎች ጠበቁ፡፡¦ ማንም አልመጣም::¦ ዝናብ ነበር።"),
    MarkedSentences("th", "รถไฟมาสายเมื่อ พ.ศ. 2560 ที่สถานี"),
  ])
  func otherScripts(_ sample: MarkedSentences) { #expect(sample.result == sample.marked) }

  @Test(arguments: ["\n", "\r\n", "\r", "\n\n", "\u{2028}", "\u{2029}", "\u{85}", "\u{0C}"])
  func lineEndsAlwaysCut(_ lineEnd: String) {
    let text = "A heading without a stop\(lineEnd)- an item, in lower case\(lineEnd)and more"
    let sentences = SentenceSplitter.split(text, language: "en")
    #expect(sentences.map(\.text) == ["A heading without a stop", "- an item, in lower case", "and more"])
  }

  @Test(arguments: ["", " \t\r\n ", "\u{FEFF}", "\0\0", "\u{200F}\n\u{200B}"])
  func nothingToSay(_ text: String) { #expect(SentenceSplitter.split(text, language: nil).isEmpty) }

  @Test(arguments: ["...", "?! ?! ?!", "* * *", "🎉🎉 🎉", "(!)", ". . . . .", "\"", "1.", "¿"])
  func onlyMarksAreOneSentence(_ text: String) {
    #expect(SentenceSplitter.split(text, language: "en").map(\.text) == [text])
  }

  @Test func invisibleCharactersAreTrimmed() {
    let sentences = SentenceSplitter.split("\u{FEFF}One day.\0 \u{200B}Two\0days.\u{200F}", language: "en")
    #expect(sentences.map(\.text) == ["One day.", "Two\0days."])
  }

  @Test func emojiGoWithTheirSentence() {
    let sentences = SentenceSplitter.split("What a day! 🎉 It was great 👨‍👩‍👧. Bye.", language: "en")
    #expect(sentences.map(\.text) == ["What a day!", "🎉 It was great 👨‍👩‍👧.", "Bye."])
  }

  @Test(arguments: [
    "Ein Tag. Noch einer!\r\n\r\nDrei? „Ja.“ 🎉 Ende", "火车晚点了。乘客们在等。\u{2028}三",
    "\0A. B. C.\t\u{200F}שלום.\u{200F} עולם.",
    String(repeating: "слово ", count: 900), String(repeating: "字", count: 2500), String(repeating: "ก", count: 2500),
  ])
  func offsetsAreThoseOfTheText(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var last = 0
    for sentence in SentenceSplitter.split(text, language: nil) {
      #expect(sentence.start >= last && sentence.end > sentence.start && sentence.end <= scalars.count)
      #expect(Array(sentence.text.unicodeScalars) == Array(scalars[sentence.start..<sentence.end]))
      last = sentence.end
    }
    let kept = SentenceSplitter.split(text, language: nil).map(\.text).joined()
    let isShown: (Unicode.Scalar) -> Bool = { ScalarClass.of($0) != .space && ScalarClass.of($0) != .invisible }
    #expect(kept.unicodeScalars.filter(isShown).count == scalars.filter(isShown).count)
  }
}
