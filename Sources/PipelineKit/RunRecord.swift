import Foundation
import Logging
import StageKit
import Synchronization

/// What the engine keeps of a run while it goes on: meters, warnings, notes, and folders that want the report.
final class RunRecord: RunServices {
  private struct State {
    var warnings: [(stage: Int, warning: RunReport.Warning)] = []
    var notes: [String: [String: JSONValue]] = [:]
    var reportDirectories: [URL] = []
    var outputs: [(stage: Int, path: String)] = []
    var attachments: [(stage: Int, attachment: AttachedFile)] = []
  }

  private let info: RunInfo
  private let plan: PipelinePlan
  private let meters: [StageMeter]
  private let quarantine: QuarantineStore
  private let drops: DropStore
  private let folder: RunFolder
  private var directory: URL { folder.url }
  /// The locks on what stages will write.
  let locks: OutputLocks
  private let logger: Logger
  private let models: [String]
  private let workerTime: CPUAccount
  private let clock = ContinuousClock.now
  private let usedBefore = ResourceUse.processNanoseconds()
  private let startedAt = Date()
  private let state = Mutex(State())

  init(
    info: RunInfo, plan: PipelinePlan, meters: [StageMeter], quarantine: QuarantineStore, drops: DropStore,
    folder: RunFolder, models: [String], workerTime: CPUAccount, logger: Logger
  ) {
    self.info = info
    self.plan = plan
    self.meters = meters
    self.quarantine = quarantine
    self.drops = drops
    self.folder = folder
    locks = OutputLocks(run: info.id)
    self.models = models
    self.workerTime = workerTime
    self.logger = logger
  }

  /// The folders that want the report, each once.
  var reportDirectories: [URL] { state.withLock { $0.reportDirectories } }

  /// What stages have written, in the order of the pipeline.
  var writtenOutputs: [(stage: String, path: String)] {
    let outputs = state.withLock { $0.outputs }
    return outputs.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }.compactMap {
      plan.stages.indices.contains($0.element.stage) ? (plan.stages[$0.element.stage].id, $0.element.path) : nil
    }
  }

  func warn(_ message: String, from stage: String) {
    let index = plan.stages.firstIndex { $0.id == stage } ?? plan.stages.count
    state.withLock { $0.warnings.append((index, RunReport.Warning(stage: stage, message: message))) }
    logger.warning("\(message)", metadata: ["stage": "\(stage)"])
  }

  func note(_ key: String, _ value: JSONValue, from stage: String) {
    state.withLock { $0.notes[stage, default: [:]][key] = value }
  }

  func progress(_ done: Int, of total: Int, _ unit: String, from stage: String) {
    if let index = plan.stages.firstIndex(where: { $0.id == stage }) { meters[index].progress(done, of: total, unit) }
  }

  func read(_ bytes: Int, of total: Int?, from stage: String) {
    if let index = plan.stages.firstIndex(where: { $0.id == stage }) { meters[index].read(bytes, of: total) }
  }

  func scratchDirectory(for stage: String) throws -> URL {
    let scratch = directory.appendingPathComponent("scratch-\(stage)", isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    } catch {
      throw StageError("io", "can't make the scratch folder \(scratch.path): \(error.localizedDescription)")
    }
    return scratch
  }

  func quarantineFile(upTo stage: String) throws -> URL? { try quarantine.collect(upTo: stage) }

  func droppedFile(upTo stage: String) throws -> URL? { try drops.collect(upTo: stage) }

  func lock(_ output: URL, from stage: String) throws {
    // Noted first: whatever the moment at which the run is killed, the next one finds the lock.
    folder.note(output: output)
    try locks.take(output, stage: stage) { warn($0, from: stage) }
  }

  func wrote(_ url: URL, from stage: String) {
    let index = plan.stages.firstIndex { $0.id == stage } ?? plan.stages.count
    state.withLock { $0.outputs.append((index, url.path)) }
  }

  func attach(_ file: URL, as name: String, from stage: String) {
    let index = plan.stages.firstIndex { $0.id == stage } ?? plan.stages.count
    state.withLock { $0.attachments.append((index, AttachedFile(name: name, file: file))) }
  }

  func attachments(upTo stage: String) -> [AttachedFile] {
    let last = plan.stages.firstIndex { $0.id == stage } ?? plan.stages.count
    let all = state.withLock { $0.attachments }.filter { $0.stage <= last }
    return all.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }
      .map(\.element.attachment)
  }

  func publishReport(in directory: URL) {
    state.withLock { state in
      if !state.reportDirectories.contains(directory) { state.reportDirectories.append(directory) }
    }
  }

  func report() -> RunReport {
    let (warnings, notes, outputs) = state.withLock { ($0.warnings, $0.notes, $0.outputs) }
    var report = RunReport(
      info: info,
      stages: zip(plan.stages, meters).map { stage, meter in
        let snapshot = meter.snapshot
        var part = RunReport.StageReport(
          id: stage.id, use: stage.entry.name, plugin: stage.plugin, version: stage.version, options: stage.options)
        part.counts = snapshot.counts
        part.reasons = snapshot.reasons
        part.cached = snapshot.cached
        part.notes = notes[stage.id] ?? [:]
        part.seconds = snapshot.started.map { milliseconds($0.duration(to: snapshot.ended ?? .now)) }
        part.cpuSeconds = snapshot.started.map { _ in meter.cpu.seconds.rounded(toPlaces: 3) }
        part.peakMemoryBytes = snapshot.memory?.peak
        part.memoryBytes = snapshot.memory?.resident
        part.bytesRead = snapshot.bytes?.read
        return part
      })
    report.run = info.id
    report.started = startedAt.ISO8601Format()
    report.seconds = milliseconds(clock.duration(to: .now))
    let own = Double(ResourceUse.processNanoseconds() &- usedBefore) / 1e9
    report.cpuSeconds = (own + workerTime.seconds).rounded(toPlaces: 3)
    // The system's own counts lag by some pages: a stage's peak must not be above that of the whole.
    report.peakMemoryBytes = (report.stages.map(\.peakMemoryBytes) + [ResourceUse.memory()?.peak]).compactMap { $0 }
      .max()
    report.models = models
    report.outputs = outputs.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }
      .map(\.element.path)
    let planned = plan.warnings.map { RunReport.Warning(stage: nil, message: "\($0)") }
    // In the order of the pipeline, whichever stage was first to speak.
    let order = warnings.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }
    report.warnings = planned + order.map(\.element.warning)
    return report
  }

  /// Seconds, to the millisecond.
  private func milliseconds(_ duration: Duration) -> Double {
    (Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18).rounded(toPlaces: 3)
  }
}

extension Double {
  /// Rounded half away from zero to some decimal places.
  func rounded(toPlaces places: Int) -> Double {
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    return (self * factor).rounded() / factor
  }
}
