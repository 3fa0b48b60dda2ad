import Foundation
import StageKit

/// The metrics as OTLP/JSON, an `ExportMetricsServiceRequest` of OpenTelemetry's protocol: 64-bit integers are strings
/// there, as protobuf's JSON mapping wants it.
struct OpenTelemetryMetrics: Encodable {
  struct ResourceMetrics: Encodable {
    var resource: Resource
    var scopeMetrics: [ScopeMetrics]
  }

  struct Resource: Encodable {
    var attributes: [Attribute]
  }

  struct ScopeMetrics: Encodable {
    var scope: Scope
    var metrics: [Metric]
  }

  struct Scope: Encodable {
    var name: String
    var version: String
  }

  struct Metric: Encodable {
    var name: String
    var description: String
    var unit: String
    var sum: Sum?
    var gauge: Gauge?
  }

  struct Sum: Encodable {
    var dataPoints: [DataPoint]
    /// AGGREGATION_TEMPORALITY_CUMULATIVE: since the start of the run.
    var aggregationTemporality = 2
    var isMonotonic = true
  }

  struct Gauge: Encodable {
    var dataPoints: [DataPoint]
  }

  struct DataPoint: Encodable {
    var attributes: [Attribute]
    var startTimeUnixNano: String?
    var timeUnixNano: String
    var asInt: String?
    var asDouble: Double?
  }

  struct Attribute: Encodable {
    struct Value: Encodable {
      var stringValue: String
    }
    var key: String
    var value: Value

    init(_ key: String, _ value: String) {
      self.key = key
      self.value = Value(stringValue: value)
    }
  }

  var resourceMetrics: [ResourceMetrics]

  init(_ run: RunMetrics) {
    let end = Self.nanoseconds(run.ended.timeIntervalSince1970)
    let start = run.report.seconds.map { Self.nanoseconds(run.ended.timeIntervalSince1970 - $0) }
    let metrics = run.metrics.map { metric in
      let points = metric.points.map { point in
        var data = DataPoint(
          attributes: point.labels.map { Attribute("toolkit.\($0.name)", $0.value) },
          startTimeUnixNano: metric.kind == .counter ? start : nil, timeUnixNano: end)
        switch point.value {
        case .whole(let value): data.asInt = String(value)
        case .real(let value): data.asDouble = value.isFinite ? value : nil
        }
        return data
      }
      return Metric(
        name: metric.dotted, description: metric.help, unit: metric.unit,
        sum: metric.kind == .counter ? Sum(dataPoints: points) : nil,
        gauge: metric.kind == .gauge ? Gauge(dataPoints: points) : nil)
    }
    resourceMetrics = [
      ResourceMetrics(
        resource: Resource(attributes: [
          Attribute("service.name", "toolkit"), Attribute("service.version", run.report.toolkit),
        ]),
        scopeMetrics: [
          ScopeMetrics(scope: Scope(name: "toolkit", version: run.report.toolkit), metrics: metrics)
        ])
    ]
  }

  /// Seconds since 1970 in nanoseconds, to the microsecond: doubles know no more.
  private static func nanoseconds(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds > 0, seconds < 9e9 else { return "0" }
    return "\(Int(seconds * 1_000_000))000"
  }
}
