import Foundation
import StageKit
import Testing

@testable import toolkit

/// `--metrics`: what monitoring systems read of a run.
@Suite struct MetricsTests {
  /// A report with names that need escapes.
  private static var report: RunReport {
    let info = RunInfo(id: "r", name: "night \"a\\b\"\nc", date: "2026-03-12", version: "1.2.3", pipeline: "")
    var source = RunReport.StageReport(id: "in", use: "read-files", plugin: "input", version: "1", options: .null)
    source.counts.made = 5
    source.counts.passed = 3
    source.counts.dropped = 1
    source.counts.quarantined = 1
    source.seconds = 0.25
    source.bytesRead = 1 << 40
    var stage = RunReport.StageReport(id: "lang", use: "detect-language", plugin: "l", version: "1", options: .null)
    stage.counts.taken = 3
    stage.counts.passed = 3
    stage.cached = 2
    stage.cpuSeconds = 1e-5
    var report = RunReport(info: info, stages: [source, stage])
    report.outcome = .quarantined
    report.seconds = 1.5
    report.peakMemoryBytes = 50_000_000
    return report
  }

  private static let ended = Date(timeIntervalSince1970: 1_773_300_000.25)

  @Test func prometheusReadsWhatWeWrite() throws {
    let text = PrometheusText.render(RunMetrics(Self.report, ended: Self.ended).metrics)
    let metrics = try PrometheusSamples(text)
    let name = ["pipeline": "night \"a\\b\"\nc"]
    #expect(metrics.samples.allSatisfy { $0.name == "toolkit_build_info" || $0.labels["pipeline"] == name["pipeline"] })
    #expect(metrics.value("toolkit_documents_total", ["stage": "in", "outcome": "dropped"]) == 1)
    #expect(metrics.value("toolkit_documents_arrived_total", ["stage": "in", "origin": "made"]) == 5)
    #expect(metrics.value("toolkit_documents_cached", ["stage": "lang"]) == 2)
    #expect(metrics.value("toolkit_documents_cached", ["stage": "in"]) == nil, "it keeps nothing")
    #expect(metrics.value("toolkit_stage_read_bytes") == 1_099_511_627_776)
    #expect(metrics.value("toolkit_stage_cpu_seconds") == 1e-5)
    #expect(metrics.value("toolkit_run_seconds") == 1.5)
    #expect(metrics.value("toolkit_last_run_timestamp_seconds") == 1_773_300_000.25)
    #expect(metrics.value("toolkit_last_run_success") == 1)
    #expect(metrics.value("toolkit_build_info", ["version": "1.2.3"]) == 1)
    #expect(metrics.types["toolkit_documents_total"] == "counter" && metrics.types["toolkit_run_seconds"] == "gauge")
    #expect(metrics.types["toolkit_run_cpu_seconds"] == nil, "what nobody knows is not written")
    for failed in [RunReport.Outcome.failed, .cancelled, .running] {
      var report = Self.report
      report.outcome = failed
      let text = PrometheusText.render(RunMetrics(report, ended: Self.ended).metrics)
      #expect(try PrometheusSamples(text).value("toolkit_last_run_success") == 0)
    }
  }

  @Test(arguments: [
    "a 1", "# HELP a x\n# TYPE a gauge\na{b=\"c} 1\n", "# HELP a x\n# TYPE a gauge\na 1\na 2\n",
    "# HELP a x\n# TYPE a counter\na 1\n", "a 1\n", "# HELP a x\n# TYPE a gauge\na one\n",
    "# HELP a x\n# TYPE a gauge\na{b=\"\\t\"} 1\n", "# HELP 1a x\n# TYPE 1a gauge\n1a 1\n",
    "# HELP a x\n# TYPE a gauge\n# HELP b x\n# TYPE b gauge\nb 1\na 1\n",
  ]) func theParserOfTheseTestsIsStrict(text: String) {
    #expect(throws: PrometheusSamples.Mistake.self) { try PrometheusSamples(text) }
  }

