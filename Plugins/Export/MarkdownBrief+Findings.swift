import StageKit

extension MarkdownBrief {
  /// Names, countries, days and figures in one line; none if there are none.
  func keywordLines(_ story: StoryRecord) -> [String] {
    let words = (story.keywords?.all ?? []).filter { !Self.isBareNumber($0) }
    return words.isEmpty ? [] : ["", words.prefix(Limit.keywords).map(MarkdownEscaping.text).joined(separator: " · ")]
  }

  /// A small number says nothing without the word that it counts.
  private static func isBareNumber(_ word: String) -> Bool {
    word.utf8.count < 4 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// How the reports came in, day by day, if there were several days.
  func timelineLines(_ story: StoryRecord, _ numbers: [String: Int]) -> [String] {
    guard let timeline = story.timeline else { return [] }
    let days = timeline.suffix(Limit.days).map { day in
      let sources = day.members.compactMap { numbers[$0] }.sorted()
      let marks = sources.isEmpty ? "" : " [\(sources.map(String.init).joined(separator: ", "))]"
      return "\(PlainEnglish.day(day.date)): \(PlainEnglish.count(day.members.count, "report"))\(marks)"
    }
    return ["", days.joined(separator: " · ")]
  }

  /// Figures that disagree side by side, then what one report or one language alone says.
  func differenceLines(_ story: StoryRecord, _ numbers: [String: Int]) -> [String] {
    guard let differences = story.differences, !differences.isEmpty else { return [] }
    var lines = ["", "What the reports do not share:", ""]
    for difference in differences {
      switch difference.kind {
      case "numbers":
        lines.append("- The figures differ:")
        for statement in difference.statements {
          let number = statement.number.map { "**\(MarkdownEscaping.text($0))** · " } ?? ""
          lines.append("  - \(number)\(quoted(statement, story, numbers))")
        }
      case "language":
        let language = PlainEnglish.language(difference.statements[0].language)
        lines.append(
          "- Only in \(MarkdownEscaping.text(language)): \(quoted(difference.statements[0], story, numbers))")
      default:
        let statement = difference.statements[0]
        let report = numbers[statement.id].map { "[\($0)]" } ?? "one report"
        lines.append("- Only in \(report): \(quoted(statement, story, [:]))")
      }
    }
    return lines
  }

  /// A statement with its source's number, and its language if that is not the brief's own and not that of all reports.
  private func quoted(_ statement: StoryDifference.Statement, _ story: StoryRecord, _ numbers: [String: Int]) -> String
  {
    var text = "“\(MarkdownEscaping.text(statement.text))”"
    if story.languages.count > 1, statement.language.prefix(while: { $0 != "-" }) != "en" {
      text += " (\(MarkdownEscaping.text(PlainEnglish.language(statement.language))))"
    }
    if let number = numbers[statement.id] { text += " [\(number)]" }
    return text
  }
}
