import Foundation
import StageKit

/// All that a result tells of one document; `why --format json` prints it.
struct DocumentAccount: Encodable {
  /// Another document, by name.
  struct Reference: Encodable {
    var id: String
    var path: String?
    var title: String?
    var language: String?
    /// Its place among the group's duplicates.
    var role: Document.Duplicate.Role?
    var kind: Document.DuplicateKind?
    var score: Double?
    var of: String?
  }

  /// A summary that cites the document: by numbers from 0, not by text.
  struct Citation: Encodable {
    var summary: String
    var title: String?
    /// Each of the summary's sentences that cites, with the document's sentences that it cites.
    var sentences: [Sentence]

    struct Sentence: Encodable {
      var sentence: Int
      var cites: [Int]
      /// Whether the sentence was taken from this document; otherwise it says the same.
      var isTaken: Bool
    }
  }

  struct Drop: Encodable {
    var stage: String
    var reason: String
  }

  struct Failure: Encodable {
    /// Where the document that failed was read: two may claim one id.
    var path: String?
    var offset: Int?
    var stage: String
    var version: String?
    var error: ResultLines.Quarantined.Failure
  }

  /// A stage that touched it.
  struct Step: Encodable {
    var stage: String
    var plugin: String?
    var version: String
  }

  /// What duplicates were looked for, by which stage.
  struct Search: Encodable {
    var stage: String
    /// How many documents it compared.
    var documents: Int
    /// What it noted: among other things how the original of a group is chosen, and what was not looked for.
    var notes: [String: JSONValue]
    var kinds: [String]
  }

  /// The run that left all this; what stands in bundles has no id.
  struct Run: Encodable {
    var pipeline: String
    var date: String
    var id: String?
    var started: String?
    var outcome: RunReport.Outcome
  }

  /// Where all this was read.
  var result: String
  /// Nil if there is no report.
  var run: Run?
  var id: String
  var kind: Document.Kind?
  /// Whether it came to the end of the pipeline.
  var passed = false
  var source: Document.Origin?
  var title: String?
  var published: String?
  var author: String?
  var url: String?
  var language: Document.Language?
  var sentences: Int?
  var duplicate: Document.Duplicate?
  /// What an analyst decided about it and others.
  var decisions: [Document.Decision]?
  /// Where earlier runs reported it.
  var earlier: [Document.EarlierReport]?
  /// The members of its group of duplicates, itself left out.
  var group: [Reference] = []
  var search: Search?
  var story: String?
  /// The members of its story, itself left out.
  var members: [Reference] = []
  var citations: [Citation] = []
  /// What it was made from.
  var parents: [Reference] = []
  /// What was made from it.
  var made: [Reference] = []
  var dropped: [Drop] = []
  var quarantined: [Failure] = []
  var history: [Step] = []
}

extension DocumentAccount {
  /// Gathers what a result says of the document with an id, in two passes over its documents.
  init(of candidate: DocumentName.Candidate, in files: ResultFiles) throws {
    self.init(result: files.path, id: candidate.id)
    if let path = candidate.path { source = .init(path: path, sha256: nil, bytes: 0, offset: candidate.offset) }
    let decoder = JSONDecoder()
    let needles = Self.needles([candidate.id])
    for part in files.documents {
      try files.forEachLine(of: part, with: needles) { line in
        guard let document = try? decoder.decode(Document.self, from: line), document.id == candidate.id else { return }
        take(document)
        passed = true
      }
    }
    try files.forEachLine(of: "quarantine.jsonl", with: needles) { line in
      guard let item = try? decoder.decode(ResultLines.Quarantined.self, from: line), item.document.id == id else {
        return
      }
      let origin = item.document.source
      quarantined.append(
        Failure(
          path: origin?.path, offset: origin?.offset, stage: item.stage, version: item.version, error: item.error))
      if !passed, let record = try? decoder.decode(QuarantinedDocument.self, from: line) { take(record.document) }
    }
    try files.forEachLine(of: "dropped.jsonl", with: needles) { line in
      guard let item = try? decoder.decode(ResultLines.Dropped.self, from: line), item.id == id else { return }
      dropped.append(Drop(stage: item.stage, reason: item.reason))
    }
    try gatherOthers(files)
    if let report = try files.report() { take(report) }
  }

