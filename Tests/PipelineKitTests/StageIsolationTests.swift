import FaultyStages
import Foundation
import Logging
import StageKit
import Testing

@testable import PipelineKit

/// Stages with a `timeout` run in processes of their own: what hangs is stopped, what crashes takes nothing along, and
/// every document is accounted for.
@Suite struct StageIsolationTests {
  /// What a run over some documents came to.
  private struct Result {
    var report: RunReport
    var documents: [Document]
    var quarantine: [QuarantineStore.Record]
    /// Workers that outlived the run.
    var survivors: [String]

    var errors: [String: QuarantineStore.Record.Failure] {
      Dictionary(quarantine.map { ($0.document.id, $0.error) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Runs `misbehave` over documents with these ids.
  private func run(
    _ ids: [String], stage: String = "timeout: 20s", start: String = "well", workers: Int = 2
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("isolation-\(UUID().uuidString)")
    let state = folder.appendingPathComponent("state")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let yaml = """
      version: 1
      stages:
        - use: named
          with: { ids: [\(ids.joined(separator: ", "))] }
        - use: misbehave
          \(stage)
          with: { state: state, start: \(start) }
      """
    let missing = EncoderLoader(status: .missing(reason: "there is none")) { _ in throw StageError("none", "none") }
    let (plan, findings) = PipelinePlan.make(
      text: yaml, file: folder.path + "/test.yaml", .init(plugins: [faulty], encoder: missing.status))
    let mark = UUID().uuidString
    let seen = Seen()
    let run = try PipelineRun(
      try #require(plan, "\(findings)"),
      info: RunInfo(id: mark, name: "test", date: "2026-03-12", version: "0", pipeline: yaml),
      settings: .init(
        workers: workers, encoder: missing, cacheDirectory: folder, logger: quietLogger(), isolation: isolation(mark),
        observe: seen.add))
    let report = await run.execute()
    #expect(report.stages.allSatisfy { $0.counts.balances })
    let file = folder.appendingPathComponent("runs/\(mark)/quarantine.jsonl")
    let lines = (try? Data(contentsOf: file))?.split(separator: 0x0A) ?? []
    return Result(
      report: report, documents: seen.documents,
      quarantine: try lines.map { try JSONDecoder().decode(QuarantineStore.Record.self, from: $0) },
      survivors: processes(marked: mark))
  }

  @Test func aStageThatHangsIsStoppedAndTheOthersPass() async throws {
    let result = try await run(["a", "hang-1", "b", "hang-2", "c"], stage: "timeout: 1500ms")
    #expect(result.report.outcome == .quarantined)
    #expect(result.documents.map(\.text) == ["TEXT OF A", "TEXT OF B", "TEXT OF C"])
    #expect(result.documents.first?.history.map(\.stage) == ["named", "misbehave"])
    for id in ["hang-1", "hang-2"] {
      #expect(result.errors[id]?.code == "timeout")
      #expect(
        result.errors[id]?.message == "it took longer than the 1.5 s that 'timeout' allows, and was stopped")
    }
    #expect(result.quarantine.first?.document.text == "text of hang-1", "as it came")
    #expect(result.survivors == [])
  }

  @Test func aStageThatCrashesIsTriedOnceMoreAndTheRunGoesOn() async throws {
    let result = try await run(["a", "crash-1", "exit-1", "killed-1", "once-1", "b"])
    #expect(result.report.outcome == .quarantined)
    #expect(result.documents.map(\.id) == ["a", "once-1", "b"], "what died once passed at the second try")
    #expect(result.errors.values.allSatisfy { $0.code == "crashed" })
    #expect(
      result.errors["crash-1"]?.message
        == "its process gave up (SIGABRT); so it was at the first try: it gave up (SIGABRT)")
    #expect(result.errors["exit-1"]?.message.hasPrefix("its process ended by itself with exit code 7;") == true)
    #expect(
      result.errors["killed-1"]?.message.hasPrefix("its process was killed (SIGKILL); memory may have been short;")
        == true)
    #expect(result.survivors == [])
  }

  @Test func whatTheStageSaysComesThroughOnce() async throws {
    let result = try await run(["warn-1", "warn-2", "warn-3", "print-1", "drop-1", "split-1", "bad-1"], workers: 3)
    #expect(result.report.warnings.filter { $0.message == "odd" }.count == 1)
    #expect(result.report.stages[1].notes == ["process": "its own"])
    #expect(result.documents.map(\.id) == ["warn-1", "warn-2", "warn-3", "print-1", "split-1a", "split-1b"])
    #expect(result.report.stages[1].reasons == ["not wanted": 1, "replaced by others": 1])
    #expect(result.errors["bad-1"]?.code == "bad-date")
    #expect(result.errors["bad-1"]?.message == "the date is none (try 1)")
    #expect(result.survivors == [])
  }

  @Test func orderIsKept() async throws {
    let ids = (0..<200).map { "d\($0)" }
    let result = try await run(ids, workers: 4)
    #expect(result.documents.map(\.id) == ids)
    #expect(result.report.outcome == .finished)
    #expect(result.survivors == [])
  }

