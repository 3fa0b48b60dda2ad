import Foundation
import StageKit

/// A document's account in plain words: a heading, and a line or more for each thing that is known.
struct WhyText {
  private let account: DocumentAccount
  private var lines: [String] = []
  /// How many others are listed; all of them stand in the JSON.
  private static let shown = 12

  init(_ account: DocumentAccount) {
    self.account = account
    lines.append(account.source.map { $0.path.onOneLine } ?? account.id)
    say("Id", account.id + (account.kind == .summary ? ", a summary" : ""))
    if let run = account.run {
      let id = run.id.map { ", run \($0)" } ?? ""
      let end = run.outcome == .failed ? ", which failed" : ""
      say("Run", "\(run.pipeline)\(id), for \(run.date)\(end)".onOneLine)
    }
    sayOrigin()
    sayEnd()
    sayLanguage()
    sayDuplicates()
    sayFindings()
    sayStory()
    sayHistory()
  }

  /// All lines.
  var text: String { lines.joined(separator: "\n") }

  // MARK: What is said

  private mutating func sayOrigin() {
    if let source = account.source {
      var facts = ["from \(source.path.onOneLine)"]
      if let offset = source.offset { facts.append("at byte \(offset)") }
      if source.bytes > 0 { facts.append("\(ProgressLines.grouped(source.bytes)) bytes") }
      if let hash = source.sha256 { facts.append("sha256 \(hash.prefix(12))…") }
      let reader = account.history.first.map { ", by \(named($0))" } ?? ""
      say("Read", facts.joined(separator: ", ") + reader)
    }
    if let title = account.title { say("Title", title.onOneLine) }
    if let published = account.published { say("Published", published.onOneLine) }
    if let author = account.author { say("Author", author.onOneLine) }
    if let url = account.url { say("Address", url.onOneLine) }
    if !account.parents.isEmpty {
      say("Made from", "\(account.parents.count) other \(account.parents.count == 1 ? "document" : "documents")")
      list(account.parents)
    }
  }

  private mutating func sayEnd() {
    for drop in account.dropped {
      let what = account.passed ? "Another reading of it was dropped" : "Dropped"
      say(what, "by \(drop.stage): \(drop.reason.onOneLine)")
    }
    for failure in account.quarantined {
      let version = failure.version.map { " (version \($0))" } ?? ""
      let place = failure.path.map { " read from \($0.onOneLine)" } ?? ""
      let what = account.passed ? "Another document of this id\(place) is in quarantine" : "In quarantine"
      say(what, "by \(failure.stage)\(version): \(failure.error.message.onOneLine) [\(failure.error.code)]")
    }
    if account.passed { say("Outcome", "went through the whole pipeline") }
  }

  private mutating func sayLanguage() {
    guard let language = account.language else {
      if account.passed, account.kind == .document { say("Language", "nobody looked") }
      return
    }
    let name = Locale(identifier: "en").localizedString(forIdentifier: language.code).map { " (\($0))" } ?? ""
    say(
      "Language", language.code == "und" ? "unknown" : "\(language.code)\(name), \(percent(language.confidence)) sure")
    let segments = (language.segments ?? []).map { "\($0.code) \($0.start) to \($0.end)" }
    if segments.count > 1 { add("in parts, by characters: \(segments.prefix(Self.shown).joined(separator: ", "))") }
    if let sentences = account.sentences { say("Sentences", "\(sentences)") }
  }

  private mutating func sayDuplicates() {
    let search = account.search
    guard let duplicate = account.duplicate else {
      if let search, account.kind == .document {
        let kinds = search.kinds.isEmpty ? "" : " (\(search.kinds.joined(separator: ", ")))"
        say("Duplicates", "none\(kinds) among the \(count(search.documents, "document")) that \(search.stage) compared")
        sayGaps()
      } else if account.passed, account.kind == .document {
        say("Duplicates", "nobody looked")
      }
      return
    }
    let other = account.group.first { $0.id == duplicate.of }
    switch duplicate.role {
    case .copy:
      let name = other.map(Self.name) ?? duplicate.of ?? "another document"
      say("Duplicates", "\(words(duplicate.kind)) of \(name)")
    case .original:
      say("Duplicates", "the original of a group; its best copy is \(words(duplicate.kind))")
    }
    if duplicate.coverage.count == 2 {
      let (mine, theirs) = (percent(duplicate.coverage[0]), percent(duplicate.coverage[1]))
      add("\(mine) of its text is in the other one, \(theirs) of the other one's in this; score \(duplicate.score)")
    }
    if let direction = duplicate.direction { sayDirection(direction) }
    if let evidence = duplicate.evidence, !evidence.isEmpty {
      let pairs = evidence.prefix(Self.shown).map { "\($0.mine)=\($0.theirs)" }.joined(separator: " ")
      let more = evidence.count > Self.shown ? " …" : ""
      add("\(count(evidence.count, "pair")) of sentences say the same (this one's = the other's): \(pairs)\(more)")
    }
    say("Group", "\(duplicate.group), with \(count(account.group.count, "other document"))")
    list(account.group, with: \.duplicateWords)
    if case .string(let rule)? = search?.notes["originals"] { add("how the original was chosen: \(rule)") }
    sayGaps()
  }

