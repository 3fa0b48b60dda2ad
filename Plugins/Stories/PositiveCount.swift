import StageKit

/// A whole number of 1 or more, for limits that may be left out.
struct PositiveCount: ConfigValue {
  let value: Int

  /// A whole number of at least 1.
  static var schema: JSONValue { .object(["type": "integer", "minimum": 1]) }

  /// Reads decimal digits.
  static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> PositiveCount? {
    guard let value = Int.read(node, &reader) else { return nil }
    guard value >= 1 else {
      reader.diagnostics.append(
        .error("out-of-range", "'\(value)' must be 1 or more; leave it out for no limit", at: node.location))
      return nil
    }
    return PositiveCount(value: value)
  }

  /// The number.
  var json: JSONValue { .integer(value) }
}

extension Summarize.Options {
  /// The limits as they are read.
  var sentenceLimit: PositiveCount? {
    get { sentences.map(PositiveCount.init) }
    set { sentences = newValue?.value }
  }
  var wordLimit: PositiveCount? {
    get { words.map(PositiveCount.init) }
    set { words = newValue?.value }
  }
  var characterLimit: PositiveCount? {
    get { characters.map(PositiveCount.init) }
    set { characters = newValue?.value }
  }
}
