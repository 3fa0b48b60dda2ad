import ArgumentParser
import Foundation
import PipelineKit
import StageKit
import Synchronization

/// How a run shows how far it is, on stderr.
enum ProgressMode: String, ExpressibleByArgument, CaseIterable {
  /// Bars on a terminal, nothing elsewhere.
  case auto
  /// A line when a stage ends, and one every half minute.
  case plain
  /// Objects for programs: see ``ProgressRecord``.
  case json
  /// Nothing.
  case none
}

/// Shows on stderr how far a run is, until it is told to stop.
final class ProgressDisplay: Sendable {
  private enum Style {
    case bars, plain, json
  }

  private struct State {
    var tracker = ProgressTracker()
    var states: [String: StageProgress.State] = [:]
    var lastLine: Double
  }

  private let run: PipelineRun
  private let style: Style
  private let state: Mutex<State>
  private let start = ContinuousClock.now

  /// Seconds between two lines of a log, and between two JSON objects that report nothing but progress.
  private static let interval = (plain: 30.0, json: 1.0)

  /// A display; nil if nothing is to be shown.
  init?(_ run: PipelineRun, mode: ProgressMode) {
    switch mode {
    case .auto where Console.isInteractive: style = .bars
    case .auto, .none: return nil
    case .plain: style = .plain
    case .json: style = .json
    }
    self.run = run
    state = Mutex(State(lastLine: 0))
    if style == .json { write("start", []) }
  }

  /// Shows the state five times a second, or less, until its task is cancelled.
  func watch() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(200))
      update()
    }
  }

  /// Says what was not yet said, and leaves the terminal as it was.
  func end(with report: RunReport) {
    update()
    switch style {
    case .bars: TerminalStatus.show([])
    case .plain: break
    case .json:
      let stages = state.withLock { $0.tracker.update(run.progress, at: elapsed) }
      write("end", stages, outcome: report.outcome)
    }
  }

  private var elapsed: Double { start.duration(to: .now) / .seconds(1) }

  private func update() {
    let time = elapsed
    let stages = run.progress
    state.withLock { state in
      let stages = state.tracker.update(stages, at: time)
      if style == .bars { return TerminalStatus.show(ProgressLines(terminal: Console.terminal).bars(stages)) }
      for stage in stages {
        let before = state.states.updateValue(stage.state, forKey: stage.id) ?? .waiting
        guard stage.state != before else { continue }
        if before == .waiting, style == .json { write("stage-begin", stages, stage: stage.id) }
        guard stage.state == .done else { continue }
        if style == .json {
          write("stage-end", stages, stage: stage.id)
        } else {
          Console.report(ProgressLines.ended(stage))
        }
        state.lastLine = time
      }
      guard time - state.lastLine >= (style == .json ? Self.interval.json : Self.interval.plain) else { return }
      state.lastLine = time
      if style == .json {
        write("progress", stages)
      } else if let line = ProgressLines.running(stages) {
        Console.report(line)
      }
    }
  }

  private func write(
    _ event: String, _ stages: [StageProgress], stage: String? = nil, outcome: RunReport.Outcome? = nil
  ) {
    let record = ProgressRecord(
      event: event, time: Date().formatted(.iso8601.time(includingFractionalSeconds: true)), run: run.info.id,
      pipeline: run.info.name, elapsedSeconds: elapsed, stage: stage, outcome: outcome, stages: stages)
    if let line = try? JSONLine.encode(record) { Console.report(String(decoding: line, as: UTF8.self)) }
  }
}

/// A line of `--progress json`; its fields are explained in `docs/reports.md`.
struct ProgressRecord: Encodable {
  /// `start`, `stage-begin`, `progress`, `stage-end` or `end`.
  var event: String
  /// RFC 3339, UTC.
  var time: String
  var run: String
  var pipeline: String
  var elapsedSeconds: Double
  /// The stage that began or ended.
  var stage: String?
  /// How the run ended.
  var outcome: RunReport.Outcome?
  /// In the order of the pipeline.
  var stages: [StageProgress]
}

/// `1 document`, `2 documents`.
func count(_ number: Int, _ noun: String) -> String {
  let plural = noun.hasSuffix("y") ? noun.dropLast() + "ies" : noun + "s"
  return "\(number) \(number == 1 ? noun : plural)"
}
