import ArgumentParser
import Logging
import PipelineKit
import StageKit

/// `toolkit plan`: what a run would do.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a run would do: stages, options, what is cached, and what would not be done and why.",
    discussion: """
      If something has changed since the last run, the documents are read, to tell which are new. With --no-cache none \
      is opened.
      """)

  @OptionGroup var arguments: PipelineArguments

  @OptionGroup var days: DayArguments

  @OptionGroup var caching: CacheArguments

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Plan: Encodable {
    struct Stage: Encodable {
      var id: String
      var use: String
      var plugin: String
      var version: String
      var shape: StageShape
      var options: JSONValue
    }
    var cache: CacheForecast?
    var name: String
    var stages: [Stage]
    var warnings: [String]
  }

  func run() async throws {
    let encoder = Surroundings.encoder
    let plan = try arguments.plan(encoder: encoder.status, format: format, date: days.day, since: days.since)
    let forecast = try await forecast(plan, encoder)
    if format == .json {
      let value = Plan(
        cache: forecast, name: plan.name,
        stages: plan.stages.map {
          .init(
            id: $0.id, use: $0.entry.name, plugin: $0.plugin, version: $0.version, shape: $0.entry.shape,
            options: $0.options)
        },
        warnings: plan.warnings.map { "\($0)" })
      try Console.print(json: value)
      return
    }
    Console.print("\(plan.name): \(plan.stages.count) stages")
    if let before = forecast?.repeats {
      Console.print("Nothing has changed since the run \(before): its results would be taken over")
    } else if let documents = forecast?.documents {
      Console.print(count(documents, "document"))
    }
    for (index, stage) in plan.stages.enumerated() {
      let name = stage.id == stage.entry.name ? stage.id : "\(stage.id) (\(stage.entry.name))"
      Console.print("\(index + 1). \(name), \(stage.entry.shape.rawValue) stage of \(stage.plugin) \(stage.version)")
      if let part = forecast?.stages[index] { show(part, of: forecast?.documents) }
      guard case .object(let options) = stage.options else { continue }
      for setting in stage.entry.settings {
        guard let value = options[setting.key] else { continue }
        let mark = value == setting.defaultValue ? "" : "  (default \(setting.defaultValue.inYAML))"
        Console.print("     \(setting.key): \(value.inYAML)\(mark)")
      }
    }
  }
}

extension PlanCommand {
  /// What a run would find in the cache; nil if that is not wanted or can't be told.
  private func forecast(_ plan: PipelinePlan, _ encoder: EncoderLoader) async throws -> CacheForecast? {
    guard let (cache, store) = caching.open(for: arguments) else { return nil }
    defer { store.close() }
    let info = Surroundings.runInfo(name: plan.name, pipeline: plan.text, date: days.day)
    do {
      let run = try PipelineRun(
        plan, info: info,
        settings: .init(
          workers: 1, encoder: encoder, cacheDirectory: caching.url,
          logger: Logger(label: "toolkit") { _ in SwiftLogNoOpLogHandler() }, cache: cache))
      defer { run.discard() }
      return try await run.forecast()
    } catch {
      Console.report("warning: what is cached can't be told: \(error)")
      return nil
    }
  }

  private func show(_ part: CacheForecast.Stage, of documents: Int?) {
    if let cached = part.cached, let documents {
      Console.print("     cached: \(cached) of \(count(documents, "document"))")
    }
    if !part.reasons.isEmpty { Console.print("     to do: \(part.reasons.joined(separator: "; "))") }
  }
}

extension JSONValue {
  /// As one would write it in YAML on one line.
  var inYAML: String {
    switch self {
    case .null: "~"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .string(let value):
      value.isEmpty || value.contains { ":#{}[],&*!|>'\"%@`\n".contains($0) }
        ? "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
        : value
    case .array(let values): "[\(values.map(\.inYAML).joined(separator: ", "))]"
    case .object(let fields):
      "{\(fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.inYAML)" }.joined(separator: ", "))}"
    }
  }
}
