import Foundation
import PipelineKit
import StageKit
import Testing

@testable import toolkit

/// What is shown of a run while it goes on: rates, remaining times, bars, lines for logs and for programs.
@Suite struct ProgressTests {
  private typealias Progress = PipelineRun.Progress

  private func counts(taken: Int = 0, made: Int = 0, passed: Int = 0, dropped: Int = 0) -> RunReport.Counts {
    var counts = RunReport.Counts()
    (counts.taken, counts.made, counts.passed, counts.dropped) = (taken, made, passed, dropped)
    return counts
  }

  // MARK: Numbers

  @Test func aRateIsThatOfTheLastSeconds() throws {
    var meter = RateMeter()
    #expect(meter.rate == nil)
    meter.update(0, at: 10)
    #expect(meter.rate == nil, "one look tells no rate")
    for second in 1...60 { meter.update(Double(second * 100), at: Double(10 + second)) }
    #expect(abs(try #require(meter.rate) - 100) < 0.001)
    for second in 1...60 { meter.update(6000 + Double(second * 10), at: Double(70 + second)) }
    #expect(abs(try #require(meter.rate) - 10) < 0.1, "what was a minute ago is forgotten")
    meter.update(5, at: 131)
    #expect(meter.rate == nil, "a count that falls is another one")
  }

  @Test func remainingTimesFollowFromBytesAndRates() throws {
    var tracker = ProgressTracker()
    func stages(_ second: Int) -> [Progress] {
      [
        Progress(
          id: "read", shape: .source, counts: counts(made: second * 20, passed: second * 20), isActive: true,
          bytes: (second * 1000, 10_000)),
        Progress(
          id: "work", shape: .document, counts: counts(taken: second * 10, passed: second * 8, dropped: second * 2),
          isActive: true, cpuSeconds: Double(second)),
        Progress(id: "write", shape: .sink),
      ]
    }
    var seen: [StageProgress] = []
    for second in 0...5 { seen = tracker.update(stages(second), at: Double(second)) }
    #expect(seen.map(\.state) == [.running, .running, .waiting])
    #expect(seen.map(\.expected) == [200, 200, 160], "those that were read so far, by bytes; a fifth is dropped")
    #expect(abs(try #require(seen[0].remainingSeconds) - 5) < 0.01)
    #expect(abs(try #require(seen[1].rate) - 10) < 0.01)
    #expect(abs(try #require(seen[1].remainingSeconds) - 15) < 0.01, "150 documents at 10 a second")
    #expect(seen[2].rate == nil && seen[2].remainingSeconds == nil)
    #expect(seen.map(\.bottleneck) == [true, false, false], "no queue is long: the first that runs")
    for second in 6...20 { seen = tracker.update(stages(second), at: Double(second)) }
    #expect(seen.map(\.bottleneck) == [false, true, false], "many wait for the second")
  }

  @Test func knownCountsReplaceEstimates() {
    var tracker = ProgressTracker()
    let seen = tracker.update(
      [
        Progress(id: "read", shape: .source, counts: counts(made: 70, passed: 70), hasEnded: true, bytes: (9, 10)),
        Progress(
          id: "group", shape: .corpus, counts: counts(taken: 70), isActive: true, detail: (30, 120, "pairs")),
        Progress(id: "write", shape: .sink),
      ], at: 0)
    #expect(seen.map(\.expected) == [70, 70, 70])
    #expect(seen[0].state == .done && seen[0].remainingSeconds == nil)
    #expect(seen[1].done == 30 && seen[1].total == 120 && seen[1].unit == "pairs")
    #expect(seen[1].position == 70, "it has let none go")
  }

  // MARK: Words

  private func stage(_ id: String, _ state: StageProgress.State = .running) -> StageProgress {
    StageProgress(
      id: id, state: state, taken: 1200, made: 0, passed: 1200, dropped: 0, quarantined: 0, seconds: 4.5,
      cpuSeconds: 1, rate: 310.4, remainingSeconds: 8.2, expected: 4000, bottleneck: false)
  }

