import Foundation
import Logging
import StageKit
import Synchronization

/// Runs a pipeline's own tests: its stages with their options, between a test's documents and its expectations.
///
/// Sources and sinks are left out, so nothing is read but what a test names, and nothing is written.
public struct PipelineTestRun: Sendable {
  private let plan: PipelinePlan
  private let workers: Int
  private let encoder: EncoderLoader
  private let cacheDirectory: URL
  private let info: RunInfo

  /// Prepares to run the tests of a plan.
  ///
  /// - Parameters:
  ///   - plan: with all its stages; made without looking for what sources and sinks need.
  ///   - info: facts about the run, for stages that ask.
  ///   - workers: documents at once, and threads that a stage may use.
  ///   - encoder: the sentence encoder, or why there is none; loaded at most once.
  ///   - cacheDirectory: where stages keep what does not fit memory; nothing stays there.
  public init(_ plan: PipelinePlan, info: RunInfo, workers: Int, encoder: EncoderLoader, cacheDirectory: URL) {
    self.plan = plan
    self.info = info
    self.workers = workers
    self.encoder = encoder.shared()
    self.cacheDirectory = cacheDirectory
  }

  /// Runs one of the plan's tests.
  ///
  /// - Throws: on cancellation only.
  public func run(_ test: PipelineTest) async throws -> PipelineTestResult {
    let start = ContinuousClock.now
    var result = PipelineTestResult(test)
    let stages = stages(of: test)
    if case .missing(let reason) = encoder.status, let stage = stages.first(where: wantsEncoder) {
      result.outcome = .notRun
      result.reason = "'\(stage.id)' would do less than it should: \(reason)"
      return result
    }
    do {
      let ending = try await ending(of: test, stages)
      result.failures = test.expectations.compactMap { ending.failure(of: $0) }
    } catch let error as StageError {
      result.failures = [
        .init("run", at: test.location, expected: "the stages run to their end", found: error.message)
      ]
    }
    if !result.failures.isEmpty { result.outcome = .failed }
    result.seconds = (start.duration(to: .now) / .seconds(1)).rounded(toPlaces: 3)
    return result
  }

  /// The stages that see the test's documents.
  private func stages(of test: PipelineTest) -> [PipelinePlan.Stage] {
    let all = plan.stages
    let first = test.from.flatMap { from in all.firstIndex { $0.id == from.id } } ?? 0
    let last = test.until.flatMap { until in all.firstIndex { $0.id == until.id } } ?? all.count - 1
    guard first <= last else { return [] }
    return all[first...last].filter(\.entry.shape.isBetweenEnds)
  }

  /// Whether a stage has something else to say of a machine without encoder.
  private func wantsEncoder(_ stage: PipelinePlan.Stage) -> Bool {
    let place = SourceLocation(file: plan.file)
    let without = PlanContext(encoder: .missing(reason: ""), location: place)
    let with = PlanContext(encoder: .available(identity: "any", dimension: 1), location: place)
    return stage.configured.check(without) != stage.configured.check(with)
  }

  /// Sends the test's documents through the stages.
  private func ending(of test: PipelineTest, _ stages: [PipelinePlan.Stage]) async throws -> PipelineTestEnding {
    var plan = plan
    plan.stages = [try source(of: test)] + stages
    plan.warnings = []
    // Two tests at once, here or in another process, must not meet.
    let folder = cacheDirectory.appendingPathComponent("tests/\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let passed = Mutex<[Document]>([])
    let run = try PipelineRun(
      plan, info: info,
      settings: .init(
        workers: workers, encoder: encoder, cacheDirectory: folder,
        logger: Logger(label: "toolkit.test") { _ in SwiftLogNoOpLogHandler() },
        observe: { document in passed.withLock { $0.append(document) } }))
    let report = await run.execute()
    if report.outcome == .cancelled { throw CancellationError() }
    if let failure = report.failure { throw StageError("run", failure) }
    var ending = PipelineTestEnding(documents: passed.withLock { $0 })
    if report.outcome == .quarantined {
      let lines = try Data(contentsOf: run.folder.url.appendingPathComponent("quarantine.jsonl"))
      for line in lines.split(separator: 0x0A) {
        let record = try JSONDecoder().decode(QuarantineStore.Record.self, from: line)
        ending.quarantined[record.document.id] = "\(record.stage): \(record.error.message)"
      }
    }
    return ending
  }

  /// A source in the place of the pipeline's own.
  private func source(of test: PipelineTest) throws -> PipelinePlan.Stage {
    var reader = ConfigReader(baseDirectory: URL(fileURLWithPath: plan.file).deletingLastPathComponent())
    reader.yaml = YAMLReader.read
    let plugin = Plugin("tests", version: info.version, [StageEntry(TestSource.self)])
    let planner = Planner(request: .init(plugins: [plugin], encoder: encoder.status))
    // No stage of a pipeline can have an id with brackets.
    var entry = PipelineFile.Entry(id: "(test)", use: TestSource.name, location: test.location)
    entry.setOption("documents", to: test.documents, at: test.documents.location)
    guard let stage = planner.plan(entry, &reader), !Diagnostics(reader.diagnostics).hasErrors else {
      throw StageError("documents", Diagnostics(reader.diagnostics).description)
    }
    return stage
  }
}

extension EncoderLoader {
  /// A loader that loads once: for several runs one after the other, with as many threads each.
  fileprivate func shared() -> EncoderLoader {
    let loaded = LoadedOnce()
    return EncoderLoader(status: status) { threads in try loaded.encoder { try load(threads) } }
  }
}

private final class LoadedOnce: Sendable {
  private let state = Mutex<(any SentenceEncoder)?>(nil)

  func encoder(_ load: () throws -> any SentenceEncoder) throws -> any SentenceEncoder {
    try state.withLock { state in
      let encoder = try state ?? load()
      state = encoder
      return encoder
    }
  }
}
