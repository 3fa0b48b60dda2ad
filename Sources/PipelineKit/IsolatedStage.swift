import Foundation
import StageKit

/// A document stage that works in processes of its own, so that one that hangs can be stopped and one that crashes
/// takes nothing along.
///
/// A document that takes longer than the limit ends its process and is quarantined. One whose process dies is tried
/// once more in a fresh one: the fault may have been another's, or memory was short.
struct IsolatedStage: DocumentStage {
  static let name = "isolated"
  static let summary = "A stage in a process of its own; made by the engine."

  private let pool: WorkerPool
  private let limit: Duration

  /// Not for pipelines: the engine makes these from other stages.
  init(_ options: NoOptions, in context: StageContext) throws {
    throw StageError("internal", "'\(Self.name)' is no stage for pipelines")
  }

  /// A stage that runs in the pool's processes, `limit` for each document.
  init(_ pool: WorkerPool, limit: Duration) {
    self.pool = pool
    self.limit = limit
  }

  func process(_ document: inout Document) async throws -> Verdict {
    var deaths: [String] = []
    while true {
      switch try await pool.process(document, within: limit) {
      case .verdict(let verdict, let edited):
        document = edited
        return verdict
      case .failed(let error): throw error
      case .late:
        throw StageError(
          "timeout", "it took longer than the \(words(for: limit)) that 'timeout' allows, and was stopped")
      case .died(let how):
        deaths.append(how)
        guard deaths.count > 1 else { continue }
        throw StageError("crashed", "its process \(how); so it was at the first try: it \(deaths[0])")
      }
    }
  }
}

extension PipelineRun {
  /// Makes a stage: in processes of its own if it has a limit of time, else in this one.
  func make(_ stage: PipelinePlan.Stage, _ context: StageContext) async throws -> RunningStage {
    guard stage.entry.shape == .document, let limit = stage.timeout, let isolation = settings.isolation else {
      return try await stage.configured.make(context)
    }
    let opening = WorkerOpening(
      id: stage.id, use: stage.entry.name, plugin: stage.plugin, version: stage.version,
      options: stage.with.map(WorkerOpening.Node.init), place: .init(stage.location),
      base: URL(fileURLWithPath: plan.file).deletingLastPathComponent().path, workers: context.workers,
      scratch: folder.url.appendingPathComponent("scratch-\(stage.id)").path,
      logLevel: context.logger.logLevel.rawValue,
      run: .init(id: info.id, name: info.name, date: info.date, version: info.version, pipeline: info.pipeline))
    let pool = WorkerPool(isolation, opening: opening, context: context)
    cast.withLock { $0.pools.append(pool) }
    try await pool.prepare()
    return .document(IsolatedStage(pool, limit: limit))
  }
}
