import StageKit
import Testing

@testable import DuplicatesPlugin

/// Which of two duplicates was made from the other.
@Suite struct DirectionTests {
  private func signs(
    _ text: String, published: String? = nil, author: String? = nil
  ) -> [String] {
    var document = Document(id: "x", text: text)
    document.published = published
    document.author = author
    let found = DirectionSigns(document)
    return found.signs.map { "\($0.kind.rawValue) \($0.says)" }
  }

  private let body =
    "Ministers met in the capital on Monday to talk about grain.\nTalks go on tomorrow, both sides said."

  @Test func agenciesSignInManyScripts() {
    let datelines = [
      ("LONDON, March 3 (Reuters) - \(body)", "Reuters"), ("МОСКВА, 3 марта. /ТАСС/. Переговоры продолжаются.", "TASS"),
      ("新华社北京3月3日电 部长们星期一在首都会面。", "Xinhua"), ("（路透社）部长们星期一在首都会面。", "Reuters"),
      ("لندن (رويترز) - اجتمع الوزراء يوم الاثنين.", "Reuters"), ("Berlin (dpa) - Die Minister trafen sich.", "dpa"),
      ("ANKARA (AA) - Bakanlar pazartesi günü buluştu.", "Anadolu"), ("\(body)\nAFP/dpa", "AFP"),
      ("\(body)\n(연합뉴스)", "Yonhap"),
    ]
    for (text, agency) in datelines { #expect(signs(text).first == "agency \(agency)", "\(agency)") }
    #expect(signs(body, author: "Ana Ruiz, EFE") == ["agency EFE"])
    #expect(signs("\(body)\nAFP/dpa") == ["agency AFP", "agency dpa"])
  }

  @Test func subjectsAreNoSignatures() {
    #expect(signs("Reuters opened an office in Accra, its managing editor said on Monday in a speech to staff.") == [])
    #expect(signs("The app (short for application) was made in the AA meeting on 3/4 or 5/4, the PAP said.") == [])
    #expect(signs("Line one.\nLine two.\nLine three.\nLine four says (AFP) here.\nFive.\nSix.\nSeven.") == [])
    #expect(signs("") == [])
  }

  @Test func labelsNameSourcesAndTranslators() {
    #expect(signs("\(body)\nSource: Xinhua News Agency") == ["source Source: Xinhua News Agency"])
    #expect(signs("\(body)\nالمصدر: وكالة الأنباء") == ["source المصدر: وكالة الأنباء"])
    #expect(signs("来源：新华社\n部长们会面。") == ["source 来源：新华社"])
    #expect(signs("\(body)\n(Translated by Maria Silva)") == ["translation Translated by Maria Silva"])
    #expect(signs("Перевод: Анна Котова\n\(body)") == ["translation Перевод: Анна Котова"])
    #expect(signs("\(body)\nAus dem Haus kam Rauch.") == [])
    #expect(signs("\(body)\nSource:") == [])
  }

  @Test func itIsDecidedByWhatTells() {
    func source(_ mine: (String, String?), _ theirs: (String, String?)) -> Document.Direction.Side {
      let documents = [mine, theirs].map { text, published in
        var document = Document(id: "x", text: text)
        document.published = published
        return DirectionSigns(document)
      }
      return DirectionSigns.direction(documents[0], documents[1]).source
    }
    let translated = "\(body)\nTranslated by Maria Silva"
    #expect(source((body, nil), (body, nil)) == .unknown)
    #expect(source((body, "2026-03-01"), (body, "2026-03-02")) == .mine)
    #expect(source((body, "2026-03-02T09:00:00Z"), (body, "2026-03-02T08:00:00+01:00")) == .theirs)
    #expect(source((body, "2026-03-02"), (body, "2026-03-02T08:00:00Z")) == .unknown)
    #expect(source((translated, nil), (body, nil)) == .theirs)
    #expect(source((translated, nil), (translated, nil)) == .unknown)
    #expect(source((body, "2026-03-02"), ("Source: Reuters\n\(body)", "2026-03-03")) == .mine)
    // The earlier one says that it is translated: the signs contradict each other.
    #expect(source((translated, "2026-03-01"), (body, "2026-03-02")) == .unknown)
  }

  @Test func itStandsInTheEvidence() async throws {
    let text = MadeUp.text("red", 0..<10)
    let outcome = try await findDuplicates(
      [
        MadeUp.document("a", "red", text: text, published: "2026-03-02"),
        MadeUp.document("b", "red", text: text + "\nSource: Reuters", published: "2026-03-03"),
        MadeUp.document("c", "red", 40..<50), MadeUp.document("d", "red", 40..<49),
      ], kinds: [.near])
    let direction = try #require(outcome["b"]?.direction)
    #expect(direction.source == .theirs)
    #expect(
      direction.signs == [
        .init(on: .mine, .published, "2026-03-03"), .init(on: .mine, .source, "Source: Reuters"),
        .init(on: .theirs, .published, "2026-03-02"),
      ])
    #expect(outcome["a"]?.direction?.source == .mine)
    #expect(outcome["d"]?.direction == .init(source: .unknown, signs: []))
    #expect(outcome.notes["originals"] == "earliest published, else longest text, else smallest path")
  }
}
