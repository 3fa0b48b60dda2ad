/// Prometheus' text exposition format 0.0.4: `# HELP`, `# TYPE`, and a sample a line, each metric in one stretch.
enum PrometheusText {
  static func render(_ metrics: [RunMetrics.Metric]) -> String {
    var text = ""
    for metric in metrics {
      text += "# HELP \(metric.name) \(escaped(metric.help, quotes: false))\n"
      text += "# TYPE \(metric.name) \(metric.kind == .counter ? "counter" : "gauge")\n"
      for point in metric.points {
        let labels = point.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        text += metric.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(number(point.value))\n"
      }
    }
    return text
  }

  /// Backslashes and line feeds are escaped everywhere, quotes in the values of labels.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static func number(_ value: RunMetrics.Point.Value) -> String {
    switch value {
    case .whole(let value): "\(value)"
    case .real(let value): value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }
  }
}
