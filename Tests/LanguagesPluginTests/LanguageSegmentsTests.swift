import Testing

@testable import LanguagesPlugin

@Suite struct LanguageSegmentsTests {
  private let german = "Die Fähre zur Insel fährt morgen wegen des Sturms nicht."
  private let english = "The ferry to the island will not sail tomorrow because of the storm."
  private let arabic = "لن تبحر العبارة إلى الجزيرة غدا بسبب العاصفة القوية."

  @Test func paragraphsInTurn() {
    let text = "\(german)\r\n\r\n\(english)\n\(english)\n\(arabic)"
    let segments = LanguageDetector.segments(of: text)
    #expect(segments.map(\.code) == ["de", "en", "ar"])
    let scalars = Array(text.unicodeScalars)
    let parts = segments.map { part in
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[part.start..<part.end])
      return String(view)
    }
    #expect(parts == [german, "\(english)\n\(english)", arabic])
  }

  @Test func shortParagraphsBelongToTheirNeighbours() {
    let text = "\(german)\nFoto: dpa\n\(german)"
    #expect(LanguageDetector.segments(of: text).map(\.code) == ["de"])
    #expect(LanguageDetector.segments(of: text).first?.end == text.unicodeScalars.count)
  }

  @Test func nearRelativesCountAsTheTextsLanguage() {
    let segments = LanguageDetector.segments(
      of: "Kapal ke pulau itu tidak akan belayar esok kerana ribut.", language: "id")
    #expect(segments.map(\.code) == ["id"])
  }

  @Test(arguments: ["", "\n\n\n", "12345\n67890", "Hi\nYo"])
  func noParagraphWorthALabel(_ text: String) { #expect(LanguageDetector.segments(of: text).isEmpty) }

  /// A long German text: nothing but its one foreign paragraph can make CLD2 say more than "German".
  private func longText(_ foreign: String, at place: Int) -> String {
    var paragraphs = (0..<6).map { _ in Array(repeating: german, count: 8).joined(separator: " ") }
    paragraphs.insert(foreign, at: place)
    return paragraphs.joined(separator: "\n\n")
  }

  @Test(
    arguments: [
      ("en", "The ferry will not sail tomorrow."),
      ("en", "The ferry to the island will not sail tomorrow because of the storm."),
      ("en", String(repeating: "The ferry to the island will not sail tomorrow because of the storm. ", count: 6)),
      ("fr", "Le bateau pour l'île ne partira pas demain à cause de la tempête."),
      ("nl", "De veerboot naar het eiland vaart morgen niet vanwege de zware storm, zegt de rederij."),
      ("sv", "Färjan till ön går inte i morgon på grund av den hårda stormen, säger rederiet."),
      ("ru", "Завтра паром на остров не пойдёт из-за шторма."), ("ar", "لن تبحر العبارة إلى الجزيرة غدا بسبب العاصفة."),
      ("el", "Αύριο δεν έχει πλοίο για το νησί λόγω καταιγίδας."), ("ja", "嵐のため、明日の島行きのフェリーは欠航します。"),
    ], [0, 3, 6])
  func aForeignParagraphIsFoundInALongText(_ sample: (code: String, text: String), place: Int) throws {
    let text = longText(sample.text, at: place)
    let whole = LanguageDetector.examine(text)
    let segments = LanguageDetector.foreignSegments(of: text, given: whole)
    #expect(whole.detection.code == "de")
    let expected = ["de", sample.code, "de"]
    #expect(segments.map(\.code) == Array(place == 0 ? expected[1...] : place == 6 ? expected[..<2] : expected[...]))
    let found = try #require(segments.first { $0.code == sample.code })
    let scalars = Array(text.unicodeScalars)[found.start..<found.end]
    #expect(scalars.elementsEqual(sample.text.unicodeScalars))
  }

  @Test func whatIsSettledByTheWholeIsWhatEachParagraphSays() {
    let text = longText(german, at: 2)
    let whole = LanguageDetector.examine(text)
    #expect(whole.settledLetters == 300, "paragraphs of 376 letters are not looked at again")
    #expect(LanguageDetector.segments(of: text) == LanguageDetector.segments(of: text, language: "de"))
    #expect(LanguageDetector.foreignSegments(of: text, given: whole).isEmpty)
  }

  @Test func twoScriptsInATextSettleNothing() {
    #expect(LanguageDetector.examine("\(german) \(german)\n\(arabic)").settledLetters == nil)
    #expect(LanguageDetector.examine("Αύριο δεν έχει πλοίο για το νησί.\nΘα φύγει μεθαύριο.").settledLetters == 0)
  }
}
