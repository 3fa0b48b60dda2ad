import Foundation
import StageKit
import Testing

@testable import DuplicatesPlugin

@Suite struct RankingTests {
  @Test func earlierThenLongerThenSmallerPathThenSmallerIdRepresents() throws {
    let rows: [Row] = [
      Row("c", path: "2"), Row("z", path: "1"), Row("b", path: "2"), Row("long", length: 6, path: "9"),
      Row("late", published: "2026-03-02", length: 6, path: "p"), Row("early", published: "2026-03-01", path: "p"),
      Row("unreadable", published: "yesterday", length: 5, path: "p"),
      Row("west", published: "2026-03-01T00:00:00Z", path: "p"),
      Row("east", published: "2026-03-01T01:00:00+03:00", path: "p"),
    ]
    #expect(try order(of: rows) == ["east", "early", "west", "late", "long", "unreadable", "z", "b", "c"])
  }

  @Test func namesAreInTheOrderOfStrings() throws {
    // Zeros and ones are escaped on disk; composed and decomposed letters are equal.
    let names = [
      "", "a", "a\0", "a\0b", "a\u{1}", "a\u{1}b", "ab", "b", "\0", "\u{1}", "é", "e\u{301}x", "é\u{1}", "ö", "z", "港",
      "𠀀", "\u{FB01}", String(repeating: "long/", count: 200) + "b", String(repeating: "long/", count: 200) + "a",
    ]
    var random = SplitMix64(state: 4)
    let rows = (0..<300).map { _ in
      Row(names[random.next(below: names.count)], path: names[random.next(below: names.count)])
    }
    let expected = rows.enumerated().sorted {
      ($0.element.path, $0.element.id, $0.offset) < ($1.element.path, $1.element.id, $1.offset)
    }
    #expect(try order(of: rows) == expected.map(\.element.id))
  }

  @Test func manyEqualDocumentsAreSortedByPiecesOfTheirNames() throws {
    let rows = (0..<5000).map { Row(String(($0 * 7919) % 5000 + 10_000), path: String(repeating: "p", count: 300)) }
    #expect(try order(of: rows) == (10_000..<15_000).map(String.init))
  }

  @Test func readsDates() {
    #expect(Ranking.seconds("1970-01-02") == 86_400)
    #expect(Ranking.seconds("2000-02-29T12:30:15.5Z") == 951_827_415.5)
    #expect(Ranking.seconds("2026-03-12T00:00:00-05:00") == 1_773_291_600)
    #expect(Ranking.seconds("2026-13-01") == nil)
    #expect(Ranking.seconds("12 March") == nil)
    #expect(Ranking.seconds("") == nil)
    #expect(Ranking.seconds("٢٠٢٦-٠٣-١٢") == nil)
  }

  @Test func readsWhatTheGrammarAllows() {
    let whole = "2026-03-12T10:20:30.25+05:30"
    var random = SplitMix64(state: 9)
    var accepted = 0
    for _ in 0..<20_000 {
      var text = Array(whole.utf8.prefix(10 + random.next(below: whole.utf8.count - 9)))
      for _ in 0..<random.next(below: 4) {
        let place = random.next(below: text.count)
        let letters = Array("0123456789-:.+TtZz ".utf8)
        switch random.next(below: 3) {
        case 0: text[place] = letters[random.next(below: letters.count)]
        case 1: text.insert(letters[random.next(below: letters.count)], at: place)
        default: text.remove(at: place)
        }
        if text.isEmpty { break }
      }
      let string = String(decoding: text, as: UTF8.self)
      #expect(Ranking.seconds(string) == byGrammar(string), "\(string)")
      accepted += byGrammar(string) == nil ? 0 : 1
    }
    #expect(accepted > 2000)
  }

  /// The grammar as a regular expression; Foundation's calendar counts the days.
  private func byGrammar(_ text: String) -> Double? {
    let pattern =
      /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2}))?)?/
    guard let match = text.wholeMatch(of: pattern), let year = Int(match.1), let month = Int(match.2),
      let day = Int(match.3), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let (earlier, shifted) = (month > 2 ? year : year - 1, month > 2 ? month - 3 : month + 9)
    var days = 365 * earlier + Int((Double(earlier) / 4).rounded(.down)) - Int((Double(earlier) / 100).rounded(.down))
    days += Int((Double(earlier) / 400).rounded(.down)) + (153 * shifted + 2) / 5 + day - 1 - 719_468
    func number(_ part: Substring?) -> Double { part.flatMap { Double($0) } ?? 0 }
    let offset = number(match.8) * 3600 + number(match.9) * 60
    var seconds = Double(days) * 86_400
    seconds += number(match.4) * 3600 + number(match.5) * 60 + number(match.6)
    return seconds - (match.7 == "-" ? -offset : offset)
  }

  private struct Row {
    var id: String
    var published: String?
    var length: UInt32
    var path: String

    init(_ name: String, published: String? = nil, length: UInt32 = 3, path: String) {
      (self.id, self.published, self.length, self.path) = (name, published, length, path)
    }
  }

  private func order(of rows: [Row]) throws -> [String] {
    try withScratch { directory in
      var names = try NameFile(in: directory)
      for row in rows { try names.append(NameFile.record(path: row.path, id: row.id)) }
      try names.finish()
      var places = rows.indices.map(Int32.init)
      try RankOrder(
        published: rows.map { $0.published.flatMap(Ranking.seconds) ?? .infinity }, lengths: rows.map(\.length),
        names: names, flag: CancellationFlag()
      ).sort(&places)
      return try places.map { try names.id(of: Int($0)) }
    }
  }
}

/// Runs `body` with a folder that is removed afterwards.
func withScratch<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent("duplicates-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  return try body(directory)
}
