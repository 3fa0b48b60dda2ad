import Foundation
import StageKit

/// The fields of a JSON object from outside, taken out one by one with their types checked.
struct JSONFields: Decodable {
  /// What has not been taken yet.
  private(set) var rest: [String: JSONValue] = [:]

  /// Fields that were read by hand.
  init(_ fields: [String: JSONValue]) { rest = fields }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    for key in container.allKeys {
      // Most values are strings, and a failed attempt is slow.
      if let text = try? container.decode(String.self, forKey: key) {
        rest[key.stringValue] = .string(text)
      } else {
        rest[key.stringValue] = try container.decode(JSONValue.self, forKey: key)
      }
    }
  }

  /// A field that must be a string if it is there; nil if it is missing or null.
  mutating func text(_ key: String, orNumber: Bool = false) throws(StageError) -> String? {
    switch rest.removeValue(forKey: key) {
    case nil, .null?: return nil
    case .string(let text)?: return text
    case .integer(let number)? where orNumber: return String(number)
    case let other?:
      throw StageError(
        "wrong-type", "'\(key)' must be a string\(orNumber ? " or a whole number" : ""), found \(other.kindWords)")
    }
  }

  /// A field that our own exports have and that must then have the same shape; with another shape it stays in ``rest``.
  mutating func value<Value: Decodable>(_ key: String, as type: Value.Type, where isSound: (Value) -> Bool) -> Value? {
    guard let json = rest[key], json != .null, let data = try? JSONEncoder().encode(json),
      let value = try? JSONDecoder().decode(type, from: data), isSound(value)
    else {
      if rest[key] == .null { rest[key] = nil }
      return nil
    }
    rest[key] = nil
    return value
  }

  /// Any field.
  mutating func take(_ key: String) -> JSONValue? { rest.removeValue(forKey: key) }

  /// Puts a field back that turned out to mean something else.
  mutating func putBack(_ key: String, _ value: JSONValue) { rest[key] = value }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension JSONValue {
  /// What it is, for messages.
  var kindWords: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
