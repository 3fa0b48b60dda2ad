import StageKit

/// `when:`: which documents a document stage sees; the others pass by untouched.
///
///     when: { language: [ar, fa], kind: document }
///
/// All fields must hold; a field holds if the document has one of its values. A language matches with all its
/// subtags: `zh` matches `zh-Hant`.
struct Condition: ConfigValue, Equatable {
  /// What can be asked for.
  enum Field: String, CaseIterable {
    /// ``Document/language``
    case language
    /// ``Document/kind``
    case kind
    /// ``Document/duplicate``: `original`, `copy` or `none`.
    case duplicate

    /// The values that it can have; nil for languages, of which there are too many.
    var known: [String]? {
      switch self {
      case .language: nil
      case .kind: ["document", "summary"]
      case .duplicate: ["original", "copy", "none"]
      }
    }
  }

  private(set) var accepted: [Field: [String]] = [:]

  static var schema: JSONValue {
    let fields = Field.allCases.map { field in
      let value = field.known.map { JSONValue.object(["enum": .array($0.map(JSONValue.string))]) } ?? String.schema
      let list: JSONValue = .object(["type": "array", "items": value, "minItems": 1])
      return (field.rawValue, JSONValue.object(["anyOf": .array([value, list])]))
    }
    return .object([
      "type": "object", "additionalProperties": false, "properties": .object(Dictionary(uniqueKeysWithValues: fields)),
    ])
  }

  static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Condition? {
    guard let entries = node.entries else {
      return reader.expected("a mapping such as { language: [ar, fa] }", found: node)
    }
    let names = Field.allCases.map(\.rawValue)
    reader.refuseUnknownKeys(of: entries, known: names, what: "'when'")
    var condition = Condition()
    for entry in entries {
      guard let field = Field(rawValue: entry.key) else { continue }
      reader.option = "when.\(entry.key)"
      let values =
        entry.value.elements == nil
        ? String.read(entry.value, &reader).map { [$0] } : [String].read(entry.value, &reader)
      guard let values else { continue }
      condition.accepted[field] = values
      if values.isEmpty {
        reader.diagnostics.append(
          .error(
            "no-values", "'when.\(entry.key)' is empty, so it never holds; name some values", at: entry.value.location))
      }
      for value in values where field.known?.contains(value) == false {
        let known = field.known ?? []
        reader.diagnostics.append(
          .error(
            "unknown-value",
            "'\(value)' is not one of \(known.joined(separator: ", "))\(Suggestion.hint(for: value, in: known))",
            at: entry.value.location))
      }
    }
    return condition
  }

  var json: JSONValue {
    .object(Dictionary(uniqueKeysWithValues: accepted.map { ($0.key.rawValue, $0.value.json) }))
  }

  /// Whether a document is one that the stage sees.
  func holds(for document: Document) -> Bool {
    accepted.allSatisfy { field, values in
      switch field {
      case .language:
        let code = (document.language?.code ?? "und").lowercased()
        return values.contains { code == $0.lowercased() || code.hasPrefix($0.lowercased() + "-") }
      case .kind: return values.contains(document.kind.rawValue)
      case .duplicate: return values.contains(document.duplicate?.role.rawValue ?? "none")
      }
    }
  }
}