  private mutating func sayDirection(_ direction: Document.Direction) {
    let signs = direction.signs.map { sign in
      "\(sign.on == .mine ? "this one" : "the other"): \(sign.kind.rawValue) \(sign.says.onOneLine)"
    }
    let source =
      switch direction.source {
      case .mine: "the other was made from this one"
      case .theirs: "this one was made from the other"
      case .unknown: "which was made from which is unknown"
      }
    add(source + (signs.isEmpty ? "" : " (\(signs.joined(separator: "; ")))"))
  }

  /// What analysts decided, and what earlier runs reported.
  private mutating func sayFindings() {
    for decision in account.decisions ?? [] {
      let by = decision.by.map { " by \($0.onOneLine)" } ?? ""
      let why = decision.why.map { ": \($0.onOneLine)" } ?? ""
      let verdict = decision.verdict == .same ? "the same article as" : "another article than"
      say("Decided", "\(verdict) \(decision.other)\(by)\(why)")
    }
    for report in account.earlier ?? [] {
      say(
        "Earlier",
        "already reported on \(report.date) in \(report.bundle.onOneLine) (document \(report.id)), "
          + "\(words(report.kind)), score \(report.score)")
    }
  }

  /// What a stage could not look for.
  private mutating func sayGaps() {
    if case .string(let gap)? = account.search?.notes["translations"] { add("translations: \(gap)") }
  }

  private mutating func sayStory() {
    if let story = account.story {
      say("Story", "\(story), with \(count(account.members.count, "other document"))")
      list(account.members)
    }
    for citation in account.citations {
      let title = citation.title.map { " “\($0.onOneLine)”" } ?? ""
      say("Summary", "\(citation.summary)\(title) cites it:")
      for sentence in citation.sentences {
        let cites = sentence.cites.map(String.init).joined(separator: ", ")
        let how = sentence.isTaken ? "is its sentence" : "says the same as its sentence"
        add("sentence \(sentence.sentence) of the summary \(how) \(cites)")
      }
    }
    let cited = Set(account.citations.map(\.summary))
    let uncited = account.made.filter { !cited.contains($0.id) }
    if !uncited.isEmpty {
      say("Made of it", "\(count(uncited.count, "document")) that do\(uncited.count == 1 ? "es" : "") not cite it")
      list(uncited)
    }
  }

  private mutating func sayHistory() {
    guard !account.history.isEmpty else { return }
    say("Steps", account.history.map(named).joined(separator: ", "))
  }

  // MARK: How it is said

  private static let width = 12

  private mutating func say(_ what: String, _ text: String) {
    let label = what.count < Self.width ? what.padding(toLength: Self.width, withPad: " ", startingAt: 0) : "\(what) "
    lines.append("  \(label)\(text)")
  }

  private mutating func add(_ text: String) {
    lines.append("  " + String(repeating: " ", count: Self.width) + text)
  }

  private mutating func list(
    _ references: [DocumentAccount.Reference], with words: KeyPath<DocumentAccount.Reference, String?>? = nil
  ) {
    for reference in references.prefix(Self.shown) {
      let facts = [
        reference.language, words.flatMap { reference[keyPath: $0] }, reference.title.map { "“\($0.onOneLine)”" },
      ].compactMap { $0 }
      add("- \(Self.name(reference))" + (facts.isEmpty ? "" : ": \(facts.joined(separator: ", "))"))
    }
    if references.count > Self.shown { add("- … and \(references.count - Self.shown) more") }
  }

  private func named(_ step: DocumentAccount.Step) -> String {
    "\(step.stage) (\(step.plugin.map { "\($0) " } ?? "")\(step.version))"
  }

  private static func name(_ reference: DocumentAccount.Reference) -> String {
    (reference.path ?? reference.id).onOneLine
  }

  private func words(_ kind: Document.DuplicateKind) -> String {
    switch kind {
    case .exact: "an exact copy"
    case .near: "a near copy"
    case .translation: "a translation"
    }
  }

  private func percent(_ share: Double) -> String { "\(Int((min(max(share, 0), 1) * 100).rounded(.down))) %" }
}

extension DocumentAccount.Reference {
  /// Its part in a group of duplicates.
  fileprivate var duplicateWords: String? {
    switch role {
    case .original?: "the original"
    case .copy?: "copy (\(kind?.rawValue ?? "unknown")\(score.map { ", score \($0)" } ?? ""))"
    case nil: nil
    }
  }
}
