import Foundation
import PipelineKit
import StageKit
import Synchronization

/// Collects what a person wants to know when a run has ended: a few words a document, never its text.
final class RunBrief: Sendable {
  private struct Member: Sendable {
    var id: String
    var name: String
    var language: String
    var duplicate: Document.Duplicate?
  }

  private struct State {
    var members: [Member] = []
    var languages: [String: Int] = [:]
    var stories: [String: Int] = [:]
    var titles: [String: String] = [:]
  }

  private let state = Mutex(State())

  /// Looks at a document at the end of the pipeline.
  func add(_ document: Document) {
    state.withLock { state in
      if document.kind == .summary {
        if let story = document.story { state.titles[story] = document.title.map(Self.oneLine) }
        return
      }
      let language = document.language?.code ?? "und"
      state.languages[language, default: 0] += 1
      if let story = document.story { state.stories[story, default: 0] += 1 }
      state.members.append(
        Member(
          id: document.id, name: Self.name(of: document), language: language,
          duplicate: document.duplicate.map { duplicate in
            var short = duplicate
            short.evidence = nil
            return short
          }))
    }
  }

  /// The path; with the id, if the file holds several documents.
  private static func name(of document: Document) -> String {
    guard let origin = document.origin else { return oneLine(document.id) }
    return oneLine(origin.offset == nil ? origin.path : "\(origin.path)#\(document.id)")
  }

  /// A line break in a title or a file name must not look like a line of ours.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// `--format json`: the report, and what the brief says.
  struct Result: Encodable {
    struct Pair: Encodable {
      var kind: Document.DuplicateKind
      var original: String
      var copy: String
      var score: Double
      var coverage: [Double]
    }
    struct Story: Encodable {
      var id: String
      var title: String?
      var documents: Int
    }
    struct Quarantined: Encodable {
      var document: String
      var stage: String
      var reason: String
    }
    var report: RunReport
    var documents: Int
    var languages: [String: Int]
    var duplicates: [Pair]
    var stories: [Story]
    var quarantined: [Quarantined]
    var outputs: [String]
  }

  /// The brief for programs; `duplicates` and `quarantined` name documents by path.
  func result(_ report: RunReport, _ quarantined: [PipelineRun.QuarantinedDocument]) -> Result {
    let state = self.state.withLock { $0 }
    let names = Dictionary(state.members.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let pairs = state.members.compactMap { member -> Result.Pair? in
      guard let duplicate = member.duplicate, let other = duplicate.of else { return nil }
      return Result.Pair(
        kind: duplicate.kind, original: names[other] ?? other, copy: member.name, score: duplicate.score,
        coverage: duplicate.coverage)
    }
    let stories = state.stories.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return Result(
      report: report, documents: state.members.count, languages: state.languages, duplicates: pairs,
      stories: stories.map { .init(id: $0.key, title: state.titles[$0.key], documents: $0.value) },
      quarantined: quarantined.map { .init(document: $0.name, stage: $0.stage, reason: $0.message) },
      outputs: report.outputs ?? [])
  }

  /// The brief for people.
  func text(_ report: RunReport, _ quarantined: [PipelineRun.QuarantinedDocument]) -> String {
    let result = self.result(report, quarantined)
    var lines: [String] = []
    let languages = result.languages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let listed = languages.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    let time = report.seconds.map { String(format: " in %.1f s", $0) } ?? ""
    lines.append("\(count(result.documents, "document"))\(time)" + (listed.isEmpty ? "" : "; languages: \(listed)"))

    if looked(for: .duplicates, report) {
      lines.append("")
      lines.append(result.duplicates.isEmpty ? "No duplicates" : "Duplicates")
      for kind in Document.DuplicateKind.allCases {
        let pairs = result.duplicates.filter { $0.kind == kind }
        for pair in pairs.prefix(Self.shown) {
          let shares = pair.coverage.map { "\(Int((min(max($0, 0), 1) * 100).rounded(.down))) %" }
          let share = kind == .exact ? "" : "  \(shares.joined(separator: " / ")) in common"
          let name = kind.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
          lines.append("  \(name)  \(pair.copy) = \(pair.original)\(share)")
        }
        if pairs.count > Self.shown { lines.append("  … and \(pairs.count - Self.shown) more \(kind.rawValue)") }
      }
    }
    if looked(for: .stories, report) {
      lines.append("")
      lines.append(count(result.stories.count, "story"))
      for story in result.stories.prefix(Self.shown) {
        lines.append("  \(count(story.documents, "document")): \(story.title ?? story.id)")
      }
      if result.stories.count > Self.shown { lines.append("  … and \(result.stories.count - Self.shown) more") }
    }
    let total = report.stages.reduce(0) { $0 + $1.counts.quarantined }
    if total > 0 {
      lines.append("")
      lines.append("Quarantined: \(count(total, "document"))")
      for item in quarantined {
        lines.append("  \(Self.oneLine(item.name)), by \(item.stage): \(Self.oneLine(item.message))")
      }
      if total > quarantined.count { lines.append("  … and \(total - quarantined.count) more") }
    }
    if !report.warnings.isEmpty {
      lines.append("")
      lines.append("\(count(report.warnings.count, "warning")), in run.json and above")
    }
    if !result.outputs.isEmpty {
      lines.append("")
      lines.append("Written")
      let here = FileManager.default.currentDirectoryPath + "/"
      lines += result.outputs.map { "  " + ($0.hasPrefix(here) ? String($0.dropFirst(here.count)) : $0) }
    }
    return lines.joined(separator: "\n")
  }

  /// How many lines of a list a person reads.
  private static let shown = 12

  private func looked(for facet: Facet, _ report: RunReport) -> Bool {
    let finders = Set(plugins.flatMap(\.stages).filter { $0.provides.contains(facet) }.map(\.name))
    return report.stages.contains { finders.contains($0.use) }
  }
}
