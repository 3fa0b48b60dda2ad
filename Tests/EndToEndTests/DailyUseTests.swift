import Foundation
import StageKit
import Testing

/// What runs every day: `${date}`, `--since`, `--if-changed` and the nightly pipeline.
@Suite struct DailyUseTests {
  private func run(_ arguments: [String], in folder: URL) throws -> Toolkit.Result {
    try Toolkit.run(arguments, environment: ["TOOLKIT_CACHE_DIR": "\(folder.path)/cache"], in: folder)
  }

  private static let stages = """
    version: 1
    name: day
    stages:
      - use: read-files
        with: { paths: [in] }
      - use: detect-language
      - use: export
        with: { directory: "out/${date}", formats: [jsonl] }

    """

  private func with(_ yaml: String = stages, _ body: (URL) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      try folder.write("p.yaml", yaml)
      try folder.write("in/a.txt", "Published: 5 March 2026\n\nThe harbour stays closed until the storm is over.\n")
      try folder.write("in/b.txt", "Published: 12 March 2026\n\nThe ferry sails again after four days of storm.\n")
      try folder.write("in/c.jsonl", #"{"id":"c","text":"A line without any date about a bridge."}"# + "\n")
      try body(folder)
    }
  }

  private func ids(_ folder: URL, _ day: String) throws -> [String] {
    try folder.appendingPathComponent("out/\(day)").documents().map { $0.origin?.path ?? "" }
  }

  @Test func theDayIsFilledIn() throws {
    try with { folder in
      let result = try run(["run", "p.yaml", "--date", "2026-03-12"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try ids(folder, "2026-03-12").count == 3)
      let wrong = try run(["run", "p.yaml", "--date", "12.3.2026"], in: folder)
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("--date must be a day such as 2026-03-12."))
    }
  }

  @Test func sinceLeavesOutWhatIsOlderAndCountsIt() throws {
    try with { folder in
      try folder.write("in/d.txt", "Nobody says when this was written about the bridge.\n")
      let long = try #require(Calendar(identifier: .gregorian).date(from: DateComponents(year: 2026, month: 3, day: 1)))
      try FileManager.default.setAttributes(
        [.modificationDate: long], ofItemAtPath: folder.appendingPathComponent("in/d.txt").path)
      let result = try run(["run", "p.yaml", "--date", "2026-03-12", "--since", "2d", "--format", "json"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try ids(folder, "2026-03-12") == ["in/b.txt", "in/c.jsonl"])
      let report = try String(contentsOf: folder.appendingPathComponent("out/2026-03-12/run.json"), encoding: .utf8)
      #expect(report.contains(#""published before 2026-03-10""#), "\(report)")
      #expect(report.contains(#""no date, and its file was last changed before 2026-03-10""#), "\(report)")
      let dropped = try String(
        contentsOf: folder.appendingPathComponent("out/2026-03-12/dropped.jsonl"), encoding: .utf8)
      #expect(dropped.split(separator: "\n").count == 2 && dropped.contains(#""stage":"since""#), "\(dropped)")

      let all = try run(["run", "p.yaml", "--date", "2026-03-12", "--since", "2026-03-05"], in: folder)
      #expect(all.status == 0, "\(all.errors)")
      #expect(all.errors.contains("left out by --since 2026-03-05: 1 document"), "\(all.errors)")
      #expect(try ids(folder, "2026-03-12") == ["in/a.txt", "in/b.txt", "in/c.jsonl"])

      let hours = try run(["run", "p.yaml", "--date", "2026-03-12", "--since", "24h"], in: folder)
      #expect(hours.status == 0, "\(hours.errors)")
      #expect(try ids(folder, "2026-03-12") == ["in/b.txt", "in/c.jsonl"])
    }
  }

  @Test func aSinceThatIsNoneIsWrongUsage() throws {
    try with { folder in
      for command in ["run", "plan"] {
        for text in ["tomorrow", "7", "2026-02-30"] {
          let result = try run([command, "p.yaml", "--since", text], in: folder)
          #expect(result.status == 2)
          #expect(
            result.errors.contains(
              "--since must be a day such as 2026-03-05, a time such as 2026-03-05T08:00:00Z, or a span such as 7d or "
                + "24h, found '\(text)'."), "\(result.errors)")
        }
      }
    }
  }

