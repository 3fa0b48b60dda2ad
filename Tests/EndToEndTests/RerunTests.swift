import Foundation
import StageKit
import Testing

/// What a second run of a pipeline does, and what `plan` foretells of it.
@Suite struct RerunTests {
  /// A pipeline and its documents in a folder, with a cache of its own.
  private struct Place {
    let folder: URL
    var environment: [String: String] { ["TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path] }

    init(_ folder: URL) throws {
      self.folder = folder
      for number in 0..<20 { try write(document: number) }
      try write(pipeline: "")
    }

    func write(document number: Int, _ addition: String = "") throws {
      let words = (0..<40).map { "word\((number * 37 + $0 * 11) % 500)" }.joined(separator: " ")
      try folder.write("in/\(number).txt", "The river rose again this week. \(words)\(addition)\n")
    }

    func write(pipeline options: String, comment: String = "") throws {
      try folder.write(
        "p.yaml",
        """
        version: 1
        name: again
        stages:
          - use: read-files
            with: { paths: [in] }
          - use: detect-language
        \(comment)
            with: { \(options) }
          - use: find-duplicates
            with: { kinds: [exact, near] }
          - use: export
            with: { directory: out, formats: [jsonl, csv] }
          - use: write-bundle
            with: { path: again.zip }
        """)
    }

    func toolkit(_ arguments: String...) throws -> Toolkit.Result {
      try Toolkit.run(arguments, environment: environment, in: folder)
    }

    /// Runs the pipeline and gives back its report.
    func run(_ options: String...) throws -> RunReport {
      let result = try Toolkit.run(["run", "p.yaml", "--quiet"] + options, environment: environment, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors == "")
      return try report()
    }

    func report() throws -> RunReport {
      try JSONDecoder().decode(
        RunReport.self, from: Data(contentsOf: folder.appendingPathComponent("out/run.json")))
    }

    func output(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }
  }

  private static func cached(_ report: RunReport, _ stage: String = "detect-language") -> Int? {
    report.stages.first { $0.id == stage }?.cached
  }

  @Test func anUnchangedRunIsRepeatedFromMemory() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      let first = try place.run("--date", "2026-03-12")
      let (lines, bundle) = (try place.output("out/documents.jsonl"), try place.output("again.zip"))
      #expect(first.repeats == nil)
      #expect(Self.cached(first) == 0)
      let second = try place.run("--date", "2026-03-12")
      #expect(second.repeats == first.run)
      #expect(second.outcome == .finished)
      #expect(second.stages.map(\.counts) == first.stages.map(\.counts))
      #expect(try place.output("out/documents.jsonl") == lines)
      #expect(try place.output("again.zip") == bundle)
      // The brief says the same as if the work had been done.
      let third = try place.toolkit("run", "p.yaml", "--date", "2026-03-12")
      #expect(third.output.hasPrefix("20 documents"), "\(third.output)")
    }
  }

  @Test func anEditOfWordsComputesNothingAgain() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      _ = try place.run()
      let lines = try place.output("out/documents.jsonl")
      try place.write(pipeline: "", comment: "    # nothing but a comment\n    workers: 1")
      let second = try place.run()
      #expect(second.repeats == nil)
      #expect(Self.cached(second) == 20)
      #expect(try place.output("out/documents.jsonl") == lines)
    }
  }

  @Test func onlyNewAndChangedDocumentsAreLookedAt() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      _ = try place.run()
      try place.write(document: 20)
      try place.write(document: 3, " and one more")
      let plan = try place.toolkit("plan", "p.yaml")
      #expect(plan.output.contains("cached: 19 of 21 documents"), "\(plan.output)\(plan.errors)")
      let second = try place.run()
      #expect(Self.cached(second) == 19)
      #expect(second.stages.last?.counts.taken == 21)
      // What was taken over is what would have been computed.
      let lines = try place.output("out/documents.jsonl")
      _ = try place.run("--no-cache")
      #expect(try place.output("out/documents.jsonl") == lines)
    }
  }

  @Test func anOptionThatChangesResultsIsNamedByThePlan() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      _ = try place.run()
      let same = try place.toolkit("plan", "p.yaml")
      #expect(same.output.contains("Nothing has changed since the run "), "\(same.output)")
      try place.write(pipeline: "segments: false")
      let plan = try place.toolkit("plan", "p.yaml")
      #expect(plan.output.contains("cached: 0 of 20 documents"), "\(plan.output)")
      #expect(
        plan.output.contains("to do: detect-language: segments was true and is false"), "\(plan.output)")
      #expect(plan.output.contains("'detect-language' before it has changed"), "\(plan.output)")
      #expect(Self.cached(try place.run()) == 0)
    }
  }

  @Test func theSizeLimitHoldsAndNothingDependsOnTheCache() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      _ = try place.run()
      let lines = try place.output("out/documents.jsonl")
      try FileManager.default.removeItem(at: folder.appendingPathComponent("cache"))
      let result = try Toolkit.run(
        ["run", "p.yaml", "--quiet"], environment: place.environment.merging(["TOOLKIT_CACHE_SIZE": "0"]) { $1 },
        in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(Self.cached(try place.report()) == 0)
      #expect(try place.output("out/documents.jsonl") == lines)
    }
  }

  @Test func ifChangedRunsOnlyForAReason() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      let first = try place.run("--if-changed")
      let idle = try place.toolkit("run", "p.yaml", "--if-changed")
      #expect(idle.status == 0)
      #expect(idle.errors == "nothing new since the run \(first.run ?? "-")\n")
      #expect(idle.output == "")
      // Another day alone is none.
      #expect(try place.toolkit("run", "p.yaml", "--if-changed", "--date", "2031-01-01").errors == idle.errors)
      // An output that was touched is one.
      try folder.write("out/documents.jsonl", "oops\n")
      #expect(try place.run("--if-changed").repeats == nil)
      #expect(try place.output("out/documents.jsonl").count > 5)
      try place.write(document: 21)
      #expect(try place.run("--if-changed").stages.last?.counts.taken == 21)
    }
  }

  @Test func thereIsNothingToGoOnWith() throws {
    try TemporaryFolder.with { folder in
      let place = try Place(folder)
      let result = try place.toolkit("run", "p.yaml", "--resume")
      #expect(result.status == 1)
      let path = folder.appendingPathComponent("p.yaml").path
      #expect(
        result.errors
          == "error: there is no interrupted run of \(path) to go on with; start one with 'toolkit run PIPELINE'\n")
    }
  }
}
