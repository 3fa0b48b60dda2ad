import Testing

@testable import InputPlugin

@Suite struct DateFinderTests {
  private func first(_ line: String) -> DateFinder.Match? { DateFinder(line[...]).first() }

  @Test(arguments: [
    ("2026-03-12T08:15:00Z", "2026-03-12T08:15:00Z", 20), ("2026-03-12T08:15:00.5Z", "2026-03-12T08:15:00.5Z", 22),
    ("2026-03-12T08:15:00.123456789+05:30", "2026-03-12T08:15:00.123456789+05:30", 35),
    ("2026-03-12 08:15:00-03:00 by us", "2026-03-12T08:15:00-03:00", 25),
    ("2026-03-12T08:15:00Zulu", "2026-03-12T08:15:00Z", 20),
    // What is not quite RFC 3339 is a date alone.
    ("2026-03-12T08:15:00.1234567890Z", "2026-03-12", 10), ("2026-03-12T08:15:00.Z", "2026-03-12", 10),
    ("2026-03-12T08:15:00", "2026-03-12", 10), ("2026-03-12T08:15:00+0200", "2026-03-12", 10),
    ("2026-03-12T08:15Z", "2026-03-12", 10), ("2026-03-12t08:15:00Z", "2026-03-12", 10),
    ("2026-03-12T08:15:00 Z", "2026-03-12", 10), ("2026-03-12T08:15:00.123", "2026-03-12", 10),
    ("2026/03/12T08:15:00Z", "2026-03-12", 10), ("2026-3-12T08:15:00Z", "2026-03-12", 9),
    ("٢٠٢٦-٠٣-١٢T٠٨:١٥:٠٠Z", "2026-03-12T08:15:00Z", 20),
  ]) func theTimeIsTakenWithTheDate(line: String, date: String, length: Int) {
    #expect(first(line) == .init(date: date, range: 0..<length))
    #expect(first("On " + line)?.range == 3..<3 + length)
  }

  /// A regular expression says the same, a hundred times as slowly.
  @Test func changedTimesAreReadAsTheirPatternSays() {
    let line = Array("2026-03-12T08:15:00.25+02:00 x")
    let others = Array("0T Z:.+-9x")
    var withTime = 0
    for place in 11..<line.count {
      for other in others {
        for isInserted in [false, true] {
          var changed = line
          if isInserted { changed.insert(other, at: place) } else { changed[place] = other }
          let text = String(changed)
          let found = text.prefixMatch(
            of: /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)/)
          let expected = found.map { String($0.output.0).replacing(" ", with: "T") }
          #expect(first(text)?.date ?? "none" == expected ?? "2026-03-12", "\(text)")
          if expected != nil { withTime += 1 }
        }
      }
    }
    #expect(withTime > 50)
  }
}

@Suite struct LanguageTagTests {
  @Test(arguments: ["en", "zh-Hant", "pt_BR", "ast", "sr-Latn-RS", "de-1996", "EN"]) func tags(tag: String) {
    #expect(LanguageTag.isWellFormed(tag))
  }

  @Test(arguments: ["", "e", "English", "en-", "-en", "en--US", "en-123456789", "e1", "en-ü", "en US", "日本"])
  func noTags(tag: String) { #expect(!LanguageTag.isWellFormed(tag)) }
}
