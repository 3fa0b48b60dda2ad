import Foundation
import StageKit

/// A run's numbers for monitoring systems, independent of their formats.
struct RunMetrics {
  /// One number with a name, for each of some stages or for the run.
  struct Metric {
    enum Kind {
      /// Only grows while the run goes on.
      case counter
      /// What it is at the end.
      case gauge
    }

    /// As Prometheus names it, with the unit.
    var name: String
    /// As OpenTelemetry names it, without the unit.
    var dotted: String
    /// UCUM: `s`, `By`, `{document}`, `1`.
    var unit: String
    var kind: Kind
    var help: String
    var points: [Point]
  }

  /// A value with what it is of.
  struct Point {
    enum Value: Equatable {
      case whole(Int)
      case real(Double)
    }

    var labels: [(name: String, value: String)]
    var value: Value
  }

  let report: RunReport
  /// When the run ended.
  let ended: Date

  init(_ report: RunReport, ended: Date) {
    self.report = report
    self.ended = ended
  }

  /// All metrics that are known, in a stable order.
  var metrics: [Metric] {
    let documents = "{document}"
    return [
      stages(
        "toolkit_documents_arrived_total", "toolkit.documents.arrived", documents, .counter,
        "Documents that a stage took from the one before, or made itself, in the last run."
      ) { stage in
        [
          ([("origin", "taken")], .whole(stage.counts.taken)), ([("origin", "made")], .whole(stage.counts.made)),
        ]
      },
      stages(
        "toolkit_documents_total", "toolkit.documents", documents, .counter,
        "Documents that left a stage in the last run, by what became of them."
      ) { stage in
        [
          ([("outcome", "passed")], .whole(stage.counts.passed)),
          ([("outcome", "dropped")], .whole(stage.counts.dropped)),
          ([("outcome", "quarantined")], .whole(stage.counts.quarantined)),
        ]
      },
      stages(
        "toolkit_documents_cached", "toolkit.documents.cached", documents, .gauge,
        "Documents whose result a stage took from an earlier run."
      ) { $0.cached.map { [([], .whole($0))] } ?? [] },
      stages(
        "toolkit_stage_read_bytes", "toolkit.stage.read", "By", .gauge,
        "Bytes that a source read."
      ) { $0.bytesRead.map { [([], .whole($0))] } ?? [] },
      stages(
        "toolkit_stage_seconds", "toolkit.stage.duration", "s", .gauge,
        "Wall time from a stage's first document to its end."
      ) { $0.seconds.map { [([], .real($0))] } ?? [] },
      stages(
        "toolkit_stage_cpu_seconds", "toolkit.stage.cpu.time", "s", .gauge,
        "CPU time that a stage took on all threads."
      ) { $0.cpuSeconds.map { [([], .real($0))] } ?? [] },
      stages(
        "toolkit_stage_end_peak_memory_bytes", "toolkit.stage.end.memory.peak", "By", .gauge,
        "Peak resident memory of the process by the time a stage ended."
      ) {
        $0.peakMemoryBytes.map { [([], .whole($0))] } ?? []
      },
      run(
        "toolkit_run_seconds", "toolkit.run.duration", "s", "Wall time of the last run.",
        report.seconds.map(Point.Value.real)),
      run(
        "toolkit_run_cpu_seconds", "toolkit.run.cpu.time", "s", "CPU time of the last run on all threads.",
        report.cpuSeconds.map(Point.Value.real)),
      run(
        "toolkit_run_peak_memory_bytes", "toolkit.run.memory.peak", "By", "Peak resident memory of the process.",
        report.peakMemoryBytes.map(Point.Value.whole)),
      run(
        "toolkit_run_warnings", "toolkit.run.warnings", "{warning}", "Warnings of the last run.",
        .whole(report.warnings.count)),
      run(
        "toolkit_last_run_timestamp_seconds", "toolkit.last_run.timestamp", "s", "When the last run ended, Unix time.",
        .real((ended.timeIntervalSince1970 * 1000).rounded() / 1000)),
      run(
        "toolkit_last_run_success", "toolkit.last_run.success", "1",
        "1 if the last run came to its end, with documents in quarantine or not; 0 if it failed or was interrupted.",
        .whole(report.outcome == .finished || report.outcome == .quarantined ? 1 : 0)),
      Metric(
        name: "toolkit_build_info", dotted: "toolkit.build.info", unit: "1", kind: .gauge,
        help: "1, with the version of toolkit that wrote this.",
        points: [Point(labels: [("version", report.toolkit)], value: .whole(1))]),
    ].filter { !$0.points.isEmpty }
  }

  private func stages(
    _ name: String, _ dotted: String, _ unit: String, _ kind: Metric.Kind, _ help: String,
    _ values: (RunReport.StageReport) -> [(labels: [(String, String)], value: Point.Value)]
  ) -> Metric {
    let points = report.stages.flatMap { stage in
      values(stage).map {
        Point(labels: [("pipeline", report.pipeline), ("stage", stage.id)] + $0.labels, value: $0.value)
      }
    }
    return Metric(name: name, dotted: dotted, unit: unit, kind: kind, help: help, points: points)
  }

  private func run(
    _ name: String, _ dotted: String, _ unit: String, _ help: String, _ value: Point.Value?
  ) -> Metric {
    Metric(
      name: name, dotted: dotted, unit: unit, kind: .gauge, help: help,
      points: value.map { [Point(labels: [("pipeline", report.pipeline)], value: $0)] } ?? [])
  }
}
