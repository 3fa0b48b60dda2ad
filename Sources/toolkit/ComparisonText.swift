import DuplicatesPlugin
import Foundation
import StageKit

/// Two documents side by side, for people: the verdict with its figures, and the sentences that match in two columns.
struct ComparisonText {
  private let pair: ComparedPair
  private let width: Int
  private var lines: [String] = []

  /// - Parameter width: how many columns the table may take; as many as a text needs, at least 40.
  init(_ pair: ComparedPair, width: Int) {
    self.pair = pair
    self.width = max(40, width)
    saySides()
    sayVerdict()
    sayFigures()
    for note in pair.comparison.notes { say("Note", note) }
    sayMatches()
  }

  /// All lines.
  var text: String { lines.joined(separator: "\n") }

  private mutating func say(_ what: String, _ text: String) {
    lines.append(what.padding(toLength: 11, withPad: " ", startingAt: 0) + text)
  }

  private mutating func saySides() {
    for (name, side) in [("First", pair.first), ("Second", pair.second)] {
      let language = side.language.flatMap { code in
        code == "und"
          ? "unknown language" : Locale(identifier: "en").localizedString(forIdentifier: code).map { "\($0) (\(code))" }
      }
      let facts = [language, side.published, "\(count(side.sentences.count, "sentence"))"].compactMap { $0 }
      say(name, "\((side.path ?? side.id).onOneLine): \(facts.joined(separator: ", "))")
      if let title = side.title { say("", "“\(title.onOneLine)”") }
    }
  }

  private mutating func sayVerdict() {
    let found = pair.comparison
    let words =
      switch found.verdict {
      case .exact: "exact: the same text"
      case .near: "near: the same text with small edits"
      case .translation: "translation: the same text in another language"
      case .excerpt:
        "excerpt: "
          + (found.coverage[0] > found.coverage[1]
            ? "most of the first is in the second" : "most of the second is in the first")
          + (found.kind == .translation ? ", translated" : "")
      case .different: "different"
      }
    say("Verdict", words)
    if found.verdict != .exact { say("Score", "\(found.score); duplicates have \(found.threshold) or more") }
    say(
      "Coverage",
      "\(percent(found.coverage[0])) of the first is in the second, \(percent(found.coverage[1])) of the second in the first"
    )
  }

  private mutating func sayFigures() {
    if let words = pair.comparison.words {
      say("Words", "\(percent(words.similarity)) of all words are in both")
    }
    guard let found = pair.comparison.alignment else { return }
    say(
      "Sentences",
      "score \(found.score), margin \(found.margin), similarity \(found.similarity), order z \(found.order) "
        + "over \(percent(found.orderShare)) of the text")
  }

  private mutating func sayMatches() {
    guard let matches = pair.comparison.alignment?.matches else { return }
    lines.append("")
    guard !matches.isEmpty else {
      lines.append("No sentence of one says what a sentence of the other does.")
      return
    }
    // Two numbers, a score, three gaps, and a column for each text.
    let column = (width - 23) / 2
    lines.append(row("first", "second", "score", "", "", column))
    for match in matches {
      let first = match.first.compactMap { text($0, in: pair.first) }.joined(separator: " ")
      let second = match.second.compactMap { text($0, in: pair.second) }.joined(separator: " ")
      let (left, right) = (ColumnText.wrapped(first, to: column), ColumnText.wrapped(second, to: column))
      for index in 0..<max(left.count, right.count, 1) {
        let isFirst = index == 0
        lines.append(
          row(
            isFirst ? Self.numbers(match.first) : "", isFirst ? Self.numbers(match.second) : "",
            isFirst ? String(format: "%.2f", match.score) : "", index < left.count ? left[index] : "",
            index < right.count ? right[index] : "", column))
      }
    }
    let left = unmatched(pair.first.sentences.count, matches.flatMap(\.first))
    let right = unmatched(pair.second.sentences.count, matches.flatMap(\.second))
    if !left.isEmpty { lines.append("Only in the first: \(Self.numbers(left))") }
    if !right.isEmpty { lines.append("Only in the second: \(Self.numbers(right))") }
  }

  private func row(
    _ first: String, _ second: String, _ score: String, _ left: String, _ right: String, _ column: Int
  ) -> String {
    let parts = [
      ColumnText.padded(first, to: 6), ColumnText.padded(second, to: 7), ColumnText.padded(score, to: 6),
      ColumnText.padded(left, to: column + 2), right,
    ]
    let line = parts.joined()
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  private func text(_ sentence: Int, in side: ComparedPair.Side) -> String? {
    side.sentences.indices.contains(sentence) ? side.sentences[sentence].onOneLine : nil
  }

  private func unmatched(_ count: Int, _ matched: [Int]) -> [Int] {
    let matched = Set(matched)
    return (0..<count).filter { !matched.contains($0) }
  }

  /// Numbers in ascending order, runs of them joined: `0-3, 7`.
  private static func numbers(_ numbers: [Int]) -> String {
    var parts: [String] = []
    var index = 0
    while index < numbers.count {
      var end = index
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
      parts.append(end == index ? "\(numbers[index])" : "\(numbers[index])-\(numbers[end])")
      index = end + 1
    }
    return parts.joined(separator: ", ")
  }

  private func percent(_ share: Double) -> String { "\(Int((min(max(share, 0), 1) * 100).rounded(.down))) %" }
}
