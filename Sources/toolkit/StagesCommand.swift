import ArgumentParser
import StageKit

/// `toolkit stages`: what there is to build pipelines from.
struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "List the stages, or show one with its options.")

  @Argument(help: "The name of a stage.")
  var name: String?

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Description: Encodable {
    struct Option: Encodable {
      var key: String
      var help: String
      var required: Bool
      var schema: JSONValue
      var `default`: JSONValue
    }
    var name: String
    var summary: String
    var shape: StageShape
    var plugin: String
    var version: String
    var needs: [String]
    var provides: [String]
    var options: [Option]
  }

  func run() throws {
    let all = plugins.flatMap { plugin in plugin.stages.map { (plugin, $0) } }
    guard let name else {
      if format == .json { return try Console.print(json: all.map(describe)) }
      let width = all.map(\.1.name.count).max() ?? 0
      for (_, stage) in all {
        Console.print("\(stage.name.padding(toLength: width, withPad: " ", startingAt: 0))  \(stage.summary)")
      }
      return
    }
    guard let (plugin, stage) = all.first(where: { $0.1.name == name }) else {
      throw ValidationError("There is no stage '\(name)'\(Suggestion.hint(for: name, in: all.map(\.1.name)))")
    }
    if format == .json { return try Console.print(json: describe(plugin, stage)) }
    Console.print("\(stage.name): \(stage.summary)")
    Console.print("\(stage.shape.rawValue) stage of \(plugin.name) \(plugin.version)")
    if !stage.needs.isEmpty { Console.print("needs \(stage.needs.map(\.rawValue).joined(separator: ", "))") }
    if !stage.provides.isEmpty { Console.print("finds \(stage.provides.map(\.rawValue).joined(separator: ", "))") }
    for setting in stage.settings {
      Console.print("")
      let fallback = setting.isRequired ? "required" : "default \(setting.defaultValue.inYAML)"
      Console.print("  \(setting.key): \(setting.schema.typeInWords) (\(fallback))")
      Console.print("      \(setting.help)")
    }
  }

  private func describe(_ plugin: Plugin, _ stage: StageEntry) -> Description {
    Description(
      name: stage.name, summary: stage.summary, shape: stage.shape, plugin: plugin.name, version: plugin.version,
      needs: stage.needs.map(\.rawValue), provides: stage.provides.map(\.rawValue),
      options: stage.settings.map {
        .init(key: $0.key, help: $0.help, required: $0.isRequired, schema: $0.schema, default: $0.defaultValue)
      })
  }
}

extension JSONValue {
  /// What a JSON Schema asks for, in a few words: "number from 0 to 1", "list of exact, near, translation".
  var typeInWords: String {
    guard case .object(let fields) = self else { return "anything" }
    if case .array(let values) = fields["enum"] {
      // All languages by name would tell nobody anything.
      return values.count > 20 ? "one of \(values.count) names" : values.map(\.inYAML).joined(separator: ", ")
    }
    guard case .string(let type) = fields["type"] else { return "anything" }
    if type == "array" { return "list of \(fields["items"]?.typeInWords ?? "anything")" }
    if let low = fields["minimum"], let high = fields["maximum"] {
      return "\(type) from \(low.inYAML) to \(high.inYAML)"
    }
    if case .string(let format) = fields["format"] { return format }
    return type
  }
}
