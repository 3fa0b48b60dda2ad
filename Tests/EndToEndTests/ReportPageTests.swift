import Foundation
import PipelineKit
import StageKit
import Testing

@testable import toolkit

/// `docs/reports.md` names every field that is written, and none that isn't.
@Suite struct ReportPageTests {
  /// The names in backticks in the first column of a section's tables.
  private func names(_ heading: String, column: Int = 0) throws -> Set<String> {
    let page = try String(contentsOf: Toolkit.root.appendingPathComponent("docs/reports.md"), encoding: .utf8)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == heading }, "there is no section '\(heading)'")
    let section = lines[(start + 1)...].prefix { !$0.hasPrefix("#") }
    let cells = section.filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|")[column] }
    return Set(cells.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.output.1) } })
  }

  private func keys(_ value: some Encodable, _ path: String...) throws -> Set<String> {
    var found = try JSONDecoder().decode(JSONValue.self, from: JSONLine.encode(value))
    for key in path {
      if case .object(let fields) = found { found = fields[key] ?? .null }
      if case .array(let elements) = found { found = elements.first ?? .null }
    }
    guard case .object(let fields) = found else { return [] }
    return Set(fields.keys)
  }

  /// A report with all fields.
  private var report: RunReport {
    var stage = RunReport.StageReport(id: "a", use: "a", plugin: "a", version: "1", options: .null)
    (stage.cached, stage.seconds, stage.cpuSeconds) = (1, 1, 1)
    (stage.peakMemoryBytes, stage.memoryBytes, stage.bytesRead) = (1, 1, 1)
    var report = RunReport(
      info: RunInfo(id: "r", name: "p", date: "2026-03-12", version: "1", pipeline: ""), stages: [stage])
    (report.run, report.started, report.repeats, report.failure) = ("r", "s", "b", "f")
    (report.seconds, report.cpuSeconds, report.peakMemoryBytes, report.outputs) = (1, 1, 1, ["o"])
    return report
  }

  @Test func theReport() throws {
    #expect(try names("## run.json") == keys(report))
    #expect(try names("### Stages") == keys(report, "stages"))
    // What stands in no bundle has a star.
    let page = try String(contentsOf: Toolkit.root.appendingPathComponent("docs/reports.md"), encoding: .utf8)
    let starred = Set(page.matches(of: /\n\| `([A-Za-z]+)` \* \|/).map { String($0.output.1) })
    let bundled = report.withoutTimes()
    let away = try keys(report).subtracting(keys(bundled))
      .union(keys(report, "stages").subtracting(keys(bundled, "stages")))
    #expect(starred == away)
  }

  @Test func metricsAndProgress() throws {
    let metrics = RunMetrics(report, ended: Date(timeIntervalSince1970: 0)).metrics
    #expect(try names("## Metrics") == Set(metrics.map(\.name)))
    #expect(try names("## Metrics", column: 1) == Set(metrics.map(\.dotted)))
    var labels = Set(metrics.flatMap(\.points).flatMap(\.labels).map(\.name))
    labels.remove("pipeline")
    let words = try names("## Metrics", column: 3)
    #expect(labels.isSubset(of: words), "\(labels) \(words)")
    let stage = StageProgress(
      id: "a", state: .running, taken: 1, made: 1, passed: 1, dropped: 1, quarantined: 1, seconds: 1, cpuSeconds: 1,
      rate: 1, remainingSeconds: 1, expected: 1, bytesRead: 1, bytesTotal: 1, done: 1, total: 1, unit: "u",
      bottleneck: true)
    let record = ProgressRecord(
      event: "end", time: "t", run: "r", pipeline: "p", elapsedSeconds: 1, stage: "a", outcome: .finished,
      stages: [stage])
    #expect(try names("## Progress") == keys(record))
    #expect(try names("### Stages of progress") == keys(stage))
  }

  @Test func theOtherFiles() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      #expect(try night.run("first.yaml", ["--trace", "5"]).status == 3)
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("one.zip"), to: folder.appendingPathComponent("copy.zip"))
      try folder.write("more/a.jsonl", "{\"text\":\"one\"}\n{\"text\":\"two\"}\n")
      #expect(try night.run("second.yaml").status == 0)
      func written(_ path: String) throws -> Set<String> { Set(try night.lines(path).flatMap(\.keys)) }
      #expect(try names("## quarantine.jsonl") == written("out1/quarantine.jsonl"))
      // What a source sets aside is in no sample, so that nothing has a reason here.
      #expect(try names("## trace.jsonl") == written("out1/trace.jsonl").union(["reason"]))
      let dropped = try written("out2/dropped.jsonl")
      #expect(dropped.isSuperset(of: ["id", "path", "stage", "reason"]))
      #expect(try names("## dropped.jsonl") == dropped.union(["offset"]))
      let table = try String(contentsOf: folder.appendingPathComponent("out1/duplicates.csv"), encoding: .utf8)
      let header = try #require(table.split(separator: "\r\n").first).split(separator: ",").map(String.init)
      #expect(try names("## duplicates.csv") == Set(header))
      let files = try Set(folder.appendingPathComponent("out1").names() + folder.appendingPathComponent("out2").names())
      let page = try names("# What a run leaves, and what can be watched").filter { !$0.hasPrefix("-") }
      #expect(files.subtracting(page) == [] && page.subtracting(files) == [])
    }
  }
}
