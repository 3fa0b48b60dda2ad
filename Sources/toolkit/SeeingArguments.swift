import ArgumentParser
import Foundation
import PipelineKit
import StageKit

/// What `run` can show of itself: progress, samples of documents, metrics.
struct SeeingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to show progress on stderr: auto (bars on a terminal, nothing elsewhere), plain, json or none.",
      valueName: "mode"))
  var progress: ProgressMode?

  @Option(
    help: ArgumentHelp(
      "Keep up to that many documents as they are before and after each stage, in trace.jsonl beside the report.",
      valueName: "n"))
  var trace: Int?

  @Option(help: ArgumentHelp("Leave trace.jsonl in this folder too.", valueName: "dir"))
  var traceDirectory: String?

  @Option(
    help: ArgumentHelp(
      "Write metrics of the run: FILE.prom for Prometheus, FILE.json for OpenTelemetry.", valueName: "file"))
  var metrics: String?

  @Option(help: "The metrics' format, if the file's name does not tell: prometheus or opentelemetry.")
  var metricsFormat: MetricsFormat?

  func validate() throws {
    let limit = PipelineRun.TraceRequest.limit
    if let trace, !(1...limit).contains(trace) { throw ValidationError("--trace must be from 1 to \(limit).") }
    if traceDirectory != nil, trace == nil {
      throw ValidationError("--trace-directory says where; say how many documents with --trace.")
    }
    guard let metrics else {
      if metricsFormat != nil { throw ValidationError("--metrics-format needs --metrics.") }
      return
    }
    if format(of: metrics) == nil {
      throw ValidationError("--metrics '\(metrics)' ends neither with .prom nor with .json; say --metrics-format.")
    }
    let folder = URL(fileURLWithPath: metrics).deletingLastPathComponent().path
    guard access(folder, W_OK | X_OK) == 0 else {
      throw ValidationError("--metrics '\(metrics)' can't be written: \(String(cString: strerror(errno))).")
    }
  }

  /// What to trace, for the run's settings.
  var traceRequest: PipelineRun.TraceRequest? {
    trace.map { .init(documents: $0, directory: traceDirectory.map { URL(fileURLWithPath: $0, isDirectory: true) }) }
  }

  /// How to show progress; `byDefault` is what happens if the user did not say.
  func mode(byDefault: ProgressMode) -> ProgressMode { progress ?? byDefault }

  /// Writes the metrics that were asked for.
  ///
  /// - Throws: ``StageError`` when they can't be written.
  func writeMetrics(of report: RunReport) throws {
    guard let metrics, let format = format(of: metrics) else { return }
    try MetricsFile.write(RunMetrics(report, ended: Date()), to: URL(fileURLWithPath: metrics), as: format)
  }

  private func format(of file: String) -> MetricsFormat? {
    metricsFormat ?? MetricsFormat(fileExtension: URL(fileURLWithPath: file).pathExtension)
  }
}
