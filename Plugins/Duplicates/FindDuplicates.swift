import Foundation
import StageKit

/// Finds documents that are the same article: exact copies, near copies in one language, and translations.
///
/// Nothing is removed. Every member of a group says to which group it belongs, whether it represents it, and how it
/// matches which other member. Two reports on one event by different authors are no duplicates.
///
/// Texts and their hashed words wait on disk while the corpus goes by. In memory are some hundred bytes a document and,
/// when translations are looked for, the vectors of its sentences.
public struct FindDuplicates: CorpusStage {
  /// What to look for, and how sure to be.
  public struct Options: StageOptions {
    /// What makes two documents duplicates.
    public var kinds = Document.DuplicateKind.allCases
    /// The least Jaccard similarity of two texts' words.
    public var nearThreshold = 0.65
    /// The least score of a translation.
    public var translationThreshold = 0.5
    /// An analyst's decisions, which win.
    public var overrules: Overrules?
    /// Bundles of earlier runs to compare with.
    public var against: [InputPath] = []
    /// Whether the bundle of this run gets the vectors that later runs compare with; nil if it follows from `against`.
    public var keepVectors: Bool?

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
      Setting(
        "overrules", \.overrules,
        "A YAML file of decisions that win over what is found: a list of `same: [ID, ID]` and `different: [ID, ID]`, "
          + "each with `by` and `why` if you like. It goes into the bundle too."),
      Setting(
        "against", \.against,
        "Bundles of earlier days, as paths and patterns such as ../archives/*.zip: documents that stand there are marked "
          + "as reported earlier. Bundles of the run's own day and later ones are passed over."),
      Setting(
        "keep-vectors", \.keepVectors,
        "Whether sentence vectors go into the bundle, some 400 bytes a sentence, so that later runs need not encode "
          + "its documents again; if it is not said, they do where 'against' is given."),
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

  let options: Options
  let context: StageContext

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
    let missing = options.against.filter { !$0.isPattern && !FileManager.default.fileExists(atPath: $0.url.path) }
    guard missing.isEmpty else {
      return missing.map { .error("missing-file", "there is no bundle '\($0.text)'", at: $0.location) }
    }
    guard options.kinds.contains(.translation), case .missing(let reason) = plan.encoder else { return [] }
    return [
      .warning("no-translations", "translated duplicates will not be looked for: \(reason)", at: plan.location)
    ]
  }

  /// With an archive: it grows without the pipeline or its sources being changed.
  public static func dependsOnTime(_ options: Options) -> Bool { !options.against.isEmpty }

  /// Takes all documents, then passes them in the same order with their duplicates.
  public func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    let reader = FeatureReader(
      wantsUnits: options.kinds.contains(.near), wantsTranslations: options.kinds.contains(.translation),
      store: context.store)
    var corpus = try Corpus(in: context.scratchDirectory(), reader: reader)
    for try await document in documents { try await corpus.add(document, workers: context.workers) }
    try await corpus.finish(workers: context.workers)

    var (groups, excerpts) = try await copies(among: corpus.features)
    let leaders = groups.independent
    if options.kinds.contains(.translation) { groups = try await addTranslations(to: groups, excerpts, in: corpus) }
    var decided = Decided()
    if let overrules = options.overrules {
      decided = try await OverruleStep(overrules, corpus: corpus, context: context).apply(to: &groups)
    }
    let archive = ArchiveSearch(options: options, corpus: corpus, context: context)
    let earlier = options.against.isEmpty ? [:] : try await archive.run(leaders: leaders)
    if options.keepVectors ?? !options.against.isEmpty { try await archive.keepVectors(of: leaders) }
    let fields = groups.fields()
    for kind in options.kinds { context.note(kind.rawValue, .integer(groups.counts[kind] ?? 0)) }
    context.note("groups", .integer(fields.count))
    context.note("originals", .string(Ranking.rule))

    let features = corpus.features
    var signs = SignMemory(corpus: corpus)
    try await corpus.forEach { rank, document in
      var document = document
      if let rank {
        document.duplicate = try fields.field(of: rank, id: features.id)
        if let other = fields.partner(of: rank) {
          let (mine, theirs) = (signs.signs(of: rank, document), try signs.signs(of: other))
          document.duplicate?.direction = DirectionSigns.direction(mine, theirs)
        }
        document.decisions = decided[rank]
        document.earlier = earlier[rank]
      }
      try await outlet.pass(document)
    }
  }

  /// Exact and near copies, and how excerpts are tied to what they are from.
  private func copies(
    among features: CorpusFeatures
  ) async throws -> (DuplicateGroups, [ExcerptSearch.Pair: ExcerptSearch.Link]) {
    let (options, context, directory) = (options, context, try context.scratchDirectory())
    return try await offloadWatching { flag in
      var groups = DuplicateGroups(count: features.count)
      if options.kinds.contains(.exact) {
        ExactDuplicates.find(among: features.count, features.fingerprint) { groups.add(exact: $0, of: $1) }
      }
      guard options.kinds.contains(.near) else { return (groups, [:]) }
      var near = NearDuplicates(
        threshold: options.nearThreshold, workers: context.workers, words: features.words, directory: directory,
        watching: flag, progress: { context.progress($0, of: $1, "documents") })
      let alone = groups
      var pairs: [NearStars.Copy] = []
      try near.find(in: features.order, where: alone.isIndependent) { pairs.append(($0, $1)) }
      let stars = NearStars(threshold: options.nearThreshold, words: features.words, order: features.order)
      var copies: [Int: [Int]] = [:]
      for (copy, link) in try stars.split(pairs) {
        groups.add(near: copy, link)
        copies[link.leader, default: []].append(copy)
      }
      let excerpts = ExcerptSearch(
        nearThreshold: options.nearThreshold, features: features, copies: copies, workers: context.workers, flag: flag)
      let (found, ties) = try excerpts.find(among: groups.independent)
      for members in found {
        groups.join(members) { copy, other in
          ties[.init(copy, other)]?.containment
        } link: { copy, other in
          ties[.init(copy, other)]?.tie(of: copy, to: other)
        }
      }
      context.note("near-pairs-measured", .integer(near.comparisons))
      if near.incomplete > 0 { context.note("near-search-cut-short", .integer(near.incomplete)) }
      return (groups, ties)
    }
  }
}

extension Document.DuplicateKind: ConfigValue {}
