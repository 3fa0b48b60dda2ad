import Testing

@testable import LanguagesPlugin

/// Languages inside of paragraphs. Short texts, so that answers do not hang on whether the language model is there.
@Suite struct SentenceSegmentsTests {
  private static let english = """
    The ferry to the island will not sail tomorrow because of the heavy storm. Passengers who have already bought a \
    ticket will get their money back at the counter in the harbour.
    """
  private static let german = """
    Die Schulen auf der Insel bleiben am Mittwoch ebenfalls geschlossen. Der Bürgermeister bat alle Bewohner, in ihren \
    Häusern zu bleiben und die Fenster zu schließen.
    """
  private static let russian = """
    Завтра паром на остров не пойдёт из-за сильного шторма, сообщили в порту. Пассажиры смогут вернуть билеты в кассе \
    на причале до конца недели.
    """
  private static let japanese = "嵐のため、明日の島行きのフェリーは欠航します。切符の払い戻しは港の窓口で受け付けています。"
  private static let spanish = """
    El barco a la isla no saldrá mañana por culpa del temporal, según informó la autoridad del puerto. Los pasajeros \
    que ya compraron su billete podrán viajar cualquier otro día de esta semana.
    """

  /// The codes and texts of the segments.
  private func parts(of text: String) -> [(code: String, text: String)] {
    let scalars = Array(text.unicodeScalars)
    return TextLanguages(of: text).segments.map { segment in
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[segment.start..<segment.end])
      return (segment.code, String(view))
    }
  }

  @Test(
    arguments: [
      ("en", english, "de", german), ("ru", russian, "en", english), ("de", german, "es", spanish),
      ("ja", japanese, "es", spanish), ("es", spanish, "ru", russian),
    ])
  func twoLanguagesInOneParagraph(_ one: String, _ first: String, _ other: String, _ second: String) {
    let found = parts(of: "\(first) \(second)")
    #expect(found.map(\.code) == [one, other])
    #expect(found.map(\.text) == [first, second])
  }

  /// Japanese is written with Chinese characters, too: only that there are no kana among them tells.
  @Test func chineseInsideJapanese() {
    let chinese = "由于风暴明天前往岛上的渡轮将全部停航，乘客可以在码头的售票处办理退票手续。岛上的学校也将继续停课一天。"
    let inParagraphs = parts(of: "\(Self.japanese)\n\n\(chinese)\n\n\(Self.japanese)")
    #expect(inParagraphs.map(\.code) == ["ja", "zh", "ja"])
    #expect(inParagraphs.dropFirst().first?.text == chinese)
    #expect(parts(of: "\(Self.japanese)\(chinese)").map(\.text) == [Self.japanese, chinese])
  }

  /// Long lists of offices and names have no kana either, but are no sentences.
  @Test func officesInJapaneseAreNoChinese() {
    let offices = "出席したのは島根県港湾局長、北海道運輸局次長、長崎市消防本部警防課長の三人です。"
    #expect(parts(of: "\(Self.japanese)\(offices)\(Self.japanese)").isEmpty)
  }

  @Test func twoSentencesInAnotherScriptInALongParagraph() {
    let georgian = """
      ხვალ კუნძულზე ბორანი ძლიერი ქარიშხლის გამო აღარ გავა. მგზავრები ბილეთის ფულს ნავსადგურის სალაროში დაიბრუნებენ. \
      კუნძულის სკოლებიც ოთხშაბათს დაკეტილი იქნება. მერმა მოსახლეობას სთხოვა, სახლებში დარჩენილიყვნენ. \
      მეთევზეებმა ნავები უკვე დილით ნაპირზე ამოიყვანეს.
      """
    let short = "Die Schulen auf der Insel bleiben geschlossen. Der Bürgermeister bat alle Bewohner um etwas Geduld."
    let found = parts(of: "\(georgian) \(short) \(georgian) \(georgian)")
    #expect(found.map(\.code) == ["ka", "de", "ka"])
    #expect(found.dropFirst().first?.text == short)
  }

  @Test func twoForeignSentencesInTheMiddleOfAParagraph() {
    let found = parts(of: "\(Self.english) \(Self.german) \(Self.english.uppercased())")
    #expect(found.map(\.code) == ["en", "de", "en"])
    #expect(found.dropFirst().first?.text == Self.german)
  }

  @Test func offsetsCountScalars() {
    // A family is seven scalars, an accented letter two, and a line break of Windows two.
    let text = "👨‍👩‍👧‍👦 \(Self.german)\r\n\r\n\(Self.spanish.decomposed) 🚢\r\n"
    let found = parts(of: text)
    #expect(found.map(\.code) == ["de", "es"])
    #expect(found.first?.text.hasSuffix("zu schließen.") == true)
    #expect(found.last?.text.hasPrefix("El barco") == true)
    #expect(found.last?.text.unicodeScalars.contains("\u{301}") == true)
  }

  @Test(
    arguments: [
      "Der Kapitän sagte „Завтра паром на остров не пойдёт“ und ging wieder an Bord, ohne weitere Fragen zu beantworten.",
      "Die Reederei (по-русски: Морское пароходство островов) sagte am Abend alle Fahrten zur Insel ab.",
      "Die Zeitung 島の朝 berichtete am Dienstag über den schweren Sturm und seine Folgen für die Schifffahrt.",
    ])
  func aQuotationInASentenceIsNoSegment(_ sentence: String) {
    #expect(TextLanguages(of: "\(Self.german) \(sentence) \(Self.german)").segments.isEmpty)
  }

  @Test func namesAndShortWordsAreNoSegments() {
    let text = "\(Self.german) OK. Yes! Microsoft Windows. \(Self.german)\nFoto: dpa\nLondon, New York"
    #expect(TextLanguages(of: text).segments.isEmpty)
  }

  @Test(arguments: ["", " ", "\n\r\n", "Hafen", "12:30", "\u{0}", "👍👍", "a\u{301}", "الف"])
  func nothingToDivide(_ text: String) { #expect(TextLanguages(of: text).segments.isEmpty) }

  @Test func theLanguageIsThatOfMostText() throws {
    let text = "\(Self.german)\n\(Self.spanish) \(Self.spanish.uppercased())"
    let answer = TextLanguages(of: text)
    #expect(answer.detection.code == "es")
    #expect(answer.shares.map(\.code) == ["es", "de"])
    #expect(abs(answer.shares.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    #expect(try #require(answer.shares.first).share > 0.6)
    #expect(Set(answer.detection.candidates.map(\.code)).isSuperset(of: ["es", "de"]))
  }

  @Test func segmentsLieInOrderWithoutOverlap() {
    let text = [Self.german, Self.russian, Self.english, Self.japanese, Self.spanish].joined(separator: " ")
    let answer = TextLanguages(of: text)
    #expect(answer.segments.map(\.code) == ["de", "ru", "en", "ja", "es"])
    for (one, next) in zip(answer.segments, answer.segments.dropFirst()) { #expect(one.end <= next.start) }
    #expect(answer.segments.allSatisfy { $0.start < $0.end && $0.end <= text.unicodeScalars.count })
  }

  @Test func longStretchesAreCutAtSpacesAndScripts() {
    let thai = String(repeating: "เรือเฟอร์รี่ไปเกาะจะไม่ออกพรุ่งนี้เพราะพายุ", count: 3)
    let pieces = SentencePieces("\(thai) \(Self.english)").all()
    #expect(pieces.contains { $0.changesScript })
    #expect(pieces.first?.scalars.lowerBound == 0)
    for (one, next) in zip(pieces, pieces.dropFirst()) { #expect(one.scalars.upperBound == next.scalars.lowerBound) }
    #expect(pieces.last?.scalars.upperBound == "\(thai) \(Self.english)".unicodeScalars.count)
    #expect(SentencePieces("").all().isEmpty)
    #expect(SentencePieces("Der Hafen ist zu.").all().count == 1)
  }
}

extension String {
  /// With "á" and "ó" in two scalars each.
  fileprivate var decomposed: String {
    var view = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "á": view.append(contentsOf: ["a", "\u{301}"])
      case "ó": view.append(contentsOf: ["o", "\u{301}"])
      default: view.append(scalar)
      }
    }
    return String(view)
  }
}
