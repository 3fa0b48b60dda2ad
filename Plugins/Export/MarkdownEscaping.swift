/// Text from outside, made harmless in Markdown.
enum MarkdownEscaping {
  /// The text on one line, with every character that means something in Markdown or HTML escaped.
  ///
  /// Control characters and those that turn the direction of what follows are left out: a title could make its
  /// whole line unreadable with them.
  static func text(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    for scalar in clean(text) {
      switch scalar {
      case "&": output.append(contentsOf: "&amp;".unicodeScalars)
      case "<": output.append(contentsOf: "&lt;".unicodeScalars)
      case "\\", "`", "*", "_", "{", "}", "[", "]", ">", "#", "|", "~", "!", "$", "^":
        output.append("\\")
        output.append(scalar)
      default: output.append(scalar)
      }
    }
    return String(output)
  }

  /// The text as a code span, with enough backquotes around.
  static func code(_ text: String) -> String {
    let text = String(String.UnicodeScalarView(clean(text)))
    var (longest, run) = (0, 0)
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let needsSpace = text.hasPrefix("`") || text.hasSuffix("`")
    return needsSpace ? "\(fence) \(text) \(fence)" : fence + text + fence
  }

  private static func clean(_ text: String) -> [Unicode.Scalar] {
    var output: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        if let last = output.last, last != " " { output.append(" ") }
      } else if scalar.properties.generalCategory != .control, !isDirectional(scalar) {
        output.append(scalar)
      }
    }
    if output.last == " " { output.removeLast() }
    return output
  }

  private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
    0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value
  }
}
