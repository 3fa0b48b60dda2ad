import StageKit

extension MarkdownBrief {
  /// Which articles are the same, kind by kind, each copy with what it was compared with.
  func duplicateLines() throws -> [String] {
    guard !duplicates.copies.isEmpty else { return [] }
    var lines = ["", "## The same article"]
    for kind in Document.DuplicateKind.allCases.reversed() {
      let found = duplicates.copies.filter { $0.kind == kind }
      guard !found.isEmpty else { continue }
      lines += ["", "### \(Self.heading(kind))", ""]
      lines += try found.prefix(Limit.pairs).compactMap { try duplicates.pair($0).map(line) }
      if found.count > Limit.pairs {
        lines += ["", "… and \(PlainEnglish.count(found.count - Limit.pairs, "more pair")), in `duplicates.csv`."]
      }
    }
    return lines
  }

  /// The copy, what it was compared with, and how much of each is in the other; a line each.
  private func line(_ pair: DuplicatesTable.Pair) -> String {
    var lines = ["- \(line(pair.copy))", pair.original.map(line) ?? MarkdownEscaping.code(pair.place.of ?? "")]
    var facts: [String] = []
    if pair.place.kind != .exact, pair.place.coverage.count == 2 {
      let (first, second) = (PlainEnglish.share(pair.place.coverage[0]), PlainEnglish.share(pair.place.coverage[1]))
      facts.append("\(first) of the first text is in the second, \(second) of the second in the first")
    }
    if pair.place.pairs > 0 {
      facts.append("\(PlainEnglish.count(pair.place.pairs, "sentence")) match\(pair.place.pairs == 1 ? "es" : "")")
    }
    facts += [direction(pair.place), pair.decision.map { "decided by \(Self.author($0))" }].compactMap(\.self)
    let text = facts.joined(separator: "; ")
    if let first = text.first {
      lines.append(first.uppercased() + text.dropFirst() + ".")
    }
    return lines.joined(separator: "  \n  ")
  }

  /// Which of the two was made from the other, where that is known, and what shows it.
  private func direction(_ place: Brief.Place) -> String? {
    guard let direction = place.direction, direction.source != .unknown else { return nil }
    let sides = direction.source == .theirs ? ("first", "second") : ("second", "first")
    let signs = direction.signs.prefix(Limit.signs).map { "“\(MarkdownEscaping.text($0.says))”" }
    return "the \(sides.0) was made from the \(sides.1)" + (signs.isEmpty ? "" : " (\(signs.joined(separator: ", ")))")
  }

  /// Who decided, and why if that is said.
  static func author(_ decision: Document.Decision) -> String {
    MarkdownEscaping.text(decision.by ?? "an analyst")
      + (decision.why.map { ": \(MarkdownEscaping.text($0))" } ?? "")
  }

  static func noun(_ kind: Document.DuplicateKind) -> String {
    switch kind {
    case .exact: "exact copy"
    case .near: "near copy"
    case .translation: "translated copy"
    }
  }

  static func nouns(_ kind: Document.DuplicateKind) -> String {
    noun(kind).replacing("copy", with: "copies")
  }

  private static func heading(_ kind: Document.DuplicateKind) -> String {
    switch kind {
    case .exact: "Word for word"
    case .near: "With small changes"
    case .translation: "In another language"
    }
  }
}