  /// The shape of OTLP's JSON: lowerCamelCase names, 64-bit integers as strings, enums as numbers.
  private struct Request: Decodable {
    struct Resource: Decodable { var attributes: [Attribute] }
    struct Attribute: Decodable {
      struct Value: Decodable { var stringValue: String }
      var key: String
      var value: Value
    }
    struct Point: Decodable {
      var attributes: [Attribute]
      var startTimeUnixNano: String?
      var timeUnixNano: String
      var asInt: String?
      var asDouble: Double?
    }
    struct Sum: Decodable {
      var dataPoints: [Point]
      var aggregationTemporality: Int
      var isMonotonic: Bool
    }
    struct Gauge: Decodable { var dataPoints: [Point] }
    struct Metric: Decodable {
      var name: String
      var unit: String
      var description: String
      var sum: Sum?
      var gauge: Gauge?
      var points: [Point] { sum?.dataPoints ?? gauge?.dataPoints ?? [] }
    }
    struct Scope: Decodable {
      struct Name: Decodable { var name, version: String }
      var scope: Name
      var metrics: [Metric]
    }
    struct Part: Decodable {
      var resource: Resource
      var scopeMetrics: [Scope]
    }
    var resourceMetrics: [Part]
  }

  @Test func openTelemetryHasTheShapeOfOTLP() throws {
    let data = try JSONLine.encode(OpenTelemetryMetrics(RunMetrics(Self.report, ended: Self.ended)))
    let request = try JSONDecoder().decode(Request.self, from: data)
    let part = try #require(request.resourceMetrics.first)
    #expect(part.resource.attributes.map(\.key) == ["service.name", "service.version"])
    let metrics = try #require(part.scopeMetrics.first).metrics
    #expect(Set(metrics.map(\.name)).count == metrics.count)
    for metric in metrics {
      #expect((metric.sum == nil) != (metric.gauge == nil), "\(metric.name) is one of the two")
      #expect(!metric.points.isEmpty && !metric.description.isEmpty && !metric.unit.isEmpty)
      for point in metric.points {
        #expect((point.asInt == nil) != (point.asDouble == nil))
        #expect(point.asInt.map { Int64($0) != nil } ?? true)
        #expect(point.timeUnixNano == "1773300000250000000")
        #expect(point.startTimeUnixNano == (metric.sum == nil ? nil : "1773299998750000000"))
      }
      if let sum = metric.sum { #expect(sum.aggregationTemporality == 2 && sum.isMonotonic) }
    }
    let read = try #require(metrics.first { $0.name == "toolkit.stage.read" })
    #expect(read.unit == "By" && read.points.map(\.asInt) == ["1099511627776"])
    let keys = try #require(metrics.first { $0.name == "toolkit.documents" }).points.first?.attributes.map(\.key)
    #expect(keys == ["toolkit.pipeline", "toolkit.stage", "toolkit.outcome"])
  }

  @Test func aRunWritesThem() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      let prom = try night.run("first.yaml", ["--metrics", "m.prom"])
      #expect(prom.status == 3, "\(prom.errors)")
      let metrics = try PrometheusSamples(String(contentsOf: folder.appendingPathComponent("m.prom"), encoding: .utf8))
      let report = try night.report("out1")
      for stage in report.stages {
        for (outcome, count) in [
          ("passed", stage.counts.passed), ("dropped", stage.counts.dropped), ("quarantined", stage.counts.quarantined),
        ] {
          #expect(
            metrics.value("toolkit_documents_total", ["stage": stage.id, "outcome": outcome]) == Double(count))
        }
        #expect(metrics.value("toolkit_stage_seconds", ["stage": stage.id]) == stage.seconds)
        #expect(metrics.value("toolkit_stage_cpu_seconds", ["stage": stage.id]) == stage.cpuSeconds)
      }
      #expect(metrics.value("toolkit_run_cpu_seconds", ["pipeline": "first"]) == report.cpuSeconds)

      let json = try night.run("first.yaml", ["--metrics", "m.json"])
      #expect(json.status == 3, "\(json.errors)")
      let data = try Data(contentsOf: folder.appendingPathComponent("m.json"))
      #expect(try JSONDecoder().decode(Request.self, from: data).resourceMetrics.count == 1)
      #expect(try folder.names().filter { $0.hasPrefix(".") } == [], "no half file")
    }
  }

  @Test func aFormatThatNobodyCanGuessIsWrongUsage() throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      let guess = try night.run("first.yaml", ["--metrics", "m.txt"])
      #expect(guess.status == 2)
      #expect(guess.errors.contains("ends neither with .prom nor with .json; say --metrics-format"))
      let said = try night.run("first.yaml", ["--metrics", "m.txt", "--metrics-format", "prometheus"])
      #expect(said.status == 3)
      let nowhere = try night.run("first.yaml", ["--metrics", "no/m.prom"])
      #expect(nowhere.status == 2 && nowhere.errors.contains("can't be written"), "\(nowhere.errors)")
    }
  }
}
