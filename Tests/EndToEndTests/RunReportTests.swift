import Foundation
import StageKit
import Testing

/// `run.json` and the files beside it: all of it adds up, for a run with drops, quarantine and cache hits.
@Suite struct RunReportTests {
  /// Checks everything that one number in a report says about another.
  private func checkSums(_ report: RunReport, _ night: Night, _ directory: String) throws {
    var sent = 0
    for (index, stage) in report.stages.enumerated() {
      let counts = stage.counts
      #expect(counts.balances, "\(stage.id)")
      #expect(stage.reasons.values.reduce(0, +) == counts.dropped, "\(stage.id)")
      let isSource = stage.use.hasPrefix("read-")
      #expect(counts.taken == (isSource ? 0 : sent), "\(stage.id) took what was passed to it")
      sent = isSource ? sent + counts.passed : counts.passed
      if let cached = stage.cached { #expect((0...counts.taken).contains(cached)) }
      // Both have milliseconds, rounded.
      let (seconds, whole) = (try #require(stage.seconds), try #require(report.seconds))
      #expect(seconds <= whole + 0.001, "\(stage.id)")
      #expect(try #require(stage.cpuSeconds) >= 0)
      let (peak, memory) = (try #require(stage.peakMemoryBytes), try #require(stage.memoryBytes))
      #expect(memory > 1 << 20 && memory <= peak && peak <= report.peakMemoryBytes ?? 0)
      #expect((stage.bytesRead != nil) == (stage.use == "read-files"), "\(stage.id)")
      let dropped = try night.lines("\(directory)/dropped.jsonl").filter { $0["stage"] == .string(stage.id) }
      #expect(dropped.count == counts.dropped, "\(stage.id)")
      let failed = try night.lines("\(directory)/quarantine.jsonl").filter { $0["stage"] == .string(stage.id) }
      #expect(failed.count == counts.quarantined, "\(stage.id)")
      if stage.use == "export" {
        #expect(try night.lines("\(directory)/documents.jsonl").count == counts.taken)
      }
      if index > 0, !isSource { #expect(counts.taken > 0) }
    }
    let stages = report.stages.compactMap(\.cpuSeconds).reduce(0, +)
    #expect(try #require(report.cpuSeconds) + 0.0005 * Double(report.stages.count + 1) >= stages)
  }

  @Test func allOfItAddsUp() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      #expect(try night.run("first.yaml").status == 3)
      let first = try night.report("out1")
      #expect(first.outcome == .quarantined)
      #expect(first.stages.map(\.counts.quarantined) == [1, 0, 0, 0, 0])
      #expect(first.stages.map(\.cached) == [nil, 0, nil, nil, nil], "there was no run before")
      try checkSums(first, night, "out1")

      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("one.zip"), to: folder.appendingPathComponent("copy.zip"))
      try folder.write("more/empty.txt", "")
      try folder.write("more/a.txt", "Die Brücke wurde für drei Nächte gesperrt, damit sie geprüft werden kann.")
      #expect(try night.run("second.yaml").status == 3)
      try checkSums(try night.report("out2"), night, "out2")

      // A run over the same, and one new file: what is known is not looked at again.
      try folder.write("more/b.txt", "Die Schule bleibt am Montag geschlossen, sagte der Bürgermeister am Abend.")
      #expect(try night.run("second.yaml").status == 3)
      let second = try night.report("out2")
      try checkSums(second, night, "out2")
      #expect(second.stages.map(\.id).prefix(3) == ["read-bundle", "read-files", "detect-language"])
      #expect(second.stages[0].counts.made == 6 && second.stages[0].counts.dropped == 3)
      #expect(second.stages[0].reasons == ["it was read before, with the same content": 3])
      #expect(second.stages[1].counts.made == 3 && second.stages[1].counts.quarantined == 1)
      #expect(second.stages[2].counts.taken == 5 && second.stages[2].cached == 4)
      #expect(second.stages[3].cached == nil, "find-duplicates keeps nothing by document")
      #expect(Set(second.outputs ?? []) == Set(["out2", "two.zip"].map { folder.appendingPathComponent($0).path }))
    }
  }

  @Test func theBundleHasTheSameCountsAndNoTimes() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      #expect(try night.run("first.yaml").status == 3)
      let whole = try night.report("out1")
      let unpacked = try night.toolkit(["bundle", "extract", "one.zip", "run.json", "-o", "unpacked"])
      #expect(unpacked.status == 0, "\(unpacked.errors)")
      let printed = try String(contentsOf: folder.appendingPathComponent("unpacked/run.json"), encoding: .utf8)
      let bundled = try JSONDecoder().decode(RunReport.self, from: Data(printed.utf8))
      #expect(bundled == bundled.withoutTimes())
      #expect(bundled.stages.map(\.counts.passed).dropLast() == whole.stages.map(\.counts.passed).dropLast())
      for time in ["seconds", "cpuSeconds", "MemoryBytes", "\"run\"", "started", "cached", "outputs"] {
        #expect(!printed.contains(time), "\(time)")
      }
    }
  }

  @Test func aRunWithNothingNewSaysWhoseResultItIs() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("in/empty.txt"))
      let first = try night.run("first.yaml")
      #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
      let before = try night.report("out1")
      #expect(try night.run("first.yaml").status == 0)
      let again = try night.report("out1")
      #expect(again.repeats == before.run && before.repeats == nil)
      #expect(again.stages.map(\.counts) == before.stages.map(\.counts))
      #expect(again.stages.allSatisfy { $0.seconds == nil && $0.cached == nil })
    }
  }

  @Test func traceShowsDocumentsBeforeAndAfterEachStage() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      var traces: [Data] = []
      for workers in ["1", "4"] {
        let result = try night.run(
          "first.yaml", ["--trace", "2", "--trace-directory", "t", "--workers", workers, "--no-cache"])
        #expect(result.status == 3, "\(result.errors)")
        traces.append(try Data(contentsOf: folder.appendingPathComponent("out1/trace.jsonl")))
        #expect(try Data(contentsOf: folder.appendingPathComponent("t/trace.jsonl")) == traces.last)
      }
      #expect(traces[0] == traces[1], "the same sample for any number of workers")
      let lines = try night.lines("out1/trace.jsonl")
      func ids(_ stage: String, _ when: String) -> [JSONValue] {
        lines.filter { $0["stage"] == .string(stage) && $0["when"] == .string(when) }.compactMap {
          if case .object(let document) = $0["document"] { document["id"] } else { nil }
        }
      }
      let followed = ids("read-files", "after")
      #expect(followed.count == 2)
      for stage in ["detect-language", "find-duplicates", "export", "write-bundle"] {
        #expect(ids(stage, "before") == followed, "\(stage)")
        #expect(ids(stage, "after") == followed, "\(stage)")
      }
      let languages = lines.filter { $0["stage"] == "detect-language" }.map { line -> Bool in
        if case .object(let document) = line["document"] { document["language"] != nil } else { false }
      }
      #expect(languages == [false, true, false, true])
      // A run that was not asked to leaves none, and takes away that of an earlier one.
      #expect(try night.run("first.yaml", ["--no-cache"]).status == 3)
      #expect(try !folder.appendingPathComponent("out1").names().contains("trace.jsonl"))
      #expect(try night.run("first.yaml", ["--trace", "0"]).status == 2)
    }
  }
}
