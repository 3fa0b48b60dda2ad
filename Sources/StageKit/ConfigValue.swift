import Foundation

/// Where values are read: the folder that relative paths start from, and the list that mistakes go to.
public struct ConfigReader {
  /// The folder of the pipeline file.
  public let baseDirectory: URL
  /// What was wrong so far.
  public var diagnostics: [Diagnostic] = []
  /// How YAML is read: the text and its path in, the root and all findings out. Nil where nobody can read YAML.
  package var yaml: (@Sendable (_ text: String, _ file: String) -> (root: ConfigNode?, diagnostics: [Diagnostic]))?
  /// The option that is being read, for messages.
  package var option = ""

  /// A reader for a pipeline file in `baseDirectory`.
  public init(baseDirectory: URL) { self.baseDirectory = baseDirectory }

  /// The folder that relative paths of `node` start from: the working directory for command-line arguments.
  public func base(for node: ConfigNode) -> URL {
    node.location.isCommandLine
      ? URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true) : baseDirectory
  }

  /// Reads a YAML file that an option names: its root, with the line and column of everything in it, and its bytes.
  ///
  /// What is wrong with the file is reported with its own lines.
  /// - Returns: nil if it can't be read; the root is nil if it is empty.
  public mutating func readYAML(_ path: InputPath) -> (root: ConfigNode?, bytes: Data)? {
    let limit = 1 << 20
    let bytes: Data
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path.url.resolvingSymlinksInPath().path)
      // A pipe or device would never end.
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        diagnostics.append(.error("unreadable", "'\(path.text)' is no ordinary file", at: path.location))
        return nil
      }
      let file = try FileHandle(forReadingFrom: path.url)
      defer { try? file.close() }
      bytes = try file.read(upToCount: limit + 1) ?? Data()
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
      diagnostics.append(.error("missing-file", "there is no file '\(path.text)'", at: path.location))
      return nil
    } catch {
      diagnostics.append(
        .error("unreadable", "'\(path.text)' can't be read: \(error.localizedDescription)", at: path.location))
      return nil
    }
    let place = SourceLocation(file: path.text)
    guard bytes.count <= limit else {
      diagnostics.append(.error("too-large", "the file has more than \(limit) bytes", at: place))
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      diagnostics.append(.error("bad-character", "the file is not UTF-8; save it as UTF-8", at: place))
      return nil
    }
    guard let yaml else {
      diagnostics.append(.error("no-yaml", "'\(path.text)' can't be read here: there is no YAML reader", at: place))
      return nil
    }
    let (root, found) = yaml(text, path.text)
    diagnostics += found
    return found.contains { $0.severity == .error } ? nil : (root, bytes)
  }

  /// Reports that `node` is not what was expected, and returns nil.
  public mutating func expected<Value>(_ what: String, found node: ConfigNode) -> Value? {
    let subject = option.isEmpty ? "this" : "'\(option)'"
    diagnostics.append(
      .error("wrong-type", "\(subject) must be \(what), found \(node.kindDescription)", at: node.location))
    return nil
  }
}

/// A type that options can have.
public protocol ConfigValue: Sendable {
  /// Its JSON Schema.
  static var schema: JSONValue { get }
  /// Reads a value; on a mistake, reports it to `reader` and returns nil.
  static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Self?
  /// The value as JSON: for `run.json` and for showing defaults.
  var json: JSONValue { get }
}

extension String: ConfigValue {
  /// Any single value: `5` is the text "5" here.
  public static var schema: JSONValue { .object(["type": "string"]) }
  /// Reads any scalar but null.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> String? {
    guard let text = node.text, !node.isNull else { return reader.expected("a text", found: node) }
    return text
  }
  /// The text.
  public var json: JSONValue { .string(self) }
}

extension Int: ConfigValue {
  /// A whole number.
  public static var schema: JSONValue { .object(["type": "integer"]) }
  /// Reads decimal digits with an optional sign.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Int? {
    guard let text = node.plainText, let value = Int(text) else {
      return reader.expected("a whole number", found: node)
    }
    return value
  }
  /// The number.
  public var json: JSONValue { .integer(self) }
}

extension Double: ConfigValue {
  /// A number.
  public static var schema: JSONValue { .object(["type": "number"]) }
  /// Reads a finite number.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Double? {
    guard let text = node.plainText, let value = Double(text), value.isFinite, text.contains(where: \.isNumber),
      !text.lowercased().contains("x")
    else { return reader.expected("a number", found: node) }
    return value
  }
  /// The number.
  public var json: JSONValue { .number(self) }
}

extension Bool: ConfigValue {
  /// `true` or `false`.
  public static var schema: JSONValue { .object(["type": "boolean"]) }
  /// Reads `true` or `false`, as YAML 1.2 has them.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Bool? {
    switch node.plainText {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: reader.expected("true or false", found: node)
    }
  }
  /// The truth value.
  public var json: JSONValue { .bool(self) }
}

extension Optional: ConfigValue where Wrapped: ConfigValue {
  /// That of the wrapped type.
  public static var schema: JSONValue { Wrapped.schema }
  /// Reads a value, or null as nil.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Wrapped?? {
    if node.isNull { return .some(nil) }
    return Wrapped.read(node, &reader).map { .some($0) }
  }
  /// The value, or null.
  public var json: JSONValue { map(\.json) ?? .null }
}

extension Array: ConfigValue where Element: ConfigValue {
  /// A list.
  public static var schema: JSONValue { .object(["type": "array", "items": Element.schema]) }
  /// Reads a list; every wrong element is reported.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> [Element]? {
    guard let elements = node.elements else { return reader.expected("a list", found: node) }
    let list = reader.option
    defer { reader.option = list }
    reader.option = ""
    let values = elements.enumerated().map { index, element in
      reader.option = "\(list)[\(index)]"
      return Element.read(element, &reader)
    }
    return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }
  /// The elements.
  public var json: JSONValue { .array(map(\.json)) }
}

extension ConfigValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// One of the cases' names.
  public static var schema: JSONValue { .object(["enum": .array(allCases.map { .string($0.rawValue) })]) }
  /// Reads one of the cases' names.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Self? {
    let names = allCases.map(\.rawValue)
    guard let text = node.text, !node.isNull else {
      return reader.expected("one of \(names.joined(separator: ", "))", found: node)
    }
    if let value = Self(rawValue: text) { return value }
    reader.diagnostics.append(
      .error(
        "unknown-value",
        "\(node.kindDescription) is not one of \(names.joined(separator: ", "))"
          + Suggestion.hint(for: text, in: names), at: node.location))
    return nil
  }
  /// The case's name.
  public var json: JSONValue { .string(rawValue) }
}

extension Duration: ConfigValue {
  /// A number with its unit.
  public static var schema: JSONValue {
    // The first part keeps nothing out but zero.
    let pattern = "^(?![0.]*(ms|s|m|h)$)[0-9]{1,9}(\\.[0-9]{1,6})?(ms|s|m|h)$"
    return .object(["type": "string", "pattern": .string(pattern)])
  }

  /// Reads `500ms`, `30s`, `2m` or `1h`.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Duration? {
    guard let text = node.text, let match = text.wholeMatch(of: /([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|m|h)/),
      let number = Double(match.1), number > 0
    else { return reader.expected("a duration such as 500ms, 30s, 2m or 1h", found: node) }
    let unit: Double = ["ms": 0.001, "s": 1, "m": 60, "h": 3600][String(match.2)] ?? 1
    return .seconds(number * unit)
  }

  /// In seconds.
  public var json: JSONValue {
    .number(Double(components.seconds) + Double(components.attoseconds) / 1e18)
  }
}
