import Foundation
import Logging
import StageKit
import Synchronization

/// One execution of a plan.
public final class PipelineRun: Sendable {
  /// Facts about the run.
  public let info: RunInfo
  let plan: PipelinePlan
  let settings: Settings
  let meters: [StageMeter]
  let folder: RunFolder
  let quarantine: QuarantineStore
  let ledger: DocumentLedger
  let record: RunRecord
  /// What processes of stages took of the processors.
  let workerTime = CPUAccount()
  /// Identities of the models that stages may use.
  let models: [String]
  /// The documents of the sources; nil if the run is not remembered.
  let table: DocumentTable?
  /// What was made for the run and has an end of its own.
  let cast = Mutex(Cast())
  private let failed = Mutex<String?>(nil)

  /// The stages, once they are made, and the processes of those that have some.
  struct Cast: Sendable {
    var stages: [RunningStage] = []
    var pools: [WorkerPool] = []
  }

  /// The stable name of what ended the run, if something did: `locked`, `too-many-quarantined`, `io`, …
  public var failureCode: String? { failed.withLock { $0 } }

  /// Prepares a run: makes its folder, opens no document.
  ///
  /// - Throws: ``StageError`` when the folder can't be made.
  public init(_ plan: PipelinePlan, info: RunInfo, settings: Settings) throws {
    self.plan = plan
    self.info = info
    self.settings = settings
    meters = plan.stages.map { _ in StageMeter() }
    folder = try RunFolder(in: settings.cacheDirectory, run: info.id)
    let sources = zip(plan.stages, meters).filter { $0.0.entry.shape == .source }.map(\.1)
    quarantine = QuarantineStore(
      in: folder.url, stages: plan.stages.map(\.id), limit: settings.maximumQuarantine ?? plan.maximumQuarantine
    ) {
      let snapshots = sources.map(\.snapshot)
      return snapshots.contains { $0.ended == nil } ? nil : snapshots.reduce(0) { $0 + $1.counts.made }
    }
    ledger = DocumentLedger(
      drops: DropStore(in: folder.url, stages: plan.stages.map(\.id)),
      trace: settings.trace.map { [folder] in
        TraceStore(in: folder.url, stages: plan.stages.map(\.id), size: $0.documents)
      })
    table = settings.cache.map { _ in DocumentTable() }
    var models: [String] = []
    if case .available(let identity, _) = settings.encoder.status { models.append(identity) }
    for model in plan.stages.flatMap(\.configured.models) where !models.contains(model) { models.append(model) }
    self.models = models
    record = RunRecord(
      info: info, plan: plan, meters: meters, quarantine: quarantine, drops: ledger.drops, folder: folder,
      models: models, workerTime: workerTime, logger: settings.logger)
  }

  /// How far each stage is, in order; may be asked at any time, from anywhere.
  public var progress: [Progress] {
    zip(plan.stages, meters).map { stage, meter in
      let now = meter.snapshot
      let seconds = now.started.map { $0.duration(to: now.ended ?? .now) / .seconds(1) } ?? 0
      return Progress(
        id: stage.id, shape: stage.entry.shape, counts: now.counts, seconds: seconds,
        isActive: now.started != nil && now.ended == nil, hasEnded: now.ended != nil, cpuSeconds: meter.cpu.seconds,
        bytes: now.bytes, detail: now.detail)
    }
  }

  /// The first documents in quarantine; `report.stages` has the number of all.
  public var quarantined: [QuarantinedDocument] {
    quarantine.items.map { QuarantinedDocument(name: $0.name, stage: $0.stage, message: $0.message) }
  }

  /// Runs the pipeline to its end, and leaves the report where stages asked for it.
  ///
  /// Cancelling the task ends the run with the outcome `cancelled`. Nothing is thrown: what went wrong is in the
  /// report.
  public func execute() async -> RunReport {
    var report: RunReport
    var inputs: [String]?
    var isRepeated = false
    do {
      let stages = try await makeStages()
      inputs = settings.cache == nil ? nil : await snapshots(stages.compactMap(\.source))
      if let repeated = try await repeated(inputs: inputs) {
        report = repeated
        isRepeated = true
      } else {
        try await run(stages)
        await closeWorkers()
        try checkConservation()
        try checkQuarantine()
        try Task.checkCancellation()
        try await commitOutputs()
        report = record.report()
        report.outcome = quarantine.count > 0 ? .quarantined : .finished
      }
    } catch {
      let error = errorCode(error) == "too-many-quarantined" ? tooManyQuarantined() : error
      await abandonOutputs()
      await closeWorkers()
      report = record.report()
      report.outcome = Task.isCancelled ? .cancelled : .failed
      report.failure = describe(error)
      failed.withLock { $0 = errorCode(error) }
    }
    await closeWorkers()
    let isAccountKept = publish(&report, isRepeated: isRepeated)
    // Only now: where there is a memory of a run, all that it had to write stands.
    if !isRepeated { await remember(report, inputs: inputs) }
    removeFolder(&report, isAccountKept: isAccountKept)
    record.locks.release()
    return report
  }

