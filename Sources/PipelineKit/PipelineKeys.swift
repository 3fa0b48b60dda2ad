import StageKit

/// A key that a pipeline file can have: the reader, the mistakes and the schema for editors know keys from tables of
/// these alone.
struct PipelineKey: Sendable {
  /// As it is written.
  let name: String
  /// What it means; a sentence or two.
  let help: String
  /// The JSON Schema of its value, as ``ConfigValue/schema`` has it.
  let schema: JSONValue
  /// Whether it has to be given.
  var isRequired = false
  /// Whether only stages that take one document at a time can have it.
  var isForDocumentStages = false
}

extension PipelineFile {
  /// The keys of the file itself.
  static let topKeys: [PipelineKey] = [
    PipelineKey(
      name: "version", help: "The version of this format: 1.", schema: .object(["const": 1]), isRequired: true),
    PipelineKey(
      name: "name", help: "Becomes part of the names of output files; the file's own name if absent.",
      schema: .object([
        "type": .array(["string", "integer", "boolean"]), "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "minimum": 0,
      ])),
    PipelineKey(
      name: "max-quarantine",
      help: "How many documents may end in quarantine before the run fails: a number, or a share such as 5%.",
      schema: QuarantineLimit.schema),
    PipelineKey(
      name: "stages", help: "What to do, in order: sources first.",
      schema: .object(["type": "array", "minItems": 1, "items": PipelineSchema.stage]), isRequired: true),
    PipelineKey(
      name: "tests", help: "Small examples of what the stages must do with which documents; run by 'toolkit test'.",
      schema: .object(["type": "array", "items": PipelineTest.schema])),
  ]

  /// The keys of an entry of `stages`.
  static let entryKeys: [PipelineKey] = [
    PipelineKey(
      name: "use", help: "The name of the stage; 'toolkit stages' lists them.", schema: String.schema, isRequired: true),
    PipelineKey(
      name: "id", help: "Unique in the file; the stage's name if absent.",
      schema: .object(["type": .array(["string", "integer", "boolean"]), "pattern": "^[a-z0-9_-]{1,64}$"])),
    PipelineKey(
      name: "with", help: "The stage's options.", schema: .object(["type": .array(["object", "null"])])),
    PipelineKey(
      name: "workers", help: "How many documents at once; the run's --workers if absent.",
      schema: .object(["type": "integer", "minimum": 1, "maximum": 256])),
    PipelineKey(
      name: "timeout", help: "How long one document may take: 500ms, 30s, 2m or 1h.", schema: Duration.schema,
      isForDocumentStages: true),
    PipelineKey(
      name: "retries", help: "How often a document is tried again after a fault that may pass.",
      schema: .object([
        "type": "integer", "minimum": .integer(Retries.range.lowerBound), "maximum": .integer(Retries.range.upperBound),
      ]), isForDocumentStages: true),
    PipelineKey(
      name: "on-error",
      help: "What becomes of a document that the stage throws on: quarantine sets it aside, fail ends the run.",
      schema: OnError.schema),
    PipelineKey(
      name: "when", help: "Which documents the stage sees; the others pass by.", schema: Condition.schema,
      isForDocumentStages: true),
  ]
}

extension [PipelineKey] {
  /// Their names, in order.
  var names: [String] { map(\.name) }

  /// The schema of a mapping that has these keys and no others.
  var mapping: JSONValue {
    .object([
      "type": "object", "additionalProperties": false, "properties": properties,
      "required": .array(filter(\.isRequired).map { .string($0.name) }),
    ])
  }

  /// The schemas of their values, each with its help.
  var properties: JSONValue {
    .object(
      Dictionary(
        map { key in
          guard case .object(var fields) = key.schema else { return (key.name, key.schema) }
          fields["description"] = .string(key.help)
          return (key.name, .object(fields))
        }, uniquingKeysWith: { first, _ in first }))
  }
}

extension ConfigReader {
  /// Reports every key that is not known, with what was probably meant.
  mutating func refuseUnknownKeys(of fields: [ConfigNode.Entry], known: [String], what: String) {
    for field in fields where !known.contains(field.key) {
      let hint = Suggestion.hint(for: field.key, in: known)
      let list = hint.isEmpty ? "; it has \(known.joined(separator: ", "))" : hint
      diagnostics.append(.error("unknown-key", "'\(field.key)' is not a key of \(what)\(list)", at: field.location))
    }
  }

  /// The value under a key of a mapping; nil if there is none, or if it is not of its type, which is then reported.
  mutating func value<Value: ConfigValue>(_ key: String, of node: ConfigNode, as type: Value.Type = Value.self)
    -> Value?
  {
    guard let field = node[key] else { return nil }
    option = key
    return Value.read(field, &self)
  }
}