  @Test func barsFitTheTerminal() {
    var last = stage("a-stage-with-a-name-that-is-very-long-indeed")
    last.bottleneck = true
    let stages = [stage("read", .done), stage("detect"), last, stage("write", .waiting)]
    for columns in [10, 40, 79, 200] {
      var terminal = ProgressLines.Terminal()
      terminal.columns = columns
      terminal.hasStyles = false
      let lines = ProgressLines(terminal: terminal).bars(stages)
      #expect(lines.count == 4)
      #expect(lines.allSatisfy { $0.count < columns }, "\(columns): \(lines)")
    }
    var plain = ProgressLines.Terminal(columns: 80, rows: 24, hasStyles: false, isUnicode: false)
    #expect(
      ProgressLines(terminal: plain).bars([stage("read", .done), stage("detect"), stage("write", .waiting)]) == [
        "+ read    1200 documents  4.5 s",
        "> detect  #########---------------------  1,200/4,000  310/s  9 s left",
        ". write",
      ])
    plain.rows = 4
    #expect(ProgressLines(terminal: plain).bars(stages).count == 2, "only those that run, if there is no room")
  }

  @Test func barsStandBelowEachOther() {
    var slow = stage("slow")
    slow.remainingSeconds = 4000
    slow.bottleneck = true
    let terminal = ProgressLines.Terminal(columns: 72, rows: 24, hasStyles: false, isUnicode: true)
    let lines = ProgressLines(terminal: terminal).bars([stage("quick"), slow])
    let widths = lines.map { line in line.count { "█░".contains($0) } }
    #expect(widths[0] == widths[1] && widths[0] > 5, "\(lines)")
  }

  @Test func numbersForPeople() {
    #expect([0, 999, 1000, -1_234_567].map(ProgressLines.grouped) == ["0", "999", "1,000", "-1,234,567"])
    #expect(
      [0, 0.44, 9, 59.6, 200, 3900, .infinity, -1].map(ProgressLines.time)
        == ["0 s", "0.4 s", "9 s", "1 min 0 s", "3 min 20 s", "1 h 5 min", "?", "?"])
    #expect(ProgressLines.ended(stage("detect")) == "detect: 1200 documents in 4.5 s")
    #expect(
      ProgressLines.running([stage("read", .done), stage("detect")])
        == "detect: 1200 documents, 310/s, 9 s left")
    #expect(ProgressLines.running([stage("read", .done)]) == nil)
  }

  // MARK: From outside

  @Test func aPipeSeesNothing() throws {
    try TemporaryFolder.with { folder in
      let result = try Night(in: folder).run("first.yaml")
      #expect(result.status == 3 && result.errors.isEmpty, "\(result.errors)")
      #expect(!result.output.contains("\u{1B}"))
      let plain = try Night(in: folder).run("first.yaml", ["--progress", "plain", "--no-cache"])
      let lines = plain.errors.split(separator: "\n").map { $0.replacing(#/ in [0-9.]+ s$/#, with: "") }
      #expect(
        lines == [
          "read-files: 4 documents (1 quarantined)", "detect-language: 3 documents", "find-duplicates: 3 documents",
          "export: 3 documents", "write-bundle: 3 documents",
        ])
    }
  }

  @Test func objectsForPrograms() throws {
    struct Record: Decodable {
      struct Stage: Decodable {
        var id, state: String
        var taken, made, passed, dropped, quarantined: Int
        var seconds, cpuSeconds: Double
      }
      var event, time, run, pipeline: String
      var elapsedSeconds: Double
      var stage, outcome: String?
      var stages: [Stage]
    }
    try TemporaryFolder.with { folder in
      let result = try Night(in: folder).run("first.yaml", ["--progress", "json"])
      #expect(result.status == 3)
      let records = try result.errors.split(separator: "\n").map {
        try JSONDecoder().decode(Record.self, from: Data($0.utf8))
      }
      #expect(records.first?.event == "start" && records.last?.event == "end")
      #expect(records.last?.outcome == "quarantined")
      let ids = ["read-files", "detect-language", "find-duplicates", "export", "write-bundle"]
      for event in ["stage-begin", "stage-end"] {
        #expect(records.filter { $0.event == event }.compactMap(\.stage).sorted() == ids.sorted(), "\(event)")
      }
      let end = try #require(records.last)
      #expect(end.stages.map(\.id) == ids && end.stages.allSatisfy { $0.state == "done" })
      #expect(end.stages.map(\.passed) == [3, 3, 3, 3, 3])
      #expect(end.stages[0].made == 4 && end.stages[0].quarantined == 1)
      #expect(Set(records.map(\.run)).count == 1 && Set(records.map(\.pipeline)) == ["first"])
      #expect(zip(records, records.dropFirst()).allSatisfy { $0.elapsedSeconds <= $1.elapsedSeconds })
      let style = Date.ISO8601FormatStyle.iso8601.time(includingFractionalSeconds: true)
      #expect(records.allSatisfy { (try? Date($0.time, strategy: style)) != nil })
    }
  }

  #if os(Linux)
    @Test func aTerminalSeesBarsAndThenNone() throws {
      try TemporaryFolder.with { folder in
        let night = try Night(in: folder)
        // Enough that the run takes more than a look.
        let lines = (0..<400).map { number in
          #"{"id":"d\#(number)","text":"\#(String(repeating: "Word \(number) of it. ", count: 40))"}"# + "\n"
        }
        try folder.write("in/many.jsonl", lines.joined())
        let terminal = try #require(PseudoTerminal(columns: 100, rows: 30))
        let process = Process()
        process.executableURL = Toolkit.program
        process.arguments = ["run", "first.yaml"]
        process.currentDirectoryURL = night.folder
        process.environment = ProcessInfo.processInfo.environment.merging([
          "TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path, "TERM": "xterm", "LC_ALL": "C.UTF-8",
        ]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = terminal.slave
        let reader = terminal.read()
        try process.run()
        process.waitUntilExit()
        let shown = reader.end()
        #expect(process.terminationStatus == 3)
        #expect(shown.contains("▸ read-files") || shown.contains("✓ read-files"), "\(shown)")
        #expect(shown.contains("write-bundle") && shown.contains("\u{1B}[K"))
        #expect(shown.hasSuffix("\u{1B}[5A\u{1B}[J"), "five lines up, and all below is cleared")
      }
    }
  #endif
}
