import StageKit
import Synchronization

/// Counts the documents that come to and leave one stage, and remembers which are still inside.
final class StageMeter: Sendable {
  /// What a monitor shows of a stage.
  struct Snapshot: Sendable {
    var counts = RunReport.Counts()
    var reasons: [String: Int] = [:]
    /// Documents that an earlier run had looked at; nil if that is not kept for this stage.
    var cached: Int?
    var started: ContinuousClock.Instant?
    var ended: ContinuousClock.Instant?
    var detail: (done: Int, total: Int, unit: String)?
    /// For sources: how many bytes were read, of how many.
    var bytes: (read: Int, total: Int?)?
    /// The memory of the process when the stage had ended.
    var memory: ResourceUse.Memory?
  }

  private struct State {
    var snapshot = Snapshot()
    var ids = IdTable()
  }

  private let state = Mutex(State())

  /// What the stage took of the processors.
  let cpu = CPUAccount()

  /// What is known by now.
  var snapshot: Snapshot { state.withLock { $0.snapshot } }

  /// Starts the clock, once.
  func start() { state.withLock { $0.snapshot.started = $0.snapshot.started ?? .now } }

  /// Stops the clock.
  func end() {
    let memory = ResourceUse.memory()
    state.withLock { state in
      state.snapshot.ended = .now
      state.snapshot.memory = memory
    }
  }

  /// Shows how far a stage is with work that takes long.
  func progress(_ done: Int, of total: Int, _ unit: String) {
    state.withLock { $0.snapshot.detail = (done, total, unit) }
  }

  /// Shows how many bytes a source has read.
  func read(_ bytes: Int, of total: Int?) { state.withLock { $0.snapshot.bytes = (bytes, total) } }

  /// Says that results of this stage are kept from run to run.
  func countCached() { state.withLock { $0.snapshot.cached = 0 } }

  /// Takes over the counts of an earlier run whose end is repeated.
  func repeatCounts(of report: RunReport.StageReport) {
    state.withLock { state in
      state.snapshot.counts = report.counts
      state.snapshot.reasons = report.reasons
    }
  }

  /// Adds what a lane did with some documents; lanes keep order and number themselves.
  func add(_ counts: RunReport.Counts, reasons: [String: Int], cached: Int = 0) {
    state.withLock { state in
      if let before = state.snapshot.cached { state.snapshot.cached = before + cached }
      state.snapshot.counts.taken += counts.taken
      state.snapshot.counts.made += counts.made
      state.snapshot.counts.passed += counts.passed
      state.snapshot.counts.dropped += counts.dropped
      state.snapshot.counts.quarantined += counts.quarantined
      state.snapshot.reasons.merge(reasons, uniquingKeysWith: +)
    }
  }

  /// Notes that a document came in.
  func take(_ id: String) {
    state.withLock { state in
      state.snapshot.started = state.snapshot.started ?? .now
      state.snapshot.counts.taken += 1
      state.ids.enter(id)
    }
  }

  /// How a document leaves.
  enum Exit {
    case passed
    case dropped(String)
    case quarantined
  }

  /// Notes that a document left; one that never came in was made by the stage.
  ///
  /// - Returns: false if it has left before: then nothing was counted.
  func leave(_ id: String, _ exit: Exit) -> Bool {
    state.withLock { state in
      switch state.ids.leave(id) {
      case .left: break
      case .made: state.snapshot.counts.made += 1
      case .again: return false
      }
      switch exit {
      case .passed: state.snapshot.counts.passed += 1
      case .quarantined: state.snapshot.counts.quarantined += 1
      case .dropped(let reason):
        state.snapshot.counts.dropped += 1
        state.snapshot.reasons[reason, default: 0] += 1
      }
      return true
    }
  }

  /// Counts a document that can't be told from another by its id: it was made, and is in quarantine.
  func quarantineTwin() {
    state.withLock { state in
      state.snapshot.counts.made += 1
      state.snapshot.counts.quarantined += 1
    }
  }

  /// Counts a document that a source found once more, and left out.
  func dropTwin(_ reason: String) {
    state.withLock { state in
      state.snapshot.counts.made += 1
      state.snapshot.counts.dropped += 1
      state.snapshot.reasons[reason, default: 0] += 1
    }
  }

  /// How many documents came in and never left.
  var lost: Int { state.withLock { $0.ids.inside } }
}
