import Foundation
import InputPlugin
import StageKit
import StageTesting
import Testing

/// What `keep-recent` keeps, and what it says of the rest.
@Suite struct KeepRecentTests {
  private func options(_ since: String) throws -> KeepRecent.Options {
    var reader = ConfigReader(baseDirectory: URL(fileURLWithPath: "/"))
    let place = SourceLocation(file: "p.yaml", line: 1, column: 1)
    let value = ConfigNode(.scalar(since, quoted: true), at: place)
    let options = KeepRecent.Options.read(
      ConfigNode(.mapping([.init(key: "since", location: place, value: value)]), at: place), of: "keep-recent",
      at: place,
      &reader)
    try #require(reader.diagnostics.isEmpty, "\(reader.diagnostics)")
    return options
  }

  /// The dates that are kept of some, and the reasons of the others.
  private func kept(
    _ dates: [String?], since: String, run: RunInfo? = nil
  ) async throws -> (kept: [String?], reasons: Set<String>) {
    var harness = StageHarness(date: "2026-03-12")
    if let run { harness.run = run }
    let stage = try await KeepRecent(options(since), in: harness.context)
    let documents = dates.enumerated().map { index, date in
      var document = Document(id: "d\(index)", text: "A report.")
      document.published = date
      return document
    }
    let result = try await harness.process(documents, with: stage)
    return (result.passed.map(\.published), Set(result.dropped.map(\.reason)))
  }

  private func run(_ id: String, date: String) -> RunInfo {
    RunInfo(id: id, name: "t", date: date, version: "0", pipeline: "")
  }

  @Test func aDayKeepsThatDayAndWhatHasNoDate() async throws {
    let found = try await kept(
      [
        "2026-03-05", "2026-03-04", "2026-03-05T00:00:00Z", "2026-03-04T23:59:59Z", "2026-03-05T01:00:00+09:00", nil,
        "soon",
      ], since: "2026-03-05")
    #expect(
      found.kept == ["2026-03-05", "2026-03-05T00:00:00Z", "2026-03-05T01:00:00+09:00", nil, "soon"])
    #expect(found.reasons == ["published before 2026-03-05"])
  }

  @Test func daysCountBackFromTheDayOfTheRun() async throws {
    let found = try await kept(["2026-03-05", "2026-03-04"], since: "7d")
    #expect(found.kept == ["2026-03-05"])
    #expect(found.reasons == ["published before 2026-03-05"])
    let leap = try await kept(["2024-02-29", "2024-02-28"], since: "1d", run: run("x", date: "2024-03-01"))
    #expect(leap.kept == ["2024-02-29"])
    let year = try await kept(["1999-12-31", "1999-12-30"], since: "1d", run: run("x", date: "2000-01-01"))
    #expect(year.kept == ["1999-12-31"])
  }

  @Test func aTimeIsComparedAsOneWithTimes() async throws {
    let found = try await kept(
      [
        "2026-03-05T07:59:59Z", "2026-03-05T08:00:00Z", "2026-03-05T09:30:00+02:00", "2026-03-05T10:00:00.5+02:00",
        "2026-03-05",
      ],
      since: "2026-03-05T08:00:00Z")
    #expect(found.kept == ["2026-03-05T08:00:00Z", "2026-03-05T10:00:00.5+02:00", "2026-03-05"])
  }

  @Test func hoursCountBackFromTheBeginOfTheRunOrTheEndOfItsDay() async throws {
    func text(_ date: Date) -> String { date.ISO8601Format() }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    func moment(_ day: Int, _ hour: Int, _ minute: Int) throws -> Date {
      try #require(
        calendar.date(from: DateComponents(year: 2026, month: 3, day: day, hour: hour, minute: minute, second: 30)))
    }
    let border = try text(moment(11, 8, 15))
    let before = try text(moment(11, 8, 15).addingTimeInterval(-1))
    let found = try await kept(
      [border, before], since: "24h", run: run("20260312-081530-123-daily", date: "2026-03-12"))
    #expect(found.kept == [border])

    let midnight = try moment(11, 0, 0).addingTimeInterval(-30)
    let other = try await kept(
      [text(midnight), text(midnight.addingTimeInterval(-1))], since: "24h",
      run: run("20260312-081530-123-daily", date: "2026-03-11"))
    #expect(other.kept == [text(midnight)])
  }

  @Test func withoutADateTheFileOfItsOwnCounts() async throws {
    let folder = try Folder()
    for (name, day) in [("old.txt", 1), ("new.txt", 9), ("dated.txt", 1)] {
      try folder.write(name, name == "dated.txt" ? "Published: 9 March 2026\n\nA report." : "A report without a day.")
      let noon = try #require(
        Calendar(identifier: .gregorian).date(from: DateComponents(year: 2026, month: 3, day: day, hour: 12)))
      try FileManager.default.setAttributes([.modificationDate: noon], ofItemAtPath: folder.path(name))
    }
    try folder.write("many.jsonl", "{\"id\":\"a\",\"text\":\"One line of many.\"}\n")
    let old = try #require(Calendar(identifier: .gregorian).date(from: DateComponents(year: 2026, month: 3, day: 1)))
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: folder.path("many.jsonl"))

    let documents = try await folder.read("old.txt", "new.txt", "dated.txt", "many.jsonl").result.passed
    let harness = StageHarness(date: "2026-03-12")
    let stage = try await KeepRecent(options("2026-03-05"), in: harness.context)
    let result = try await harness.process(documents, with: stage)
    #expect(result.paths == ["new.txt", "dated.txt", "many.jsonl"])
    #expect(result.dropped.map(\.reason) == ["no date, and its file was last changed before 2026-03-05"])
    #expect(harness.services.record.notes["since"] == "2026-03-05")
  }

  @Test(arguments: [
    "", "7", "d", "7w", "-7d", "yesterday", "2026-02-30", "2026-3-5", "2026-03-05 or so", "9999999d", "40000d",
  ])
  func otherTextsAreNoRecency(_ text: String) {
    #expect(Recency(text) == nil)
    var reader = ConfigReader(baseDirectory: URL(fileURLWithPath: "/"))
    reader.diagnostics = []
    let node = ConfigNode(.scalar(text, quoted: true), at: SourceLocation(file: "p.yaml"))
    #expect(Recency.read(node, &reader) == nil)
    #expect(reader.diagnostics.first?.message.contains("a span such as 7d or 24h") == true)
  }

  @Test func whatIsExceptedIsNotRead() async throws {
    let folder = try Folder()
    for name in ["in/a.txt", "in/b.txt", "in/sub/c.txt", "in/sub/d.md"] { try folder.write(name, "A report.") }
    var options = folder.options(["in"])
    options.except = folder.options(["in/../in/b.txt", "in/sub/*.md", "in/gone.txt"]).paths
    let harness = StageHarness()
    let all = try await ReadFiles(folder.options(["in"]), in: harness.context)
    let some = try await ReadFiles(options, in: harness.context)
    #expect(try await harness.read(some).paths == ["in/a.txt", "in/sub/c.txt"])
    #expect(try await some.snapshot() != all.snapshot())
  }
}
