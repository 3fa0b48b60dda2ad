import ArgumentParser
import Foundation
import StageKit

/// The formats of `--metrics`.
enum MetricsFormat: String, ExpressibleByArgument, CaseIterable {
  /// Prometheus' text exposition format 0.0.4, for the textfile collector of node_exporter.
  case prometheus
  /// OpenTelemetry's OTLP as JSON: one `ExportMetricsServiceRequest`.
  case opentelemetry

  /// The format that a file's name tells.
  init?(fileExtension: String) {
    switch fileExtension.lowercased() {
    case "prom": self = .prometheus
    case "json": self = .opentelemetry
    default: return nil
    }
  }
}

/// Writes metrics so that whoever watches the file sees the old one or the new one, whole.
enum MetricsFile {
  /// Writes or replaces a file.
  ///
  /// - Throws: ``StageError`` when it can't be written.
  static func write(_ metrics: RunMetrics, to file: URL, as format: MetricsFormat) throws {
    let bytes =
      switch format {
      case .prometheus: Data(PrometheusText.render(metrics.metrics).utf8)
      case .opentelemetry: try JSONLine.encode(OpenTelemetryMetrics(metrics)) + Data([0x0A])
      }
    // Not Foundation's atomic write: its files can be read by their owner only, and collectors are somebody else. The
    // name until then is one that no collector takes for a file of metrics.
    try PartialFiles.write(bytes, to: file, run: String(getpid()))
  }
}
