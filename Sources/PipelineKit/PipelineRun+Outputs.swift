import Foundation
import StageKit

/// The end of sinks: their outputs get their names together, once it is certain that the run has succeeded.
extension PipelineRun {
  /// Lets each sink give what it wrote its final name, in the order of the pipeline.
  ///
  /// - Throws: ``StageError`` when one can't; it says what stands, and the sinks after it take back what they wrote.
  func commitOutputs() async throws {
    let sinks = sinks()
    var done: [String] = []
    for (index, (id, sink)) in sinks.enumerated() {
      do {
        try await sink.commit()
        done.append(id)
      } catch {
        let rest = sinks[index...].map { "'\($0.id)'" }.joined(separator: ", ")
        let stands =
          done.isEmpty
          ? "no output has got its name" : "what \(done.map { "'\($0)'" }.joined(separator: ", ")) wrote stands"
        throw StageError(errorCode(error), "\(describe(error)); \(stands), what \(rest) wrote was taken back")
      }
    }
  }

  /// Lets each sink take back what has no final name yet.
  func abandonOutputs() async {
    for (_, sink) in sinks() { await sink.abandon() }
  }

  /// Ends the processes of stages, after which none is left.
  func closeWorkers() async {
    for pool in cast.withLock({ $0.pools }) { await pool.close() }
  }

  private func sinks() -> [(id: String, sink: any Sink)] {
    zip(plan.stages, cast.withLock { $0.stages }).compactMap { stage, running in
      if case .sink(let sink) = running { (stage.id, sink) } else { nil }
    }
  }

  /// Refuses a run with too many documents in quarantine.
  func checkQuarantine() throws {
    if quarantine.isOverLimit { throw tooManyQuarantined() }
  }

  /// How many of how many, which stage most, where they lie, and what to do.
  func tooManyQuarantined() -> StageError {
    let counts = meters.map(\.snapshot.counts)
    let read = zip(plan.stages, counts).reduce(0) { $0 + ($1.0.entry.shape == .source ? $1.1.made : 0) }
    let limit = quarantine.limit.map(\.description) ?? "none"
    var message =
      "\(quarantine.count) of \(read) documents that were read so far are in quarantine, and 'max-quarantine' allows "
      + "\(limit)"
    let worst = quarantine.countsByStage.max { ($0.count, $1.stage) < ($1.count, $0.stage) }
    if let worst { message += "; most by the stage '\(worst.stage)' (\(worst.count))" }
    if let file = try? quarantine.collect() { message += "; they lie in \(file.path)" }
    return StageError("too-many-quarantined", message + "; nothing was written. Look at them, or allow more")
  }
}
