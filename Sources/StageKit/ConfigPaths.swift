import Foundation

/// A path or pattern that names input: relative to the pipeline file, or to the working directory if it came from
/// the command line.
public struct InputPath: ConfigValue, Equatable {
  /// As it was written.
  public let text: String
  /// The folder that a relative path starts from.
  public let base: URL
  /// Where it was written.
  public let location: SourceLocation

  /// A path as written somewhere.
  public init(_ text: String, base: URL, location: SourceLocation) {
    self.text = text
    self.base = base
    self.location = location
  }

  /// A text.
  public static var schema: JSONValue { .object(["type": "string", "format": "path"]) }

  /// Reads a text that is not empty.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> InputPath? {
    guard let text = node.text, !node.isNull, !text.isEmpty, !text.contains("\0") else {
      return reader.expected("a path", found: node)
    }
    return InputPath(text, base: reader.base(for: node), location: node.location)
  }

  /// As it was written.
  public var json: JSONValue { .string(text) }

  /// The file that it names, if it is no pattern.
  public var url: URL {
    URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: base.path, isDirectory: true)).absoluteURL
  }

  /// Whether it has a wildcard: `*`, `?` or `[`.
  public var isPattern: Bool { text.contains { "*?[".contains($0) } }
}

/// A path that output goes to, relative like ``InputPath``; `{run}`, `{date}` and `{name}` in it are filled in.
public struct OutputPath: ConfigValue, Equatable {
  /// The names that may stand in braces.
  public static let placeholders = ["run", "date", "name"]

  /// As it was written.
  public let text: String
  /// The folder that a relative path starts from.
  public let base: URL

  /// A path as written somewhere.
  public init(_ text: String, base: URL) {
    self.text = text
    self.base = base
  }

  /// A text without unknown names in braces.
  public static var schema: JSONValue {
    let unknown = "\\{(?!(\(placeholders.joined(separator: "|")))\\})[^{}]*\\}"
    return .object(["type": "string", "format": "path", "pattern": .string("^(?![\\s\\S]*\(unknown))")])
  }

  /// Reads a text with known placeholders.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> OutputPath? {
    guard let text = node.textForOutputs ?? node.text, !node.isNull, !text.isEmpty, !text.contains("\0") else {
      return reader.expected("a path", found: node)
    }
    for match in text.matches(of: /\{([^{}]*)\}/) where !placeholders.contains(String(match.1)) {
      reader.diagnostics.append(
        .error(
          "unknown-placeholder",
          "'{\(match.1)}' is not one of \(placeholders.map { "{\($0)}" }.joined(separator: ", "))"
            + Suggestion.hint(for: String(match.1), in: placeholders), at: node.location))
      return nil
    }
    return OutputPath(text, base: reader.base(for: node))
  }

  /// As it was written.
  public var json: JSONValue { .string(text) }

  /// The path for one run.
  public func url(for run: RunInfo) -> URL {
    let path =
      text
      .replacing("{run}", with: run.id)
      .replacing("{date}", with: run.date)
      .replacing("{name}", with: run.name)
    let folder = URL(fileURLWithPath: base.path, isDirectory: true)
    return URL(fileURLWithPath: path, relativeTo: folder).standardizedFileURL
  }
}
