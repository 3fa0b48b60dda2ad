import Foundation
import StageKit

/// What a run takes over from the last one of its pipeline: all of it, if nothing has changed.
extension PipelineRun {
  /// How this run differs from the last one that ended well; reads no document.
  ///
  /// - Parameter ignoringDate: whether a new day alone is no change.
  public func changes(ignoringDate: Bool = false) async -> RunChanges {
    guard let cache = settings.cache, let memory = RunMemory.load(from: cache.memoryFile),
      let sources = try? await sources()
    else { return .first }
    var now = facts(cache)
    now.inputs = await snapshots(sources)
    var found = memory.changes(to: now, date: ignoringDate)
    if !ignoringDate, let stage = stageOfTheHour { found.append("\(stage): it counts in hours from now") }
    return found.isEmpty ? .none(since: memory.run) : .some(found)
  }

  /// The first stage that works otherwise at another hour of the day.
  private var stageOfTheHour: String? { plan.stages.first { $0.configured.dependsOnTime }?.id }

  /// Repeats the end of the last run, if nothing has changed since it began.
  ///
  /// - Parameter inputs: the sources' snapshots.
  /// - Returns: the report of that run as this run's; nil if there is something to do.
  func repeated(inputs: [String]?) async throws -> RunReport? {
    guard let cache = settings.cache, settings.trace == nil, stageOfTheHour == nil,
      let memory = RunMemory.load(from: cache.memoryFile)
    else { return nil }
    var now = facts(cache)
    now.inputs = inputs
    guard memory.changes(to: now, date: false).isEmpty, let targets = targets(of: memory),
      memory.brief.map(cache.brief.restore) ?? true
    else { return nil }
    let copies = targets.filter { $0.output.path != $0.target.path }
    do {
      let run = info.id
      try await offload { for copy in copies { try OutputCopy.copy(copy.output, to: copy.target, run: run) } }
    } catch let error as StageError where error.code == OutputCopy.vanished {
      return nil
    }
    for (stage, report) in zip(meters, memory.report.stages) { stage.repeatCounts(of: report) }
    // This very run was killed after its end: it is gone on with, and nothing is left to do.
    if memory.run == info.id { return memory.report }
    var report = record.report()
    report.repeats = memory.run
    report.outcome = memory.report.outcome
    report.warnings = memory.report.warnings
    for index in report.stages.indices {
      let before = memory.report.stages[index]
      report.stages[index].counts = before.counts
      report.stages[index].reasons = before.reasons
      report.stages[index].notes = before.notes
      report.stages[index].seconds = nil
    }
    report.outputs = targets.map(\.target.path)
    return report
  }

  /// Where each output of the last run belongs now; nil if a sink doesn't tell.
  private func targets(of memory: RunMemory) -> [(output: RunMemory.Output, target: URL)]? {
    var found: [(output: RunMemory.Output, target: URL)] = []
    for stage in plan.stages where stage.entry.shape == .sink {
      let outputs = memory.outputs.filter { $0.stage == stage.id }
      let targets = stage.configured.outputs.map { $0.url(for: info) }
      guard outputs.count == targets.count, !outputs.isEmpty else { return nil }
      for (output, target) in zip(outputs, targets) {
        found.append((output, target))
        if output.files.allSatisfy({ !$0.name.isEmpty }) { record.publishReport(in: target) }
      }
    }
    return found
  }

  /// Remembers this run for the next one.
  ///
  /// - Parameter inputs: the sources' snapshots from before they read.
  func remember(_ report: RunReport, inputs: [String]?) async {
    guard let cache = settings.cache else { return }
    guard report.outcome == .finished else { return }
    var memory = facts(cache)
    memory.inputs = inputs
    memory.report = report
    memory.outputs = record.writtenOutputs.map { RunMemory.Output(stage: $0.stage, at: $0.path) }
    memory.brief = cache.brief.save()
    do {
      let (saved, table, dropped) = (memory, table, try ledger.drops.collect())
      try await offload {
        let folder = cache.memoryFile.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // The three belong together: without the memory, which comes last, the others don't count.
        for file in [cache.memoryFile, cache.droppedFile] { try? FileManager.default.removeItem(at: file) }
        if let dropped { try OutputCopy.copy(dropped, to: cache.droppedFile, run: saved.run) }
        try table?.save(to: cache.documentsFile, run: saved.run)
        try saved.save(to: cache.memoryFile)
      }
    } catch {
      // The next run does more than it would have to; nothing else is lost.
      settings.logger.warning("what this run did can't be remembered: \(error.localizedDescription)")
    }
  }

  /// What is kept of a document stage's results; nil if nothing is.
  func memory(of stage: PipelinePlan.Stage) -> StepMemory? {
    guard let cache = settings.cache, stage.entry.keepsResults else { return nil }
    return StepMemory(stage: StageKey(of: stage, build: cache.build, models: models).key, store: cache.store)
  }

  /// The keys of what the sources have to read; nil if one can't tell.
  func snapshots(_ sources: [any Source]) async -> [String]? {
    var keys: [String] = []
    for source in sources {
      guard let key = try? await source.snapshot() else { return nil }
      keys.append(key.text)
    }
    return keys
  }

  /// All facts but those that take time.
  func facts(_ cache: RunCache) -> RunMemory {
    RunMemory(
      run: info.id, ended: Date().ISO8601Format(), build: cache.build, models: models, date: info.date, inputs: nil,
      pipeline: ContentHash.sha256(info.pipeline),
      stages: plan.stages.map { stage in
        RunMemory.Stage(
          id: stage.id, use: stage.entry.name, version: stage.version, options: stage.options,
          key: StageKey(of: stage, build: cache.build, models: models).text)
      }, outputs: [], report: record.report())
  }

  /// The sources alone, to be asked what there is to read.
  func sources() async throws -> [any Source] {
    var found: [any Source] = []
    for stage in plan.stages where stage.entry.shape == .source {
      if let source = try await stage.configured.make(context(of: stage, vectors: nil)).source { found.append(source) }
    }
    return found
  }
}

extension RunningStage {
  /// The source, if it is one.
  var source: (any Source)? {
    guard case .source(let source) = self else { return nil }
    return source
  }

  /// The document stage, if it is one.
  var documentStage: (any DocumentStage)? {
    guard case .document(let stage) = self else { return nil }
    return stage
  }
}
