/// A place that a person can go to: a file, and in it a line and column, both from 1.
///
/// What was given on the command line has no line; its `file` is then the argument, as in `--set read.paths=x`.
public struct SourceLocation: Sendable, Hashable {
  /// The file's path as the user gave it, or a command-line argument.
  public let file: String
  /// From 1; nil if the place is a whole file or an argument.
  public let line: Int?
  /// In Unicode scalars, from 1; nil if the place is a whole line, a file or an argument.
  public let column: Int?

  /// A file, or a spot in it.
  public init(file: String, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// Whether the place is a command-line argument; relative paths there start from the working directory.
  public var isCommandLine: Bool { line == nil }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, as editors understand it.
  public var description: String {
    [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
  }
}

/// One thing that is wrong, or odd, with what the user wrote: what, where, and what to do about it.
public struct Diagnostic: Error, Sendable, Equatable {
  /// How bad it is.
  public enum Severity: String, Sendable, Codable {
    /// The pipeline will not run.
    case error
    /// It will, and the user should know.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// A stable name of the kind of mistake, for programs and for searching: "unknown-option".
  public let code: String
  /// One sentence, without a full stop; it never holds document content.
  public let message: String
  /// Where.
  public let location: SourceLocation?

  /// A finding.
  public init(_ severity: Severity, _ code: String, _ message: String, at location: SourceLocation?) {
    self.severity = severity
    self.code = code
    self.message = message
    self.location = location
  }

  /// An error.
  public static func error(_ code: String, _ message: String, at location: SourceLocation?) -> Diagnostic {
    Diagnostic(.error, code, message, at: location)
  }

  /// A warning.
  public static func warning(_ code: String, _ message: String, at location: SourceLocation?) -> Diagnostic {
    Diagnostic(.warning, code, message, at: location)
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error[code]: message`
  public var description: String {
    (location.map { "\($0): " } ?? "") + "\(severity.rawValue)[\(code)]: \(message)"
  }
}

/// Everything that was found wrong, in the order of the file.
public struct Diagnostics: Error, Sendable, Equatable {
  /// The findings.
  public var items: [Diagnostic]

  /// Findings, in any order.
  public init(_ items: [Diagnostic] = []) { self.items = items }

  /// Whether any of them is an error.
  public var hasErrors: Bool { items.contains { $0.severity == .error } }

  /// Puts the findings into the order of the file, each once.
  public func sorted() -> Diagnostics {
    var seen: Set<String> = []
    let unique = items.filter { seen.insert($0.description).inserted }
    let order = unique.enumerated().sorted { a, b in
      let x = (a.element.location?.line ?? 0, a.element.location?.column ?? 0, a.offset)
      let y = (b.element.location?.line ?? 0, b.element.location?.column ?? 0, b.offset)
      return x < y
    }
    return Diagnostics(order.map(\.element))
  }
}

extension Diagnostics: CustomStringConvertible {
  /// One line a finding.
  public var description: String { items.map(\.description).joined(separator: "\n") }
}
