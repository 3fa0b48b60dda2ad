import StageKit

/// The lines of a file, for messages that point into it.
public struct SourceLines: Sendable {
  private let lines: [Substring.UTF8View]

  /// Splits a text at line feeds; a carriage return before one belongs to the break.
  public init(_ text: String) {
    lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      Substring(line.last == 0x0D ? line.dropLast() : line).utf8
    }
  }

  /// A line by its number from 1, without its line break.
  public subscript(line: Int) -> String? { lines.indices.contains(line - 1) ? String(lines[line - 1]) : nil }

  /// Whether a line's indentation has a tab.
  func startsWithTab(_ line: Int) -> Bool {
    guard let text = self[line] else { return false }
    return text.prefix { $0 == " " || $0 == "\t" }.contains("\t")
  }

  /// Line and column of a byte.
  func location(ofByte offset: Int, file: String) -> SourceLocation {
    var rest = offset
    for (index, line) in lines.enumerated() {
      if rest <= line.count {
        let before = String(decoding: line.prefix(rest), as: UTF8.self)
        return SourceLocation(file: file, line: index + 1, column: before.unicodeScalars.count + 1)
      }
      rest -= line.count + 1
    }
    return SourceLocation(file: file, line: max(lines.count, 1), column: 1)
  }
}

/// Findings as a person reads them: the message, the line it is about, and a caret under the spot.
public struct DiagnosticRenderer: Sendable {
  private let lines: SourceLines
  private let file: String

  /// A renderer for findings in `file`, whose content is `text`.
  public init(text: String, file: String) {
    lines = SourceLines(text)
    self.file = file
  }

  /// All findings, each followed by its line and a caret.
  public func render(_ diagnostics: Diagnostics) -> String {
    diagnostics.items.map(render).joined(separator: "\n")
  }

  private func render(_ diagnostic: Diagnostic) -> String {
    guard let place = diagnostic.location, place.file == file, let line = place.line, let column = place.column,
      let text = lines[line]
    else { return "\(diagnostic)" }
    let shown = String(
      text.unicodeScalars.prefix(160).map {
        Character($0.properties.generalCategory == .control && $0 != "\t" ? " " : $0)
      })
    let number = String(line)
    // A tab before the spot stays a tab, so that the caret stands under it however wide tabs are.
    let indent = String(text.unicodeScalars.prefix(column - 1).map { $0 == "\t" ? Character("\t") : Character(" ") })
    return """
      \(diagnostic)
        \(number) | \(shown)
        \(String(repeating: " ", count: number.count)) | \(indent)^
      """
  }
}
