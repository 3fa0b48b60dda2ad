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
}