  @Test func aStageThatCanNotStartSaysSoBeforeTheFirstDocument() async throws {
    let thrown = try await run(["a"], start: "throw")
    #expect(thrown.report.outcome == .failed)
    #expect(thrown.report.failure == "the model is missing; fetch it")
    #expect(thrown.report.stages[0].counts.made == 0)
    let crashed = try await run(["a"], start: "crash")
    #expect(
      crashed.report.failure
        == "the stage 'misbehave' did not start: its process was killed (SIGKILL); memory may have been short")
    #expect(thrown.survivors + crashed.survivors == [])
  }

  @Test func whatWorkersTakeIsTheStagesTime() async throws {
    let quiet = try await run(["a"])
    let busy = try await run(["a", "burn-1", "burnout-1", "burn-2"], workers: 1)
    #expect(busy.documents.map(\.id) == ["a", "burn-1", "burn-2"])
    let stage = try #require(busy.report.stages[1].cpuSeconds)
    // Two that pass, and one that dies with its process at both tries.
    #expect(stage >= 0.8, "\(stage)")
    #expect(try #require(quiet.report.stages[1].cpuSeconds) > 0, "a worker's start counts")
    #expect(try #require(busy.report.cpuSeconds) + 0.001 >= stage)
  }

  @Test func cancellingStopsWorkersThatHang() async throws {
    let task = Task { try await run(["hang-1", "hang-2"], stage: "timeout: 1h") }
    try await Task.sleep(for: .seconds(1))
    task.cancel()
    let result = try await task.value
    #expect(result.report.outcome == .cancelled)
    #expect(result.survivors == [])
  }

  #if os(Linux)
    @Test func aRunThatIsKilledLeavesNoWorker() async throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("isolation-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let mark = UUID().uuidString
      let process = Process()
      process.executableURL = program
      process.arguments = ["run", mark, folder.path]
      try process.run()
      var workers: [String] = []
      for _ in 0..<1000 where workers.isEmpty {
        try await Task.sleep(for: .milliseconds(10))
        workers = processes(marked: mark).filter { $0.contains("stage-worker") }
      }
      #expect(workers.count == 1)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      for _ in 0..<1000 where !processes(marked: mark).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      #expect(processes(marked: mark) == [])
    }
  #endif

  @Test func retriesTryAgainWhatMayEndOtherwise() async throws {
    for limit in ["", "\n    timeout: 20s"] {
      let result = try await run(["busy-1", "bad-1", "a"], stage: "retries: 2" + limit)
      #expect(result.documents.map(\.id) == ["busy-1", "a"])
      #expect(result.errors["bad-1"]?.message == "the date is none (try 1)", "the document is at fault: one try")
    }
    let result = try await run(["busy-1"], stage: "retries: 1")
    #expect(result.documents.isEmpty)
    #expect(result.errors["busy-1"]?.message == "the service is busy (tried 2 times)")
    #expect(result.errors["busy-1"]?.code == "busy")
  }

  @Test func onlyErrorsThatMayPassAreTriedAgain() {
    for code in ["bad-date", "invalid-utf8", "not-json", "empty-file", "too-large", "timeout", "crashed"] {
      #expect(!Retries.makeSense(after: StageError(code, "")), "\(code)")
    }
    #expect(Retries.makeSense(after: StageError("io", "")))
    #expect(Retries.makeSense(after: CocoaError(.fileReadUnknown)))
    #expect(!Retries.makeSense(after: CancellationError()))
    let pauses = (1...8).map { Retries.pause(before: $0) / .milliseconds(1) }
    #expect(pauses == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
  }

  @Test func optionsReachTheWorkerWithTheirPlaces() throws {
    let place = SourceLocation(file: "p.yaml", line: 3, column: 5)
    var secret = ConfigNode(.scalar("x", quoted: false), at: SourceLocation(file: "--set"))
    secret.isFromEnvironment = true
    let node = ConfigNode(
      .mapping([
        .init(key: "a", location: place, value: secret),
        .init(
          key: "b", location: place,
          value: ConfigNode(.sequence([ConfigNode(.scalar("5", quoted: true), at: place)]), at: place)),
      ]), at: place)
    let data = try JSONLine.encode(WorkerOpening.Node(node))
    #expect(try JSONDecoder().decode(WorkerOpening.Node.self, from: data).node == node)
  }

  @Test func durationsAreSaidInWords() {
    let durations: [Duration] = [.milliseconds(1), .milliseconds(1500), .seconds(30), .seconds(300), .seconds(7200)]
    #expect(durations.map(words(for:)) == ["1 ms", "1.5 s", "30 s", "5 min", "2 h"])
  }
}

/// The program that was built together with the tests.
private let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
  .deletingLastPathComponent().appendingPathComponent("toolkit-faulty")

private func isolation(_ mark: String) -> StageIsolation {
  StageIsolation(program: program.path, name: "toolkit-faulty", arguments: ["stage-worker", mark])
}

/// The command lines of all processes that carry a mark, and of zombies of this one.
private func processes(marked mark: String) -> [String] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return names.filter { Int($0) != nil }.compactMap { pid in
    guard let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline")) else { return nil }
    let text = String(decoding: line.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
    return text.contains(mark) ? text : nil
  }
}
