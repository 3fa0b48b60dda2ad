import Foundation
import StageKit
import Synchronization

/// What a run would take over from earlier ones, and why not more.
public struct CacheForecast: Sendable, Encodable {
  /// One stage's part.
  public struct Stage: Sendable, Encodable {
    /// Its id.
    public var id: String
    /// Documents that need not be looked at again; nil where a stage takes all documents together, or stands behind one
    /// that does.
    public var cached: Int?
    /// Why it has something to do, in words; empty if it has not.
    public var reasons: [String] = []
  }

  /// The run whose end would be repeated, if nothing has changed.
  public var repeats: String?
  /// How many documents the sources give; nil if they need not be read.
  public var documents: Int?
  /// In the order of the pipeline.
  public var stages: [Stage] = []
}

extension PipelineRun {
  /// Looks what a run that starts now would find in the cache. Reads all documents, unless nothing has changed at all,
  /// and runs no stage but the sources, and those that only tell what is old.
  ///
  /// - Returns: nil if the run has no cache.
  /// - Throws: what a source throws.
  public func forecast() async throws -> CacheForecast? {
    guard let cache = settings.cache else { return nil }
    if case .none(let before) = await changes() {
      return CacheForecast(
        repeats: before, stages: plan.stages.map { CacheForecast.Stage(id: $0.id, cached: nil) })
    }
    let lane = plan.stages.drop { $0.entry.shape == .source }.prefix { $0.entry.shape == .document }
    var steps: [CacheProbe.Step] = []
    for stage in lane {
      var step = CacheProbe.Step(condition: stage.condition, memory: self.memory(of: stage))
      if stage.entry.name == Planner.recencyStage {
        step.filter = try await stage.configured.make(context(of: stage, vectors: nil)).documentStage
      }
      steps.append(step)
    }
    let probe = CacheProbe(steps: steps)
    for source in try await sources() { try await source.read(into: probe) }

    let memory = RunMemory.load(from: cache.memoryFile)
    let earlier = memory == nil ? nil : DocumentTable.load(from: cache.documentsFile)
    let difference = earlier.map { probe.table.difference(from: $0) }
    var forecast = CacheForecast(documents: probe.table.count)
    var changed: [String] = []
    for (index, stage) in plan.stages.enumerated() {
      var part = CacheForecast.Stage(id: stage.id)
      let own = whyChanged(index, memory, cache)
      switch stage.entry.shape {
      case .source: part.reasons = ["sources are read every time something has changed"]
      case .document where lane.contains { $0.id == stage.id }:
        let cached = probe.cached[index - lane.startIndex]
        part.cached = stage.entry.name == Planner.recencyStage ? nil : cached
        if !stage.entry.keepsResults {
          part.reasons = ["its results are not kept"]
        } else if cached < probe.table.count {
          part.reasons = own.map { [$0] } ?? (changed.isEmpty ? Self.words(difference) : changed)
        }
      default:
        part.reasons =
          [
            "it takes all documents together"
          ] + (own.map { [$0] } ?? (changed.isEmpty ? Self.words(difference) : changed))
      }
      if own != nil { changed = ["'\(stage.id)' before it has changed"] }
      forecast.stages.append(part)
    }
    return forecast
  }

  /// Why a stage's results of the last run can't be used; nil if they can.
  private func whyChanged(_ index: Int, _ memory: RunMemory?, _ cache: RunCache) -> String? {
    let stage = plan.stages[index]
    guard let memory else { return "no earlier run of this pipeline is remembered" }
    guard let before = memory.stages.first(where: { $0.id == stage.id }) else { return "it is new in the pipeline" }
    let key = StageKey(of: stage, build: cache.build, models: models).text
    guard before.key != key else { return nil }
    let now = facts(cache)
    return RunMemory.difference(before, now.stages[index], memory, now)
  }

  private static func words(_ difference: DocumentTable.Difference?) -> [String] {
    guard let difference else { return ["the documents of the last run are not known"] }
    let parts = [
      (difference.new, "new"), (difference.changed, "changed"), (difference.gone, "gone"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? "document is" : "documents are") \($0.1)" }
    return parts.isEmpty
      ? ["what was kept is gone, or what is written has to be written anew"] : [parts.joined(separator: ", ")]
  }
}

/// Takes what sources read, and looks each document up instead of sending it on.
private final class CacheProbe: Outlet {
  struct Step: Sendable {
    var condition: Condition?
    var memory: StepMemory?
    /// What decides faster than anything could be looked up.
    var filter: (any DocumentStage)?
  }

  let table = DocumentTable()
  private let steps: [Step]
  private let counts: Mutex<[Int]>

  init(steps: [Step]) {
    self.steps = steps
    counts = Mutex(Array(repeating: 0, count: steps.count))
  }

  /// For each step, how many documents need not be looked at again.
  var cached: [Int] { counts.withLock { $0 } }

  func pass(_ document: Document) async throws {
    try Task.checkCancellation()
    var (document, lineage) = (document, Lineage())
    table.add([.init(document.id, lineage.key(of: document))])
    for (index, step) in steps.enumerated() {
      if let condition = step.condition, !condition.holds(for: document) {
        counts.withLock { $0[index] += 1 }
        continue
      }
      if let filter = step.filter {
        lineage.passed(nil)
        guard case .pass? = try? await filter.process(&document) else { return }
        counts.withLock { $0[index] += 1 }
        continue
      }
      guard let memory = step.memory,
        let verdict = memory.recall(lineage.key(of: document).with(memory.stage), &document)
      else { return }
      counts.withLock { $0[index] += 1 }
      lineage.passed(memory.stage)
      guard case .pass = verdict else { return }
    }
  }

  func drop(_ document: Document, because reason: String) async throws {}

  func quarantine(_ document: Document, because error: any Error) async throws {}
}
