import StageKit

/// The JSON Schema (draft 2020-12) of pipeline files, for editors: made out of the tables that the reader itself uses.
///
/// It says no to whatever `toolkit validate` calls a mistake, but for what a schema can't express or can't know:
///
/// - what is true of several places at once: two stages of one id, the order of stages, `from` and `until` of a test,
///   documents and stages that a test names;
/// - what lies outside the file: missing files, folders that can't be written, variables that are not set;
/// - what a stage has to say about its own options: a list that must not be empty, a language that is none;
/// - how a value is written: a quoted number (`"5"`) looks like a text to both, but `5.0` and `1e3` are whole numbers
///   for a schema, `"${N}"` in quotes may stand for a number, and `True` as an id loses its capital letter;
/// - what YAML itself refuses: keys that come twice, tabs, tags, alias bombs; and `yaml-surprise`.
public enum PipelineSchema {
  /// The dialect that the schema is written in.
  public static let dialect = "https://json-schema.org/draft/2020-12/schema"

  /// An entry of `stages`; replaced by a reference when the whole is made.
  static let stage: JSONValue = .object(["$ref": "#/$defs/stage"])
  /// A value that has a variable in it.
  static let variable: JSONValue = .object(["$ref": "#/$defs/variable"])

  /// The schema of files that use the stages of `plugins`.
  public static func make(plugins: [Plugin]) -> JSONValue {
    let entries = plugins.flatMap(\.stages)
    guard case .object(var root) = forgiving(PipelineFile.topKeys.mapping) else { return .null }
    root["$schema"] = .string(dialect)
    root["title"] = "A pipeline of toolkit"
    root["description"] = "An ordered list of stages that documents go through."
    var definitions: [String: JSONValue] = ["stage": stage(among: entries)]
    definitions["variable"] = .object([
      "type": "string", "pattern": "\\$\\{",
      "description": "${NAME}, ${NAME:-default} or ${NAME:?message}: filled in from the environment.",
    ])
    for entry in entries { definitions["stage:\(entry.name)"] = rules(for: entry) }
    root["$defs"] = .object(definitions)
    return .object(root)
  }

  /// An entry of `stages`: the keys that all have, and for each stage its own rules.
  private static func stage(among entries: [StageEntry]) -> JSONValue {
    let names = entries.map { entry -> JSONValue in
      .object(["const": .string(entry.name), "description": .string(entry.summary)])
    }
    guard case .object(var stage) = forgiving(PipelineFile.entryKeys.mapping),
      case .object(var properties) = stage["properties"], case .object(var use) = properties["use"]
    else { return .null }
    use["type"] = nil
    use["anyOf"] = .array(names + [variable])
    properties["use"] = .object(use)
    stage["properties"] = .object(properties)
    stage["allOf"] = .array(
      entries.map { entry in
        .object([
          "if": .object([
            "properties": .object(["use": .object(["const": .string(entry.name)])]), "required": .array(["use"]),
          ]),
          "then": .object(["$ref": .string("#/$defs/stage:\(entry.name)")]),
        ])
      })
    return .object(stage)
  }

  /// What holds for the entries of one stage: its options, and keys that it can't have.
  private static func rules(for entry: StageEntry) -> JSONValue {
    var options: [String: JSONValue] = [:]
    for setting in entry.settings { options[setting.key] = option(setting) }
    let required = entry.settings.filter(\.isRequired).map { JSONValue.string($0.key) }
    var with: [String: JSONValue] = [
      "additionalProperties": false, "properties": .object(options), "description": .string(entry.summary),
    ]
    // An empty `with:` is nothing, which is fine if nothing is needed.
    with["type"] = required.isEmpty ? .array(["object", "null"]) : "object"
    if !required.isEmpty { with["required"] = .array(required) }
    var properties: [String: JSONValue] = ["with": .object(with)]
    if entry.shape != .document {
      for key in PipelineFile.entryKeys where key.isForDocumentStages { properties[key.name] = false }
    }
    var rules: [String: JSONValue] = ["properties": .object(properties)]
    if !required.isEmpty { rules["required"] = .array(["with"]) }
    return .object(rules)
  }

  private static func option(_ setting: SettingDescription) -> JSONValue {
    var schema = forgiving(setting.schema)
    // An option that is nothing by default may be written as nothing.
    if setting.defaultValue == .null { schema = .object(["anyOf": .array([schema, .object(["type": "null"])])]) }
    guard case .object(var fields) = schema else { return schema }
    fields["description"] = .string(setting.help)
    if !setting.isRequired, setting.defaultValue != .null { fields["default"] = setting.defaultValue }
    return .object(fields)
  }

  // MARK: From types to what may be written

  /// The schema of what a person may write for a value of the given schema: a text may look like a number, and a
  /// variable may stand wherever a single value can.
  static func forgiving(_ schema: JSONValue) -> JSONValue {
    guard case .object(var fields) = schema else { return schema }
    var notes: [String: JSONValue] = [:]
    for key in ["title", "description", "default"] { notes[key] = fields.removeValue(forKey: key) }
    if fields["$ref"] != nil { return schema }
    let isPath = fields["format"] == "path"
    if isPath {
      // No format of the standard; what matters of it is that a path is not empty.
      fields["format"] = nil
      fields["minLength"] = 1
    }
    for key in ["anyOf", "allOf"] {
      if case .array(let parts) = fields[key] { fields[key] = .array(parts.map(forgiving)) }
    }
    for key in ["items", "additionalProperties"] { fields[key] = fields[key].map(forgiving) }
    if case .object(let properties) = fields["properties"] {
      fields["properties"] = .object(properties.mapValues(forgiving))
    }
    let isRestricted = fields["pattern"] != nil
    if fields["type"] == "string", isPath || !isRestricted { fields["type"] = .array(["string", "number", "boolean"]) }
    let isSingle = fields["const"] != nil || fields["enum"] != nil || isRestricted
    let isNumberLike = ["integer", "number", "boolean"].contains(fields["type"])
    if isSingle || isNumberLike { fields = ["anyOf": .array([.object(fields), variable])] }
    return .object(fields.merging(notes) { $1 })
  }
}
