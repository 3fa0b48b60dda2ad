import Foundation
import StageKit

/// What an analyst decided about the documents of a run, by rank.
typealias Decided = [Int: [Document.Decision]]

/// Applies ``Overrules`` to the groups that were found: the last word before documents get their fields.
struct OverruleStep {
  private let overrules: Overrules
  private let corpus: Corpus
  private let context: StageContext

  /// So many unknown ids are named in the warning.
  private static let shown = 5

  init(_ overrules: Overrules, corpus: Corpus, context: StageContext) {
    self.overrules = overrules
    self.corpus = corpus
    self.context = context
  }

  /// Changes the groups, says in the report what that did, and gives the file to whoever bundles the results.
  ///
  /// - Returns: the decisions for each document, for its field.
  func apply(to groups: inout DuplicateGroups) async throws -> Decided {
    try attach()
    let ranks = try ranks()
    warn(about: ranks)
    let pairs = overrules.pairs.compactMap { pair in
      ranks[pair.a].flatMap { a in ranks[pair.b].map { (entry: pair.entry, a: min(a, $0), b: max(a, $0)) } }
    }
    let originals = pairs.flatMap { [groups.original(of: $0.a), groups.original(of: $0.b)] }
    var graph = graph(of: groups, touching: Set(originals))
    var effects: [JSONValue] = []
    var changes = 0
    for pair in pairs where pair.entry.verdict == .same {
      let were = graph.areTogether(pair.a, pair.b)
      if !graph.decide(pair.a, pair.b) {
        graph.add(.init(a: pair.a, b: pair.b, link: try await link(of: pair.b, to: pair.a), isDecided: true))
      }
      changes += were ? 0 : 1
      effects.append(try effect(pair, were ? "agreed" : "joined", score: nil))
    }
    for pair in pairs where pair.entry.verdict == .different {
      let cut = graph.separate(pair.a, pair.b)
      changes += cut == nil ? 0 : 1
      effects.append(try effect(pair, cut == nil ? "agreed" : "kept apart", score: cut))
    }
    for (document, place) in graph.trees().sorted(by: { $0.key < $1.key }) {
      groups.release(document)
      if let link = place.link { groups.add(document, link) }
    }
    context.note("overruled", .integer(changes))
    context.note("overrules", .array(effects))
    return decisions(ranks)
  }

  /// The documents that are named, by id.
  private func ranks() throws -> [String: Int] {
    let wanted = Set(overrules.entries.flatMap(\.ids))
    var found: [String: Int] = [:]
    for rank in 0..<corpus.features.count where found.count < wanted.count {
      let id = try corpus.features.id(of: rank)
      if wanted.contains(id) { found[id] = rank }
    }
    return found
  }

  private func warn(about ranks: [String: Int]) {
    var unknown: [String] = []
    var seen: Set<String> = []
    for entry in overrules.entries {
      for (id, place) in zip(entry.ids, entry.places) where ranks[id] == nil && seen.insert(id).inserted {
        unknown.append(place.line.map { "\(id) (line \($0))" } ?? id)
      }
    }
    guard !unknown.isEmpty else { return }
    let more = unknown.count > Self.shown ? " and \(unknown.count - Self.shown) more" : ""
    context.warn(
      "\(overrules.path) names \(unknown.count == 1 ? "a document" : "documents") that this run has not: "
        + unknown.prefix(Self.shown).joined(separator: ", ") + more)
  }

  /// The ties of all groups whose originals are given.
  private func graph(of groups: DuplicateGroups, touching originals: Set<Int>) -> GroupGraph {
    var graph = GroupGraph()
    guard !originals.isEmpty else { return graph }
    for document in groups.parents.indices {
      guard let link = groups.link(of: document), originals.contains(groups.original(of: document)) else { continue }
      graph.add(.init(a: link.of, b: document, link: link))
    }
    return graph
  }

  /// What ties two documents that an analyst says are the same: certain, with what they have in common.
  private func link(of document: Int, to other: Int) async throws -> DuplicateGroups.Link {
    var (mine, theirs) = (try corpus.document(document), try corpus.document(other))
    let mayTranslate = corpus.features.language(of: document).mayTranslate(corpus.features.language(of: other))
    let found = try await DocumentComparison(&mine, &theirs, vectors: mayTranslate ? context.vectors : nil)
    let kind = found.kind ?? (mayTranslate ? .translation : .near)
    let evidence = kind == .translation ? found.alignment?.evidence ?? [] : []
    return .init(
      of: other, kind: kind, score: 1, coverage: (found.coverage[0], found.coverage[1]), evidence: evidence)
  }

  private func effect(
    _ pair: (entry: Overrules.Entry, a: Int, b: Int), _ effect: String, score: Double?
  ) throws -> JSONValue {
    var fields: [String: JSONValue] = [
      "decision": .string(pair.entry.verdict.rawValue), "effect": .string(effect),
      "documents": .array([
        .string(try corpus.features.id(of: pair.a)), .string(try corpus.features.id(of: pair.b)),
      ]),
    ]
    if let score { fields["score"] = .number(score.toFourDecimals) }
    return .object(fields)
  }

  private func decisions(_ ranks: [String: Int]) -> Decided {
    var decided: Decided = [:]
    for entry in overrules.entries {
      let known = entry.ids.filter { ranks[$0] != nil }
      for id in known {
        guard let rank = ranks[id] else { continue }
        decided[rank, default: []] += known.filter { $0 != id }
          .map { Document.Decision(entry.verdict, other: $0, by: entry.by, why: entry.why) }
      }
    }
    return decided.filter { !$0.value.isEmpty }
  }

  private func attach() throws {
    let file = try context.scratchDirectory().appendingPathComponent("overrules.yaml")
    do {
      try overrules.bytes.write(to: file)
    } catch {
      throw StageError("io", "can't write \(file.path): \(error.localizedDescription)")
    }
    context.attach(file, in: "overrules", ending: "yaml")
  }
}

extension DocumentComparison.Alignment {
  /// The matches as pairs of sentences.
  var evidence: [Document.Evidence] {
    matches.flatMap { match in
      match.first.flatMap { mine in match.second.map { .init(mine: mine, theirs: $0, score: match.score) } }
    }
  }
}