  /// What lines with one of these ids have in them; nil for whatever, if an id has characters that JSON escapes.
  private static func needles(_ ids: [String]) -> [Data]? {
    let isPlain = ids.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x2F } }
    return isPlain ? ids.map { Data($0.utf8) } : nil
  }

  private struct QuarantinedDocument: Decodable {
    var document: Document
  }

  private mutating func take(_ document: Document) {
    kind = document.kind
    source = document.origin ?? source
    title = document.title
    published = document.published
    author = document.author
    url = document.url
    language = document.language
    sentences = document.sentences?.count
    duplicate = document.duplicate
    decisions = document.decisions
    earlier = document.earlier
    story = document.story
    history = document.history.map { Step(stage: $0.stage, version: $0.version) }
    parents = document.parents.map { Reference(id: $0) }
  }

  /// The other documents that have to do with this one.
  private mutating func gatherOthers(_ files: ResultFiles) throws {
    let decoder = JSONDecoder()
    var names = [id, duplicate?.group, story].compactMap { $0 }
    // A parent has its child's story as a rule, and is found by that; others by their own ids.
    if story == nil { names += parents.map(\.id) }
    let needles = Self.needles(names)
    let places = Dictionary(parents.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    for part in files.documents {
      try files.forEachLine(of: part, with: needles) { line in
        guard let other = try? decoder.decode(Document.self, from: line), other.id != id else { return }
        let reference = Reference(other)
        if let group = duplicate?.group, other.duplicate?.group == group { self.group.append(reference) }
        if let story, other.story == story, other.kind == .document { members.append(reference) }
        if let place = places[other.id] { parents[place] = reference }
        if other.parents.contains(id) { made.append(reference) }
        if let citation = Citation(of: id, in: other) { citations.append(citation) }
      }
    }
  }

  private mutating func take(_ report: RunReport) {
    run = Run(
      pipeline: report.pipeline, date: report.date, id: report.run, started: report.started, outcome: report.outcome)
    let owners = Dictionary(report.stages.map { ($0.id, $0.plugin) }, uniquingKeysWith: { first, _ in first })
    for index in history.indices { history[index].plugin = owners[history[index].stage] }
    let finders = Set(plugins.flatMap(\.stages).filter { $0.provides.contains(.duplicates) }.map(\.name))
    let touched = Set(history.map(\.stage))
    guard let stage = report.stages.first(where: { finders.contains($0.use) && touched.contains($0.id) }) else {
      return
    }
    var kinds: [String] = []
    if case .object(let options) = stage.options, case .array(let values)? = options["kinds"] {
      kinds = values.compactMap { if case .string(let kind) = $0 { kind } else { nil } }
    }
    search = Search(stage: stage.id, documents: stage.counts.taken, notes: stage.notes, kinds: kinds)
  }
}

extension DocumentAccount.Reference {
  /// A document as others name it.
  init(_ document: Document) {
    let duplicate = document.duplicate
    self.init(
      id: document.id, path: document.origin.map { $0.offset == nil ? $0.path : "\($0.path)#\(document.id)" },
      title: document.title, language: document.language?.code, role: duplicate?.role, kind: duplicate?.kind,
      score: duplicate?.score, of: duplicate?.of)
  }
}

extension DocumentAccount.Citation {
  /// Where a summary cites a document; nil if it does not.
  init?(of id: String, in summary: Document) {
    let sentences = (summary.summary ?? []).enumerated().compactMap { number, sentence -> Sentence? in
      let cites = sentence.from.filter { $0.id == id }.map(\.sentence)
      return cites.isEmpty
        ? nil : Sentence(sentence: number, cites: cites, isTaken: sentence.from.first?.id == id)
    }
    guard !sentences.isEmpty else { return nil }
    self.init(summary: summary.id, title: summary.title, sentences: sentences)
  }
}
