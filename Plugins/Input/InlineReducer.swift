/// One pass over a paragraph: every scalar is looked at a bounded number of times.
struct InlineReducer {
  private let source: [Unicode.Scalar]
  /// What remains; nil where a mark was taken out afterwards.
  private var output: [Unicode.Scalar?] = []
  /// Where the bracket that opens here is closed.
  private var closing: [Int: Int] = [:]
  /// Emphasis marks in the output that may still be closed, by their character.
  private var openMarks: [Unicode.Scalar: [Range<Int>]] = [:]
  /// The last place where a run of backquotes of this length stands.
  private var lastBackquotes: [Int: Int] = [:]

  init(_ source: [Unicode.Scalar]) {
    self.source = source
    output.reserveCapacity(source.count)
    var open: [Int] = []
    var index = 0
    while index < source.count {
      switch source[index] {
      case "\\": index += 1
      case "[": open.append(index)
      case "]": if let start = open.popLast() { closing[start] = index }
      default: break
      }
      index += 1
    }
    // Backslashes mean nothing inside code, so runs of backquotes are found by themselves.
    index = 0
    while index < source.count {
      let end = runEnd(index)
      if source[index] == "`" { lastBackquotes[end - index] = index }
      index = end
    }
  }

  mutating func reduce() -> String {
    append(0..<source.count)
    var text = String.UnicodeScalarView()
    text.append(contentsOf: output.compactMap(\.self))
    return String(text)
  }

  /// Reduces a piece of the source. Links nest: their text is on a work list instead of the stack.
  private mutating func append(_ whole: Range<Int>) {
    var ends: [(close: Int, resume: Int)] = []
    var index = whole.lowerBound
    while index < whole.upperBound {
      if let last = ends.last, index == last.close {
        ends.removeLast()
        index = last.resume
        continue
      }
      let scalar = source[index]
      switch scalar {
      case "\\" where index + 1 < source.count && isPunctuation(source[index + 1]):
        output.append(source[index + 1])
        index += 2
      case "`": index = code(index)
      case "!" where index + 1 < source.count && source[index + 1] == "[" && closing[index + 1] != nil:
        index += 1  // An image: its description stays, as a link's text does.
      case "[":
        if index + 1 < source.count, source[index + 1] == "^", let close = closing[index] {
          // The mark of a footnote; at the start it is followed by a colon and the note.
          index = close + 1
          if output.isEmpty, index < source.count, source[index] == ":" { index += 1 }
        } else if let close = closing[index], let resume = linkEnd(close) {
          ends.append((close, resume))
          index += 1
        } else {
          output.append(scalar)
          index += 1
        }
      case "<": index = tag(index)
      case "&": index = entity(index)
      case "*", "_", "~": index = emphasis(index)
      default:
        output.append(scalar)
        index += 1
      }
    }
  }

  /// Where the text goes on after the link whose text is closed at `close`; nil if it is no link.
  private func linkEnd(_ close: Int) -> Int? {
    guard close + 1 < source.count else { return nil }
    if source[close + 1] == "[" { return closing[close + 1].map { $0 + 1 } }
    guard source[close + 1] == "(" else { return nil }
    var depth = 0
    var index = close + 1
    while index < source.count {
      switch source[index] {
      case "(": depth += 1
      case ")":
        depth -= 1
        if depth == 0 { return index + 1 }
      case "[", "]": return nil  // Looking further each time would take quadratic time.
      case "\\": index += 1
      default: break
      }
      index += 1
    }
    return nil
  }

  private mutating func emit(_ scalars: ArraySlice<Unicode.Scalar>) {
    for scalar in scalars { output.append(scalar) }
  }

  private mutating func code(_ start: Int) -> Int {
    let end = runEnd(start)
    let length = end - start
    guard let last = lastBackquotes[length], last > start else {
      emit(source[start..<end])
      return end
    }
    var index = end
    while index < source.count {
      guard source[index] == "`" else {
        index += 1
        continue
      }
      let close = runEnd(index)
      if close - index == length {
        emit(source[end..<index])
        return close
      }
      index = close
    }
    emit(source[start..<end])
    return end
  }

