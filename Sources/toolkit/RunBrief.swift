import Foundation
import PipelineKit
import StageKit
import Synchronization

/// Collects what a person wants to know when a run has ended: a few words a document, never its text.
final class RunBrief: Sendable {
  private struct Pair: Codable {
    var kind: Document.DuplicateKind
    var original: String
    var copy: String
    var score: Double
    var coverage: [Double]
  }

  private struct State: Codable {
    var documents = 0
    var languages: [String: Int] = [:]
    /// Copies by kind.
    var copies: [String: Int] = [:]
    /// The first copies, originals by id.
    var pairs: [Pair] = []
    /// Names of originals by id.
    var names: [String: String] = [:]
    var stories: [String: Int] = [:]
    var titles: [String: String] = [:]
  }

  private let state = Mutex(State())
  /// How many copies are listed by name, at most: a corpus may be larger than memory.
  private static let listed = 50_000

  /// Looks at a document at the end of the pipeline.
  func add(_ document: Document) {
    state.withLock { state in
      if document.kind == .summary {
        if let story = document.story { state.titles[story] = document.title?.onOneLine }
        return
      }
      state.documents += 1
      state.languages[document.language?.code ?? "und", default: 0] += 1
      if let story = document.story { state.stories[story, default: 0] += 1 }
      guard let duplicate = document.duplicate else { return }
      if let other = duplicate.of {
        state.copies[duplicate.kind.rawValue, default: 0] += 1
        guard state.pairs.count < Self.listed else { return }
        state.pairs.append(
          Pair(
            kind: duplicate.kind, original: other, copy: Self.name(of: document), score: duplicate.score,
            coverage: duplicate.coverage))
      }
      // Any member of a group may be what another one was compared with.
      if state.names.count < 2 * Self.listed { state.names[document.id] = Self.name(of: document) }
    }
  }

  /// What it knows, to be kept for a run that repeats this one.
  func saved() -> Data? { state.withLock { try? JSONLine.encode($0) } }

  /// Takes back what was kept; false if it can't be understood.
  func restore(_ data: Data) -> Bool {
    guard let saved = try? JSONDecoder().decode(State.self, from: data) else { return false }
    state.withLock { $0 = saved }
    return true
  }

  /// The path; with the id, if the file holds several documents.
  private static func name(of document: Document) -> String {
    guard let origin = document.origin else { return document.id.onOneLine }
    return (origin.offset == nil ? origin.path : "\(origin.path)#\(document.id)").onOneLine
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
    /// How many copies there are of each kind.
    var copies: [String: Int]
    /// The first 50,000 copies.
    var duplicates: [Pair]
    var stories: [Story]
    var quarantined: [Quarantined]
    var outputs: [String]
  }

  /// The brief for programs; `duplicates` and `quarantined` name documents by path.
  func result(_ report: RunReport, _ quarantined: [PipelineRun.QuarantinedDocument]) -> Result {
    let state = self.state.withLock { $0 }
    let pairs = state.pairs.map { pair in
      Result.Pair(
        kind: pair.kind, original: state.names[pair.original] ?? pair.original, copy: pair.copy, score: pair.score,
        coverage: pair.coverage)
    }
    let stories = state.stories.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return Result(
      report: report, documents: state.documents, languages: state.languages, copies: state.copies,
      duplicates: pairs,
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
    if let before = report.repeats { lines.append("Nothing has changed since the run \(before): its results stand") }

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
        let copies = result.copies[kind.rawValue] ?? 0
        if copies > Self.shown { lines.append("  … and \(copies - Self.shown) more \(kind.rawValue)") }
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
        lines.append("  \(item.name.onOneLine), by \(item.stage): \(item.message.onOneLine)")
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