  @Test func planShowsWhatSinceDoes() throws {
    try with { folder in
      #expect(try run(["run", "p.yaml", "--date", "2026-03-12"], in: folder).status == 0)
      let plan = try run(["plan", "p.yaml", "--date", "2026-03-12", "--since", "7d"], in: folder)
      #expect(plan.status == 0, "\(plan.errors)")
      #expect(plan.output.contains("2. since (keep-recent), document stage of input"), "\(plan.output)")
      #expect(plan.output.contains("since: 7d"), "\(plan.output)")
      // What stands behind it finds the results of the run without it.
      #expect(plan.output.contains("cached: 3 of 3 documents"), "\(plan.output)")
    }
  }

  @Test func ifChangedDoesNothingUntilSomethingHasChanged() throws {
    try with { folder in
      func day(_ date: String, _ more: [String] = []) throws -> Toolkit.Result {
        try run(["run", "p.yaml", "--if-changed", "--date", date] + more, in: folder)
      }
      let first = try day("2026-03-12")
      #expect(first.status == 0 && first.output.contains("3 documents"), "\(first.errors)")
      // The same day and the next: ${date} in an output path is no change.
      for date in ["2026-03-12", "2026-03-13"] {
        let again = try day(date)
        #expect(again.status == 0 && again.output.isEmpty, "\(again.output)")
        #expect(again.errors.hasPrefix("nothing new since the run 20"), "\(again.errors)")
      }
      #expect(try folder.appendingPathComponent("out").names() == ["2026-03-12"])

      try folder.write("in/new.txt", "A new report about the reopened harbour.")
      #expect(try day("2026-03-13").output.contains("4 documents"))
      #expect(try folder.appendingPathComponent("out").names() == ["2026-03-12", "2026-03-13"])
      #expect(try day("2026-03-13").errors.hasPrefix("nothing new since"))

      let written = folder.appendingPathComponent("out/2026-03-13/documents.jsonl")
      try FileManager.default.removeItem(at: written)
      #expect(try day("2026-03-13").output.contains("4 documents"))
      #expect(FileManager.default.fileExists(atPath: written.path))
      #expect(try day("2026-03-13").errors.hasPrefix("nothing new since"))
      try Data("edited\n".utf8).write(to: written)
      #expect(try day("2026-03-13").output.contains("4 documents"))
      #expect(try folder.appendingPathComponent("out/2026-03-13").documents().count == 4)

      try folder.write("p.yaml", Self.stages + "# another comment\n")
      #expect(try day("2026-03-13").output.contains("4 documents"))
    }
  }

  @Test func ifChangedWithSinceIsAboutFilesNotTime() throws {
    try with { folder in
      for since in ["6d", "24h"] {
        let arguments = ["run", "p.yaml", "--if-changed", "--since", since]
        #expect(try run(arguments + ["--date", "2026-03-12"], in: folder).errors.hasPrefix("left out by"))
        #expect(try run(arguments + ["--date", "2026-03-13"], in: folder).errors.hasPrefix("nothing new since"))
      }
      // Without --if-changed, a run that counts in hours is never repeated from memory.
      let again = try run(["run", "p.yaml", "--date", "2026-03-12", "--since", "24h"], in: folder)
      #expect(again.status == 0 && !again.output.contains("its results stand"), "\(again.output)")
    }
  }

  @Test func theNightlyPipelineRunsOnAnInbox() throws {
    try with { folder in
      let arguments = [
        "run", Toolkit.root.appendingPathComponent("pipelines/nightly.yaml").path, "--date", "2026-03-12",
        "--if-changed",
        "--set", "export.directory=out/{date}", "--set", "write-bundle.path=bundle-{date}.zip",
      ]
      let environment = ["TOOLKIT_CACHE_DIR": "\(folder.path)/cache", "INBOX": "\(folder.path)/in"]
      let result = try Toolkit.run(arguments, environment: environment, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let documents = try folder.appendingPathComponent("out/2026-03-12").documents()
      #expect(documents.count { $0.kind == .document } == 3)
      #expect(try Toolkit.run(["bundle", "verify", "bundle-2026-03-12.zip"], in: folder).status == 0)
      let again = try Toolkit.run(arguments, environment: environment, in: folder)
      #expect(again.status == 0 && again.errors.contains("nothing new since the run"), "\(again.errors)")

      // More than 5 % in quarantine: nothing is written in the place of the last good night.
      try folder.write("in/broken.txt", Data([0xC3, 0x28, 0xA0, 0xFF, 0x00, 0x01]))
      let broken = try Toolkit.run(arguments, environment: environment, in: folder)
      #expect(broken.status == 1, "\(broken.errors)")
      #expect(try folder.appendingPathComponent("out/2026-03-12").documents() == documents)
    }
  }
}
