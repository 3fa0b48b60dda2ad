import StageKit

extension ConfigNode {
  /// The node as JSON, as the core schema of YAML 1.2 reads it: what editors compare with a JSON Schema.
  var json: JSONValue {
    switch content {
    case .mapping(let entries):
      return .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
    case .sequence(let elements): return .array(elements.map(\.json))
    case .scalar(let text, let quoted):
      if quoted { return .string(text) }
      if isNull { return .null }
      switch text {
      case "true", "True", "TRUE": return true
      case "false", "False", "FALSE": return false
      default: break
      }
      if text.wholeMatch(of: /[-+]?[0-9]+/) != nil, let number = Int(text) { return .integer(number) }
      if text.wholeMatch(of: /[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?/) != nil,
        let number = Double(text), number.isFinite
      {
        return .number(number)
      }
      return .string(text)
    }
  }
}
