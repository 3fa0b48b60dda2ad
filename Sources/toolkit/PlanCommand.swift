import ArgumentParser
import PipelineKit
import StageKit

/// `toolkit plan`: what a run would do.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a run would do: stages, options, and what would not be done and why.")

  @OptionGroup var arguments: PipelineArguments

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
    var name: String
    var stages: [Stage]
    var warnings: [String]
  }

  func run() throws {
    let plan = try arguments.plan(encoder: Surroundings.encoder.status, format: format)
    if format == .json {
      let value = Plan(
        name: plan.name,
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
    for (index, stage) in plan.stages.enumerated() {
      let name = stage.id == stage.entry.name ? stage.id : "\(stage.id) (\(stage.entry.name))"
      Console.print("\(index + 1). \(name), \(stage.entry.shape.rawValue) stage of \(stage.plugin) \(stage.version)")
      guard case .object(let options) = stage.options else { continue }
      for setting in stage.entry.settings {
        guard let value = options[setting.key] else { continue }
        let mark = value == setting.defaultValue ? "" : "  (default \(setting.defaultValue.inYAML))"
        Console.print("     \(setting.key): \(value.inYAML)\(mark)")
      }
    }
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
