import Foundation
import InputPlugin
import StageKit
import StageTesting
import Testing

@Suite("Headlines, dates and authors in plain text")
struct PlainTextTests {
  @Test(arguments: [
    ("Ferry sinks off Corfu\n\nAll 120 passengers were saved on Monday.", "Ferry sinks off Corfu"),
    ("غرق عبارة قبالة كورفو\n\nتم إنقاذ جميع الركاب يوم الاثنين قبالة الساحل.", "غرق عبارة قبالة كورفو"),
    ("渡轮在科孚岛附近沉没\n\n周一，所有一百二十名乘客全部获救，无人受伤。", "渡轮在科孚岛附近沉没"),
    (
      "Fähre vor Korfu gesunken\nAlle 120 Passagiere wurden am Montag gerettet.\nNiemand wurde verletzt.",
      "Fähre vor Korfu gesunken"
    ),
    ("“We were lucky”\n\nThe captain thanked the coast guard on Monday.", "“We were lucky”"),
  ])
  func aClearHeadlineBecomesTheTitle(text: String, title: String) async throws {
    let folder = try Folder()
    let document = try #require(try await folder.read(text: text))
    #expect(document.title == title)
    #expect(!document.text.contains(title))
    #expect(document.text == text.dropFirst(title.count).trimmingCharacters(in: .newlines))
  }

  @Test(arguments: [
    "The ferry sank off Corfu on Monday.\nAll passengers were saved, the coast guard said.",
    "The ferry sank off\n\nCorfu",  // nothing longer follows
    "The ferry that sank off the coast of Corfu on Monday had been\nrepaired only a week before, said the owner, and the\ncoast guard confirmed that. It will be lifted soon.",
    "- first item\n\nAnd a long sentence that follows the item and ends.",
    "All of them said:\n\nWe were lucky to be alive after that long night.",
    "เรือเฟอร์รี่จมนอกเกาะคอร์ฟูเมื่อวันจันทร์\n\nผู้โดยสารทุกคนได้รับการช่วยเหลือแล้ววันนี้ตามรายงาน",
    "12 March 2026\n\nThe ferry sank off Corfu, and all passengers were saved.",
    "One line only",
  ])
  func whatMayBeASentenceStays(text: String) async throws {
    let folder = try Folder()
    let document = try #require(try await folder.read(text: text))
    #expect(document.title == nil)
    #expect(document.text == text)
  }

  @Test(arguments: [
    ("12 March 2026", "2026-03-12"), ("March 12, 2026", "2026-03-12"), ("Mar. 3rd, 2026", "2026-03-03"),
    ("12th of March, 2026", "2026-03-12"), ("1er mars 2026", "2026-03-01"), ("12 août 2026", "2026-08-12"),
    ("12. März 2026", "2026-03-12"), ("12 de marzo de 2026", "2026-03-12"), ("1º de março de 2026", "2026-03-01"),
    ("12 maggio 2026", "2026-05-12"), ("12 maart 2026", "2026-03-12"), ("12 września 2026", "2026-09-12"),
    ("12 марта 2026 г.", "2026-03-12"), ("12 березня 2026 року", "2026-03-12"), ("12 Ağustos 2026", "2026-08-12"),
    ("27 يناير 2026", "2026-01-27"), ("27 كانون الثاني/يناير 2026", "2026-01-27"), ("٢٧ يناير ٢٠٢٦", "2026-01-27"),
    ("۱۲ مارس ۲۰۲۶", "2026-03-12"), ("12 במרץ 2026", "2026-03-12"), ("2026年3月12日", "2026-03-12"),
    ("2026年03月12日 10:15", "2026-03-12"), ("2026년 3월 12일", "2026-03-12"), ("2026-03-12", "2026-03-12"),
    ("2026/03/12", "2026-03-12"), ("12.03.2026", "2026-03-12"), ("25/12/2026", "2026-12-25"),
    ("12/25/2026", "2026-12-25"),
    ("2026-03-12T08:15:00Z", "2026-03-12T08:15:00Z"), ("2026-03-12 08:15:00+02:00", "2026-03-12T08:15:00+02:00"),
  ])
  func aLineThatIsADateIsTheDayOfPublication(line: String, date: String) async throws {
    let folder = try Folder()
    let text = "\(line)\n\nThe ferry sank off Corfu, and all passengers were saved."
    let document = try #require(try await folder.read(text: text))
    #expect(document.published == date)
    #expect(document.text == text, "the text is whole")
  }

  @Test(arguments: [
    "03/04/2026",  // April or March
    "31 February 2026", "12. listopada 2026", "March 2026", "12 Foo 2026",
    "The treaty of 12 March 1926 is signed again.", "He was born on 12 March 1926 in Corfu.",
    "She had known since 12 March 2026 — her birthday — that it would come.", "20260312",
    "Ab dem 12. März 2026 gilt das neue Recht",
  ])
  func otherDatesAreNot(line: String) async throws {
    let folder = try Folder()
    let text = "\(line)\n\nThe ferry sank off Corfu, and all passengers were saved, said the guard."
    #expect(try await folder.read(text: text)?.published == nil)
  }

  @Test(arguments: [
    ("Ferry sinks\n\nATHENS, March 12, 2026 (Agency) — The ferry sank off Corfu on Monday.", "2026-03-12"),
    (
      "Ferry sinks\n\n- World\n- Published Date: 01:33 | 28 January 2026\nThe ferry sank off Corfu on Monday.",
      "2026-01-28"
    ),
    ("غرق عبارة\n\nأثينا، 27 يناير 2026 (وكالة) — غرقت العبارة قبالة كورفو يوم الاثنين.", "2026-01-27"),
    ("2026-03-12 The ferry sank off Corfu on Monday.\nAll were saved.", "2026-03-12"),
    ("Yayın tarihi: 12.03.2026 10:15 Türkiye saati\n\nFeribot pazartesi günü Korfu açıklarında battı.", "2026-03-12"),
    (
      "Opfer der Flut vom 12. März 1926 geehrt\n\nVeröffentlicht am 3. Mai 2026 um 10:15 Uhr\n\nDie Stadt ehrte am Montag die Opfer der Flut.",
      "2026-05-03"
    ),
  ])
  func datelinesAndLabelsCount(text: String, date: String) async throws {
    let folder = try Folder()
    #expect(try await folder.read(text: text)?.published == date)
  }

  @Test func aDateFieldInFrontMovesOutOfTheText() async throws {
    let folder = try Folder()
    let document = try #require(
      try await folder.read(text: " date 2026-01-27 Feribot battı.\n\nHerkes kurtarıldı.\n\n\n"))
    #expect(document.published == "2026-01-27")
    #expect(document.text == "Feribot battı.\n\nHerkes kurtarıldı.")
    #expect(document.title == nil)
  }

  @Test(
    arguments: [
      ("By Anna Smith and Ben van Dyk", "Anna Smith and Ben van Dyk"), ("Von Anna Schmidt", "Anna Schmidt"),
      ("Автор: Анна Иванова", "Анна Иванова"), ("بقلم: سارة أحمد", "سارة أحمد"), ("By the time it was over", nil),
      ("By 2030 all ferries are electric", nil), ("By Monday", nil),
    ] as [(String, String?)])
  func bylinesNameTheAuthor(line: String, author: String?) async throws {
    let folder = try Folder()
    let text = "Ferry sinks off Corfu\n\n\(line)\n\nThe ferry sank off Corfu, and all passengers were saved."
    let document = try #require(try await folder.read(text: text))
    #expect(document.author == author)
    #expect(document.text.contains(line))
  }
}
