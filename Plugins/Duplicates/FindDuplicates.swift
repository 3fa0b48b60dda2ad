import Foundation
import StageKit

/// Finds documents that are the same article: exact copies, near copies in one language, and translations.
///
/// Nothing is removed. Every member of a group says to which group it belongs, whether it represents it, and how it
/// matches which other member. Two reports on one event by different authors are no duplicates.
///
/// Texts wait on disk while the corpus goes by; what is kept of each in memory is a set of hashed words and, when
/// translations are looked for, the vectors of its sentences.
public struct FindDuplicates: CorpusStage {
  /// What to look for, and how sure to be.
  public struct Options: StageOptions {
    /// What makes two documents duplicates.
    public var kinds = Document.DuplicateKind.allCases
    /// The least Jaccard similarity of two texts' words.
    public var nearThreshold = 0.65
    /// The least score of a translation.
    public var translationThreshold = 0.5

    /// All three kinds, with the measured thresholds.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "kinds", \.kinds,
        "What to look for: exact (the same text, up to white space, case and typography), near (small edits), "
          + "translation (the same text in another language; needs the sentence encoder)."),
      Setting(
        "near-threshold", \.nearThreshold,
        "How alike two texts must be to be near duplicates: the words that both have, divided by the words that either "
          + "has. Texts of less than 20 words must be more alike.", in: 0.3...1),
      Setting(
        "translation-threshold", \.translationThreshold,
        "The least score of a translation, from 0 to 1. Higher finds fewer and errs less.", in: 0.05...0.99),
    ]
  }

  /// The name in YAML.
  public static let name = "find-duplicates"
  /// What it does, in one line.
  public static let summary = "Finds copies, edited copies and translations of one article, and keeps them all."
  /// Translations are looked for between different languages.
  public static let needs: [Facet] = [.language]
  /// The field `duplicate`.
  public static let provides: [Facet] = [.duplicates]

  private let options: Options
  private let context: StageContext

  /// Makes the stage.
  public init(_ options: Options, in context: StageContext) {
    self.options = options
    self.context = context
  }

  /// Warns when translations can't be looked for.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    if options.kinds.isEmpty {
      return [
        .error(
          "no-kinds", "'kinds' is empty: \(name) would find nothing; name exact, near or translation", at: plan.location
        )
      ]
    }
    guard options.kinds.contains(.translation), case .missing(let reason) = plan.encoder else { return [] }
    return [
      .warning("no-translations", "translated duplicates will not be looked for: \(reason)", at: plan.location)
    ]
  }

  /// Takes all documents, then passes them in the same order with their duplicates.
  public func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    var corpus = try Corpus(in: context.scratchDirectory(), wantsUnits: options.kinds.contains(.near))
    for try await document in documents { try await corpus.add(document, workers: context.workers) }
    try await corpus.finish(workers: context.workers)

    var groups = try await copies(in: corpus)
    if options.kinds.contains(.translation) { groups = try await addTranslations(to: groups, in: corpus) }
    let (fields, count) = groups.fields()
    for kind in options.kinds { context.note(kind.rawValue, .integer(groups.counts[kind] ?? 0)) }
    context.note("groups", .integer(count))
    context.note("originals", .string(Ranking.rule))

    try await corpus.forEach { rank, document in
      var document = document
      if let rank { document.duplicate = fields[rank] }
      try await outlet.pass(document)
    }
  }

  /// Exact and near copies.
  private func copies(in corpus: Corpus) async throws -> DuplicateGroups {
    let (features, options, workers) = (corpus.features, options, context.workers)
    let (groups, comparisons) = try await offload {
      var groups = DuplicateGroups(ids: features.map(\.rank.id))
      if options.kinds.contains(.exact) {
        for (copy, first) in ExactDuplicates.links(of: features.map(\.fingerprint)).enumerated() {
          guard let first else { continue }
          groups.add(copy, .init(of: first, kind: .exact, score: 1, coverage: (1, 1)))
        }
      }
      guard options.kinds.contains(.near) else { return (groups, 0) }
      var near = NearDuplicates(threshold: options.nearThreshold, workers: workers)
      let rest = groups.independent
      for (position, link) in near.links(of: rest.map { features[$0].units }).enumerated() {
        guard let link else { continue }
        groups.add(
          rest[position],
          .init(of: rest[link.leader], kind: .near, score: link.similarity, coverage: link.coverage))
      }
      return (groups, near.comparisons)
    }
    if options.kinds.contains(.near) { context.note("near-pairs-measured", .integer(comparisons)) }
    return groups
  }

  /// Translations among the documents that are no copies.
  private func addTranslations(to groups: DuplicateGroups, in corpus: Corpus) async throws -> DuplicateGroups {
    guard let vectors = context.vectors else {
      let reason = "the sentence encoder's model is missing"
      context.warn("translated duplicates were not looked for: \(reason)")
      context.note("translations", .string("not looked for: \(reason)"))
      return groups
    }
    let candidates = groups.independent.filter { corpus.features[$0].sentences > 0 }
    let short = candidates.count { !corpus.features[$0].isLongEnough }
    if short > 0 { context.note("too-short-for-translations", .integer(short)) }
    let members = candidates.filter { corpus.features[$0].isLongEnough }
      .sorted { corpus.features[$0].spoolIndex < corpus.features[$1].spoolIndex }
    let languages = Set(members.map { corpus.features[$0].language })
    guard members.count > 1, languages.count > 1 || languages.contains(where: \.isUnknown) else {
      context.note("translations", "nothing to compare: no two texts in different languages")
      return groups
    }
    let space = try await SentenceReader(corpus: corpus, vectors: vectors, context: context).space(of: members)
    let (identity, workers, threshold) = (vectors.identity, context.workers, options.translationThreshold)
    let (found, result) = try await offload {
      var space = space
      space.centre(identity: identity, workers: workers)
      let found = TranslationSearch(space, threshold: threshold, workers: workers).run()
      var result = groups
      // Members are in the order of the input here, and by rank in the groups.
      let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
      for group in found.groups {
        result.join(group.map { members[$0] }.sorted()) { a, b in
          guard let first = places[a], let second = places[b],
            space.members[first].language.mayTranslate(space.members[second].language),
            let verdict = found.verdict(first, second), let alignment = verdict.alignment
          else { return nil }
          let forward = DuplicateGroups.Link(
            of: first < second ? b : a, kind: .translation, score: verdict.score, coverage: alignment.coverage,
            evidence: alignment.evidence)
          return first < second ? forward : forward.reversed(of: b)
        }
      }
      return (found, result)
    }
    context.note("translation-pairs-aligned", .integer(found.comparisons))
    context.note("sentences-compared", .integer(space.weights.count))
    return result
  }
}

extension Document.DuplicateKind: ConfigValue {}
