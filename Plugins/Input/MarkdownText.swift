import StageKit

/// A Markdown file without its mark-up: headline, fields of the front matter, and plain paragraphs.
///
/// Follows CommonMark where it matters to sentences: a paragraph's lines are joined, headings stand alone, links and
/// emphasis leave their text, images their description, code its content; comments, rules, link definitions and
/// HTML tags go. It takes time in proportion to the text, whatever the text is.
struct MarkdownText: Sendable {
  /// Fields of the front matter.
  let matter: FrontMatter
  /// The first heading, if nothing but front matter comes before it.
  private(set) var title: String?
  /// Paragraphs with a blank line between; items of lists on lines of their own.
  private(set) var body: String

  /// Reduces a text with line feeds.
  init(_ source: String) {
    let front = FrontMatter.read(source)
    matter = front?.matter ?? FrontMatter()
    var reducer = Blocks()
    for line in MarkdownInline.withoutComments(front?.body ?? source[...]).utf8.split(
      separator: 0x0A, omittingEmptySubsequences: false)
    {
      reducer.add(Substring(line))
    }
    reducer.closeParagraph()
    title = reducer.title
    body = reducer.output
  }

  /// What is known of the blocks up to a line.
  private struct Blocks {
    var output = ""
    var title: String?
    private var paragraph: [Substring] = []
    /// The characters that open the code block we are in.
    private var fence: Substring?
    private var lastWasItem = false

    mutating func add(_ line: Substring) {
      var line = line
      if let open = fence {
        let trimmed = TextHead.trimmed(line)
        if trimmed.hasPrefix(open), trimmed.allSatisfy({ $0 == open.first }) {
          fence = nil
        } else {
          append(String(line), joined: "\n")
        }
        return
      }
      var trimmed = TextHead.trimmed(line)
      var quoteMarks = 0
      while trimmed.first == ">", quoteMarks < 16 {
        trimmed = TextHead.trimmed(trimmed.dropFirst())
        line = trimmed
        quoteMarks += 1
      }
      if trimmed.isEmpty {
        closeParagraph()
        lastWasItem = false
      } else if let opening = Self.fence(trimmed) {
        closeParagraph()
        fence = opening
      } else if let heading = Self.heading(trimmed) {
        closeParagraph()
        addHeading(heading, isTop: trimmed.hasPrefix("# "))
      } else if !paragraph.isEmpty, trimmed.allSatisfy({ $0 == "=" }) || trimmed.allSatisfy({ $0 == "-" }) {
        let heading = paragraph.joined(separator: " ")
        paragraph = []
        addHeading(heading[...], isTop: trimmed.first == "=")
      } else if Self.isRule(trimmed) || Self.isTableRule(trimmed) {
        if !Self.isTableRule(trimmed) { closeParagraph() }
      } else if Self.isLinkDefinition(trimmed) {
        closeParagraph()
      } else if let item = Self.item(trimmed) {
        closeParagraph()
        paragraph = [item]
        closeParagraph(joined: lastWasItem ? "\n" : "\n\n")
        lastWasItem = true
      } else if trimmed.hasPrefix("|"), trimmed.hasSuffix("|"), trimmed.utf8.count > 1 {
        closeParagraph()
        let cells = trimmed.dropFirst().dropLast().split(separator: "|").map { TextHead.trimmed($0) }
        append(MarkdownInline.plain(cells.joined(separator: " | ")[...]), joined: "\n")
      } else if paragraph.isEmpty, lastWasItem, line.first == " " || line.first == "\t" {
        // The item goes on: its second line belongs to it.
        append(MarkdownInline.plain(trimmed), joined: " ")
      } else {
        // Two spaces or a backslash at the end of a line break it.
        let breaks = line.hasSuffix("  ") || trimmed.hasSuffix("\\")
        let text = trimmed.hasSuffix("\\") ? trimmed.dropLast() : trimmed
        paragraph.append(breaks ? Substring("\(text)\n") : text)
      }
    }

    mutating func closeParagraph(joined separator: String = "\n\n") {
      guard !paragraph.isEmpty else { return }
      var text = ""
      for line in paragraph {
        if !text.isEmpty, !text.hasSuffix("\n"), !Self.meetWithoutSpace(text, line) { text += " " }
        text += line
      }
      paragraph = []
      append(MarkdownInline.plain(TextHead.trimmed(text[...])), joined: separator)
    }

    private mutating func addHeading(_ text: Substring, isTop: Bool) {
      lastWasItem = false
      let plain = MarkdownInline.plain(text)
      if title == nil, output.isEmpty, !plain.isEmpty {
        title = plain
      } else {
        append(plain, joined: "\n\n")
      }
    }

    private mutating func append(_ text: String, joined separator: String) {
      if !output.isEmpty { output += separator }
      output += text
    }

    /// Chinese and Japanese lines meet without a space.
    private static func meetWithoutSpace(_ text: String, _ next: Substring) -> Bool {
      guard let a = text.unicodeScalars.last, let b = next.unicodeScalars.first else { return true }
      func isIdeographic(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isIdeographic || 0x3000...0x30FF ~= scalar.value || 0xFF00...0xFF65 ~= scalar.value
      }
      return isIdeographic(a) && isIdeographic(b)
    }

    private static func fence(_ line: Substring) -> Substring? {
      for mark in ["`", "~"] as [Character] {
        let run = line.prefix { $0 == mark }
        if run.count >= 3, mark == "~" || !line.dropFirst(run.count).contains("`") { return run }
      }
      return nil
    }

    private static func heading(_ line: Substring) -> Substring? {
      let marks = line.prefix { $0 == "#" }
      guard (1...6).contains(marks.count) else { return nil }
      let rest = line.dropFirst(marks.count)
      guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
      var text = TextHead.trimmed(rest)
      if let end = text.lastIndex(where: { $0 != "#" }), text[end] == " " { text = text[..<end] }
      return TextHead.trimmed(text)
    }

    private static func isRule(_ line: Substring) -> Bool {
      guard let mark = line.first, "-*_".contains(mark) else { return false }
      return line.allSatisfy { $0 == mark || $0 == " " } && line.count { $0 == mark } >= 3
    }

    private static func isTableRule(_ line: Substring) -> Bool {
      line.contains("|") && line.contains("-") && line.allSatisfy { "|-: ".contains($0) }
    }

    private static func isLinkDefinition(_ line: Substring) -> Bool {
      guard line.hasPrefix("["), !line.hasPrefix("[^"), let close = line.firstIndex(of: "]") else { return false }
      let rest = line[line.index(after: close)...]
      guard rest.hasPrefix(":") else { return false }
      let words = TextHead.trimmed(rest.dropFirst()).split(separator: " ", maxSplits: 1)
      guard let target = words.first, target.contains(where: { "/.#<".contains($0) }) else { return false }
      return words.count == 1 || words[1].first.map { "\"'(".contains($0) } ?? true
    }

    /// The text of a list item; a number of more than three digits is a year, not a mark.
    private static func item(_ line: Substring) -> Substring? {
      for mark in ["- ", "* ", "+ "] where line.hasPrefix(mark) { return TextHead.trimmed(line.dropFirst(2)) }
      let digits = line.prefix { $0.isASCII && $0.isNumber }
      guard (1...3).contains(digits.count) else { return nil }
      let rest = line.dropFirst(digits.count)
      return rest.hasPrefix(". ") || rest.hasPrefix(") ") ? TextHead.trimmed(rest.dropFirst(2)) : nil
    }
  }
}