  // MARK: Stages

  private func makeStages() async throws -> [RunningStage] {
    let vectors = SentenceVectors(
      settings.encoder, threads: settings.workers, store: settings.cache?.store, scratch: folder.url)
    for stage in plan.stages {
      let made = try await make(stage, context(of: stage, vectors: vectors))
      cast.withLock { $0.stages.append(made) }
    }
    return cast.withLock { $0.stages }
  }

  /// What a stage may know and use of this run.
  func context(of stage: PipelinePlan.Stage, vectors: SentenceVectors?) -> StageContext {
    var logger = settings.logger
    logger[metadataKey: "stage"] = "\(stage.id)"
    return StageContext(
      id: stage.id, run: info, workers: stage.workers ?? settings.workers, logger: logger, vectors: vectors,
      store: settings.cache?.store, services: record)
  }

  private func run(_ stages: [RunningStage]) async throws {
    let parts = Self.parts(of: plan, stages)
    let channels = parts.map { _ in DocumentChannel() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, part) in parts.enumerated() {
        let inlet = index == 0 ? nil : channels[index - 1]
        let outlet = index == parts.count - 1 ? nil : channels[index]
        let exit = outlet.map(StageExit.channel) ?? .end(settings.observe)
        group.addTask {
          do {
            try await self.run(part, stages, from: inlet, to: exit)
            outlet?.finish()
          } catch {
            inlet?.fail(error)
            outlet?.fail(error)
            throw error
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Stages that run as one: all sources, a lane of document stages, or a single stage.
  private static func parts(of plan: PipelinePlan, _ stages: [RunningStage]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    for index in stages.indices {
      if index > 0, let last = parts.last {
        switch (stages[index - 1], stages[index]) {
        case (.source, .source):
          parts[parts.count - 1] = last.lowerBound..<index + 1
          continue
        case (.document(let before), .document(let stage))
        where plan.stages[index - 1].workers == plan.stages[index].workers
          // Waiting for a process moves a lane's work to other threads, where nobody measures its neighbours.
          && before is IsolatedStage == stage is IsolatedStage:
          parts[parts.count - 1] = last.lowerBound..<index + 1
          continue
        default: break
        }
      }
      parts.append(index..<index + 1)
    }
    return parts
  }

  private func run(
    _ part: Range<Int>, _ stages: [RunningStage], from inlet: DocumentChannel?, to exit: StageExit
  ) async throws {
    if case .document = stages[part.lowerBound] {
      guard let inlet else { return }
      let steps = part.compactMap { index -> DocumentLane.Step? in
        guard case .document(let stage) = stages[index] else { return nil }
        return DocumentLane.Step(
          stage: stage, identity: identity(index), meter: meters[index],
          timeout: stage is IsolatedStage ? nil : plan.stages[index].timeout, retries: plan.stages[index].retries,
          condition: plan.stages[index].condition, memory: memory(of: plan.stages[index]))
      }
      for step in steps where step.memory != nil { step.meter.countCached() }
      let isFirst = plan.stages[part.lowerBound - 1].entry.shape == .source
      let workers = plan.stages[part.lowerBound].workers ?? settings.workers
      try await DocumentLane(
        steps: steps, workers: workers, quarantine: quarantine, ledger: ledger, table: isFirst ? table : nil
      ).run(from: inlet, to: exit)
      return
    }
    for index in part {
      let meter = meters[index]
      let outlet = StageOutlet(
        stage: identity(index), meter: meter, quarantine: quarantine, ledger: ledger, next: exit)
      if inlet == nil { meter.start() }
      let stage = stages[index]
      let entrance = StageEntrance(inlet, identity(index), meter, ledger)
      try await meter.cpu.run {
        switch stage {
        case .source(let source): try await source.read(into: outlet)
        case .corpus(let stage): try await stage.process(entrance.inlet, into: outlet)
        case .sink(let sink): try await sink.write(entrance.inlet, confirming: outlet)
        case .document: break
        }
      }
      meter.end()
      if try await entrance.hasMore() {
        throw StageError("unread", "the stage '\(plan.stages[index].id)' ended before it had taken all documents")
      }
    }
  }

  private func identity(_ index: Int) -> StageIdentity {
    let stage = plan.stages[index]
    return StageIdentity(
      id: stage.id, use: stage.entry.name, plugin: stage.plugin, version: stage.version, shape: stage.entry.shape,
      onError: stage.onError)
  }
}