  /// Leaves out a tag; `<https://…>` leaves the address, `<br>` a line break.
  private mutating func tag(_ start: Int) -> Int {
    guard start + 1 < source.count,
      let end = source[(start + 1)...].prefix(2000).firstIndex(where: { $0 == "<" || $0 == ">" }),
      source[end] == ">", end > start + 1
    else {
      output.append("<")
      return start + 1
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: source[(start + 1)..<end])
    let inside = String(text)
    if inside.contains("://") || inside.hasPrefix("mailto:"), !inside.contains(" ") {
      emit(source[(start + 1)..<end])
    } else if ["br", "br/", "br /"].contains(inside.lowercased()) {
      output.append("\n")
    } else if inside.prefixMatch(of: /\/?[A-Za-z][A-Za-z0-9-]*([ \t\n\/].*)?/.dotMatchesNewlines()) == nil {
      output.append("<")
      return start + 1
    }
    return end + 1
  }

  private mutating func entity(_ start: Int) -> Int {
    let named: [String: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "ndash": "–", "mdash": "—",
      "hellip": "…", "laquo": "«", "raquo": "»", "ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’",
    ]
    var name = String.UnicodeScalarView()
    var index = start + 1
    while index < source.count, index - start < 12, source[index] != ";" {
      name.append(source[index])
      index += 1
    }
    guard index < source.count, source[index] == ";" else {
      output.append("&")
      return start + 1
    }
    let text = String(name)
    let value =
      text.hasPrefix("#x") || text.hasPrefix("#X")
      ? UInt32(text.dropFirst(2), radix: 16)
      : text.hasPrefix("#") ? UInt32(text.dropFirst()) : nil
    guard let scalar = named[text] ?? value.flatMap({ $0 == 0 ? nil : Unicode.Scalar($0) }) else {
      output.append("&")
      return start + 1
    }
    output.append(scalar)
    return index + 1
  }

  /// Takes out a run of marks that closes an earlier one, and that one; remembers a run that may open.
  ///
  /// The rules of CommonMark for what can open and close (section 6.2) without those for three marks in a row.
  private mutating func emphasis(_ start: Int) -> Int {
    let mark = source[start]
    let end = runEnd(start)
    var left = end - start
    guard mark != "~" || left == 2 else {
      emit(source[start..<end])
      return end
    }
    let before = start > 0 ? source[start - 1] : " "
    let after = end < source.count ? source[end] : " "
    let (spaceBefore, spaceAfter) = (before.properties.isWhitespace, after.properties.isWhitespace)
    let (markBefore, markAfter) = (isPunctuation(before), isPunctuation(after))
    let leftFlanking = !spaceAfter && (!markAfter || spaceBefore || markBefore)
    let rightFlanking = !spaceBefore && (!markBefore || spaceAfter || markAfter)
    let canOpen = leftFlanking && (mark != "_" || !rightFlanking || markBefore)
    let canClose = rightFlanking && (mark != "_" || !leftFlanking || markAfter)
    if canClose {
      while left > 0, var open = openMarks[mark]?.popLast() {
        let taken = min(left, open.count)
        for position in (open.upperBound - taken)..<open.upperBound { output[position] = nil }
        left -= taken
        open = open.lowerBound..<(open.upperBound - taken)
        if !open.isEmpty { openMarks[mark, default: []].append(open) }
      }
    }
    let place = output.count
    output.append(contentsOf: repeatElement(Optional(mark), count: left))
    if canOpen, left > 0 { openMarks[mark, default: []].append(place..<(place + left)) }
    return end
  }

  /// The end of the run of equal scalars that starts at `start`.
  private func runEnd(_ start: Int) -> Int {
    var end = start + 1
    while end < source.count, source[end] == source[start] { end += 1 }
    return end
  }

  private func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return 0x21...0x7E ~= scalar.value && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }
}
