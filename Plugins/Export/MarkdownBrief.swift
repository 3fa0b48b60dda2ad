import Foundation
import StageKit

/// `summary.md`: what happened, story by story, with numbered sources; then which articles are the same; then what was
/// left out. Short whatever the corpus: what is cut is counted, and stands in the other files.
struct MarkdownBrief {
  let brief: Brief
  private let report: RunReport
  private let stories: StoriesTable
  /// Stories of several documents, in the order of the table.
  private let several: ArraySlice<Int32>
  let duplicates: DuplicatesTable

  /// How much is shown.
  enum Limit {
    static let stories = 50
    static let members = 12
    static let singles = 100
    static let pairs = 50
    static let warnings = 20
    static let signs = 3
    static let keywords = 16
    static let days = 8
  }

  init(_ brief: Brief, report: RunReport) {
    self.brief = brief
    self.report = report
    let stories = StoriesTable(brief)
    self.stories = stories
    several = stories.order.prefix { brief.storySizes[Int($0)] > 1 }
    duplicates = DuplicatesTable(brief)
  }

  func markdown() throws -> Data {
    var lines = ["# \(MarkdownEscaping.text(report.pipeline)), \(PlainEnglish.day(report.date))", "", overview]
    for part in [storyLines, singleLines, duplicateLines, keptApartLines, repeatLines] { lines += try part() }
    lines += leftOutLines() + warningLines()
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  // MARK: - Overview

  private var overview: String {
    let languages = brief.languages.filter { !$0.key.isEmpty }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var text = "**\(PlainEnglish.count(brief.count, "document"))**"
    if !languages.isEmpty {
      text += " in \(PlainEnglish.count(languages.count, "language")) ("
      text += languages.prefix(8).map { "\(PlainEnglish.language($0.key)) \($0.value)" }.joined(separator: ", ")
      text += languages.count > 8 ? ", …)" : ")"
    }
    if !stories.order.isEmpty { text += ", **\(PlainEnglish.count(stories.order.count, "story", "stories"))**" }
    let kinds = Document.DuplicateKind.allCases.compactMap { kind -> String? in
      let count = brief.copies.count { $0.kind == kind }
      return count == 0 ? nil : PlainEnglish.count(count, Self.noun(kind), Self.nouns(kind))
    }
    if !kinds.isEmpty { text += ", \(PlainEnglish.list(kinds))" }
    return text + "."
  }

  // MARK: - Stories

  private func storyLines() throws -> [String] {
    guard !several.isEmpty else { return [] }
    var lines = ["", "## Stories"]
    for (index, number) in several.prefix(Limit.stories).enumerated() {
      let story = try stories.record(number)
      let entries = try stories.members(of: number).map(brief.entry(at:))
      let title = story.title ?? entries.first?.opening ?? story.id
      lines += ["", "### \(index + 1). \(MarkdownEscaping.text(title))", "", facts(story)]
      let members = ordered(entries)
      let numbers = Dictionary(
        members.enumerated().map { ($0.element.id, $0.offset + 1) }, uniquingKeysWith: { first, _ in first })
      if let summary = story.summary, !summary.isEmpty { lines += ["", quoted(summary, numbers)] }
      lines += keywordLines(story) + timelineLines(story, numbers) + differenceLines(story, numbers)
      lines.append("")
      for (number, entry) in members.prefix(Limit.members).enumerated() {
        lines.append("\(number + 1). \(line(entry))\(relation(entry, members))")
      }
      if members.count > Limit.members {
        lines += ["", "… and \(PlainEnglish.count(members.count - Limit.members, "more report")), in `stories.jsonl`."]
      }
    }
    if several.count > Limit.stories {
      lines += [
        "",
        "… and \(PlainEnglish.count(several.count - Limit.stories, "smaller story", "smaller stories")), in `stories.jsonl`.",
      ]
    }
    return lines
  }

  private func facts(_ story: StoryRecord) -> String {
    var parts = [PlainEnglish.count(story.members.count, "report")]
    if story.duplicates > 0 {
      parts[0] += ", \(PlainEnglish.count(story.members.count - story.duplicates, "different article"))"
    }
    if !story.languages.isEmpty { parts.append(story.languages.map(PlainEnglish.language).joined(separator: ", ")) }
    if story.new < story.members.count {
      parts.append(story.new == 0 ? "nothing new" : "\(story.new) new")
    }
    if story.continues { parts.append("goes on from an earlier day") }
    if let first = story.earliest, let last = story.latest { parts.append(PlainEnglish.days(first, last)) }
    return parts.joined(separator: " · ")
  }

  /// The members as they are numbered: in the order of the input, but copies right behind what they are copies of.
  private func ordered(_ members: [Brief.Entry]) -> [Brief.Entry] {
    var groupsWithOriginal: Set<String> = []
    for case let place? in members.map(\.duplicate) where !place.isCopy { groupsWithOriginal.insert(place.group) }
    var copies: [String: [Brief.Entry]] = [:]
    var heads: [Brief.Entry] = []
    for member in members {
      if let place = member.duplicate, place.isCopy, groupsWithOriginal.contains(place.group) {
        copies[place.group, default: []].append(member)
      } else {
        heads.append(member)
      }
    }
    return heads.flatMap { head in
      guard let place = head.duplicate, !place.isCopy else { return [head] }
      return [head] + (copies.removeValue(forKey: place.group) ?? [])
    }
  }

  /// The summary, each sentence with the numbers of its sources in the list below it.
  private func quoted(_ summary: [Document.SummarySentence], _ numbers: [String: Int]) -> String {
    // A summary that is wholly in another language says so once.
    let all = Set(summary.map(\.language))
    let common = all.count == 1 ? all.first.flatMap(\.self) : nil
    let sentences = summary.map { sentence in
      var sources: [Int] = []
      for number in sentence.from.compactMap({ numbers[$0.id] }) where !sources.contains(number) {
        sources.append(number)
      }
      let marks = sources.isEmpty ? "" : " [\(sources.map(String.init).joined(separator: ", "))]"
      guard common == nil, let code = sentence.language else { return MarkdownEscaping.text(sentence.text) + marks }
      return MarkdownEscaping.text(sentence.text) + " (\(MarkdownEscaping.text(PlainEnglish.language(code))))" + marks
    }
    let opening = common.map { "In \(MarkdownEscaping.text(PlainEnglish.language($0))): " } ?? ""
    return "> " + opening + sentences.joined(separator: " ")
  }

  private func relation(_ entry: Brief.Entry, _ members: [Brief.Entry]) -> String {
    guard let place = entry.duplicate, place.isCopy else { return "" }
    let number = members.firstIndex { $0.id == place.of } ?? members.firstIndex { $0.duplicate?.group == place.group }
    guard let number, members[number].id != entry.id else { return "" }
    return switch place.kind {
    case .exact: " · same text as \(number + 1)"
    case .near: " · nearly the same text as \(number + 1)"
    case .translation: " · same article as \(number + 1), in another language"
    }
  }

  // MARK: - Single reports

  private func singleLines() throws -> [String] {
    let alone = stories.order[several.endIndex...]
    let count = brief.singles + alone.count
    guard count > 0 else { return [] }
    var lines = ["", stories.order.isEmpty ? "## Documents" : "## Told by one report only", ""]
    let shown = brief.firstSingles + alone.prefix(Limit.singles).compactMap { stories.members(of: $0).first }
    lines += try shown.prefix(Limit.singles).map { "- \(line(try brief.entry(at: $0)))" }
    if count > Limit.singles {
      lines += ["", "… and \(count - Limit.singles) more, in `documents.jsonl`."]
    }
    return lines
  }

  /// Title, language, day and path.
  func line(_ entry: Brief.Entry) -> String {
    var parts = [name(entry)]
    let facts = [entry.language.map(PlainEnglish.language), entry.published.map(PlainEnglish.day)].compactMap(\.self)
    if !facts.isEmpty { parts.append(facts.map(MarkdownEscaping.text).joined(separator: ", ")) }
    parts.append(place(entry))
    return parts.joined(separator: " · ")
  }

  private func name(_ entry: Brief.Entry) -> String {
    if let title = entry.title { return "**\(MarkdownEscaping.text(title))**" }
    return "“\(MarkdownEscaping.text(entry.opening))”"
  }

  private func place(_ entry: Brief.Entry) -> String {
    guard let path = entry.path else { return MarkdownEscaping.code(entry.id) }
    return MarkdownEscaping.code(path) + (entry.offset.map { ", byte \($0)" } ?? "")
  }

  // MARK: - What is missing

  private func leftOutLines() -> [String] {
    var items: [String] = []
    for stage in report.stages {
      if stage.counts.quarantined > 0 {
        let count = PlainEnglish.count(stage.counts.quarantined, "document")
        items.append("- \(count) could not be processed by \(MarkdownEscaping.code(stage.id)); see `quarantine.jsonl`")
      }
      for (reason, count) in stage.reasons.sorted(by: { $0.key < $1.key }) {
        items.append(
          "- \(PlainEnglish.count(count, "document")) left out by \(MarkdownEscaping.code(stage.id)): "
            + MarkdownEscaping.text(reason))
      }
    }
    return items.isEmpty ? [] : ["", "## Left out", ""] + items
  }

  private func warningLines() -> [String] {
    guard !report.warnings.isEmpty else { return [] }
    var lines = report.warnings.prefix(Limit.warnings).map { warning in
      "- \(MarkdownEscaping.text(warning.message))" + (warning.stage.map { " (\(MarkdownEscaping.code($0)))" } ?? "")
    }
    if report.warnings.count > Limit.warnings {
      lines.append("- … and \(report.warnings.count - Limit.warnings) more, in `run.json`")
    }
    return ["", "## To keep in mind", ""] + lines
  }
}
