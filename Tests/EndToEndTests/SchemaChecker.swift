import Foundation
import StageKit
import Synchronization

/// Checks a value against a JSON Schema, with the keywords that ours uses and no others.
struct SchemaChecker {
  /// A keyword that this checker would have to pass over in silence.
  struct UnknownKeyword: Error {
    var name: String
  }

  let root: JSONValue

  /// Whether `value` is what the schema asks for.
  func accepts(_ value: JSONValue) throws -> Bool { try accepts(value, root) }

  private func accepts(_ value: JSONValue, _ schema: JSONValue) throws -> Bool {
    switch schema {
    case .bool(let verdict): return verdict
    case .object(let keywords):
      for (name, argument) in keywords.sorted(by: { $0.key < $1.key }) {
        guard try holds(name, argument, for: value, keywords) else { return false }
      }
      return true
    default: throw UnknownKeyword(name: "\(schema)")
    }
  }

  private func holds(
    _ keyword: String, _ argument: JSONValue, for value: JSONValue, _ all: [String: JSONValue]
  ) throws -> Bool {
    switch (keyword, argument) {
    case ("$schema", _), ("$defs", _), ("title", _), ("description", _), ("default", _), ("then", _): return true
    case ("$ref", .string(let path)): return try accepts(value, definition(path))
    case ("type", .string(let name)): return value.isA(name)
    case ("type", .array(let names)):
      return names.contains { if case .string(let name) = $0 { value.isA(name) } else { false } }
    case ("const", _): return value == argument
    case ("enum", .array(let values)): return values.contains(value)
    case ("anyOf", .array(let parts)): return try parts.contains { try accepts(value, $0) }
    case ("oneOf", .array(let parts)): return try parts.filter { try accepts(value, $0) }.count == 1
    case ("allOf", .array(let parts)): return try parts.allSatisfy { try accepts(value, $0) }
    case ("if", _):
      return try !accepts(value, argument) || accepts(value, all["then"] ?? true)
    case ("pattern", .string(let pattern)):
      guard case .string(let text) = value else { return true }
      return try Self.expression(pattern)
        .firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    case ("minLength", .integer(let least)):
      guard case .string(let text) = value else { return true }
      return text.unicodeScalars.count >= least
    case ("minimum", _): return value.double.map { $0 >= argument.double ?? .infinity } ?? true
    case ("maximum", _): return value.double.map { $0 <= argument.double ?? -.infinity } ?? true
    case ("minItems", .integer(let least)):
      guard case .array(let elements) = value else { return true }
      return elements.count >= least
    case ("items", _):
      guard case .array(let elements) = value else { return true }
      return try elements.allSatisfy { try accepts($0, argument) }
    case ("minProperties", .integer(let least)):
      guard case .object(let fields) = value else { return true }
      return fields.count >= least
    case ("required", .array(let names)):
      guard case .object(let fields) = value else { return true }
      return names.allSatisfy { if case .string(let name) = $0 { fields[name] != nil } else { false } }
    case ("properties", .object(let schemas)):
      guard case .object(let fields) = value else { return true }
      return try schemas.allSatisfy { name, schema in try fields[name].map { try accepts($0, schema) } ?? true }
    case ("additionalProperties", _):
      guard case .object(let fields) = value else { return true }
      var known: [String: JSONValue] = [:]
      if case .object(let named)? = all["properties"] { known = named }
      return try fields.allSatisfy { name, field in try known[name] != nil || accepts(field, argument) }
    default: throw UnknownKeyword(name: keyword)
    }
  }

  /// What stands at `#/a/b` of the whole schema.
  private func definition(_ path: String) throws -> JSONValue {
    var place = root
    for part in path.split(separator: "/").dropFirst() {
      guard case .object(let fields) = place, let next = fields[String(part)] else {
        throw UnknownKeyword(name: "$ref \(path)")
      }
      place = next
    }
    return place
  }

  /// Compiled once: there are few patterns and thousands of files.
  private static func expression(_ pattern: String) throws -> NSRegularExpression {
    try expressions.withLock { known in
      if let expression = known[pattern] { return expression }
      let expression = try NSRegularExpression(pattern: pattern)
      known[pattern] = expression
      return expression
    }
  }
  private static let expressions = Mutex<[String: NSRegularExpression]>([:])
}

extension JSONValue {
  fileprivate func isA(_ type: String) -> Bool {
    switch self {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .integer: type == "integer" || type == "number"
    case .number(let number): type == "number" || (type == "integer" && number == number.rounded())
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }

  fileprivate var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
