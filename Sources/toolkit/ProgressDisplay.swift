import Foundation
import PipelineKit
import Synchronization

/// Shows on stderr how far a run is: a bar per active stage on a terminal, a line per finished stage in a pipe.
final class ProgressDisplay: Sendable {
  private let run: PipelineRun
  private struct State {
    var drawn = 0
    var reported: Set<String> = []
  }
  private let state = Mutex(State())

  init(_ run: PipelineRun) { self.run = run }

  /// Draws until its task is cancelled.
  func watch() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(Console.isInteractive ? 100 : 250))
      update()
    }
  }

  /// Takes the bars away, and says what was not yet said.
  func end() {
    update()
    state.withLock { state in
      if Console.isInteractive, state.drawn > 0 { Console.draw("\u{1B}[\(state.drawn)A\u{1B}[J") }
      state.drawn = 0
    }
  }

  private func update() {
    let stages = run.progress
    state.withLock { state in
      if Console.isInteractive {
        let lines = Self.bars(stages, width: Console.width)
        let up = state.drawn > 0 ? "\u{1B}[\(state.drawn)A" : ""
        Console.draw(up + "\u{1B}[J" + lines.map { $0 + "\n" }.joined())
        state.drawn = lines.count
      } else {
        for stage in stages where stage.counts.taken + stage.counts.made > 0 && !stage.isActive {
          guard state.reported.insert(stage.id).inserted else { continue }
          Console.report(Self.line(stage))
        }
      }
    }
  }

  /// A line for a stage that has ended: `detect-language: 24 documents in 0.1 s`.
  static func line(_ stage: PipelineRun.Progress) -> String {
    let seconds = String(format: "%.1f", stage.seconds)
    let documents = count(stage.counts.taken > 0 ? stage.counts.taken : stage.counts.made, "document")
    let away = [
      stage.counts.dropped > 0 ? "\(stage.counts.dropped) dropped" : nil,
      stage.counts.quarantined > 0 ? "\(stage.counts.quarantined) quarantined" : nil,
    ].compactMap { $0 }
    return "\(stage.id): \(documents) in \(seconds) s" + (away.isEmpty ? "" : " (\(away.joined(separator: ", ")))")
  }

  /// A bar for each stage that is busy.
  static func bars(_ stages: [PipelineRun.Progress], width: Int) -> [String] {
    let active = stages.filter { $0.isActive && $0.counts.taken + $0.counts.made > 0 }
    let nameWidth = stages.map(\.id.count).max() ?? 0
    // How many documents there are is known once the source has ended.
    let first = stages.first
    let total = first.map { $0.isActive ? nil : $0.counts.passed } ?? nil
    return active.map { stage in
      let (done, all, unit) =
        stage.detail.map { ($0.done, Optional($0.total), $0.unit) } ?? (stage.counts.passed, total, "documents")
      let rate = stage.seconds > 0 ? Double(done) / stage.seconds : 0
      let numbers = all.map { "\(done)/\($0)" } ?? "\(done)"
      let text = "\(numbers) \(unit)  \(String(format: rate < 10 ? "%.1f" : "%.0f", rate))/s"
      let room = max(0, min(30, width - nameWidth - text.count - 6))
      let share = all.map { $0 > 0 ? min(1, Double(done) / Double($0)) : 1 }
      let filled = Int((share ?? 0) * Double(room))
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled)
      let line = "\(stage.id.padding(toLength: nameWidth, withPad: " ", startingAt: 0))  \(bar)  \(text)"
      return String(line.prefix(max(width - 1, 20)))
    }
  }
}

/// `1 document`, `2 documents`.
func count(_ number: Int, _ noun: String) -> String {
  let plural = noun.hasSuffix("y") ? noun.dropLast() + "ies" : noun + "s"
  return "\(number) \(number == 1 ? noun : plural)"
}
