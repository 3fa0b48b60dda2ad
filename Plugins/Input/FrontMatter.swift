import StageKit

/// The block of `key: value` lines between two `---` at the start of a Markdown file.
///
/// Of YAML it reads what front matter is made of: single values, quoted or not, and lists in either form. Anything
/// else is kept as text, so that nothing is lost.
struct FrontMatter: Sendable, Equatable {
  /// The values by their key in lower case; a key that comes twice keeps its first value.
  private(set) var values: [String: JSONValue] = [:]

  /// Reads the block at the start of a text.
  ///
  /// - Returns: the values and the text after the block; nil if there is no block that is closed.
  static func read(_ text: String) -> (matter: FrontMatter, body: Substring)? {
    var lines = text.utf8.split(separator: 0x0A, maxSplits: 400, omittingEmptySubsequences: false)[...]
    guard let first = lines.popFirst(), isFence(first, endings: ["---"]) else { return nil }
    guard let end = lines.firstIndex(where: { isFence($0, endings: ["---", "..."]) }), end < 400 else { return nil }
    var matter = FrontMatter()
    var key: String?
    for line in lines[..<end].map({ String(Substring($0)) }) {
      let trimmed = TextHead.trimmed(line[...])
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      let isIndented = line.first == " " || line.first == "\t" || trimmed.hasPrefix("- ")
      if isIndented, let key {
        matter.append(trimmed, to: key)
      } else if let colon = trimmed.firstIndex(of: ":") {
        let name = trimmed[..<colon].lowercased()
        let value = TextHead.trimmed(trimmed[trimmed.index(after: colon)...])
        key = name
        if matter.values[name] == nil { matter.values[name] = Self.value(value) }
      } else {
        return nil  // Two rules with prose between them.
      }
    }
    let last = lines[end]
    let after = last.endIndex == text.endIndex ? last.endIndex : text.utf8.index(after: last.endIndex)
    return (matter, text[after...])
  }

  /// A value as text; a list's elements with commas between.
  func text(_ keys: String...) -> String? {
    for key in keys {
      switch values[key] {
      case .string(let text) where !text.isEmpty: return text
      case .array(let elements):
        let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        if !texts.isEmpty { return texts.joined(separator: ", ") }
      default: continue
      }
    }
    return nil
  }

  private mutating func append(_ line: Substring, to key: String) {
    let isElement = line.hasPrefix("- ")
    let text = Self.unquoted(isElement ? TextHead.trimmed(line.dropFirst(2)) : line)
    switch values[key] {
    case .array(let elements) where isElement: values[key] = .array(elements + [.string(text)])
    case .string("") where isElement: values[key] = .array([.string(text)])
    case .string(let start): values[key] = .string(start.isEmpty ? text : "\(start)\n\(line)")
    default: values[key] = .array([.string(text)])
    }
  }

  private static func value(_ text: Substring) -> JSONValue {
    if text.hasPrefix("["), text.hasSuffix("]"), text.utf8.count >= 2 {
      let elements = text.dropFirst().dropLast().split(separator: ",")
      return .array(elements.map { .string(unquoted(TextHead.trimmed($0))) })
    }
    // `>` and `|` announce a text on the following lines.
    if ["|", ">", "|-", ">-"].contains(text) { return .string("") }
    return .string(unquoted(text))
  }

  private static func unquoted(_ text: Substring) -> String {
    for quote in ["\"", "'"] where text.utf8.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
      let inner = String(text.dropFirst().dropLast())
      return quote == "'"
        ? inner.replacing("''", with: "'") : inner.replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }
    return String(text)
  }

  private static func isFence(_ line: Substring.UTF8View, endings: [String]) -> Bool {
    let text = Substring(line)
    return endings.contains { text.hasPrefix($0) && TextHead.trimmed(text.dropFirst(3)).isEmpty }
  }
}
