import Foundation

/// Comma-separated values after RFC 4180: lines end in CR LF, and a field with a comma, a quote or a line break stands
/// in quotes, with its own quotes doubled. UTF-8 without a byte order mark.
///
/// Spreadsheets run fields that begin with `=`, `+`, `-` or `@` as formulas, and titles come from strangers. Such a
/// field, also after white space, gets an apostrophe in front, which spreadsheets take for "this is text".
struct CSVWriter {
  /// What was written and not taken yet.
  private(set) var data = Data()

  /// Takes what was written.
  mutating func take() -> Data {
    defer { data = Data() }
    return data
  }

  /// Adds one row.
  mutating func add(_ fields: [String]) {
    data.append(contentsOf: fields.map(Self.field).joined(separator: ",").utf8)
    data.append(contentsOf: [0x0D, 0x0A])
  }

  /// A field as it stands in the file.
  static func field(_ text: String) -> String {
    var text = text
    let start = text.unicodeScalars.first { !$0.properties.isWhitespace && $0.properties.generalCategory != .control }
    // The full-width forms are taken for the plain ones in East Asian versions.
    if let start, "=+-@＝＋－＠".unicodeScalars.contains(start) { text = "'" + text }
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
