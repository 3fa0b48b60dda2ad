import Foundation
import StageKit

/// Puts reports about one event into one story, whatever their languages.
///
/// Copies of one article, as `find-duplicates` found them, count as one and are always in one story. The articles are
/// compared by what their headline and first sentences say (``LeadVectors``), and joined by average linkage
/// (``AverageLinkage``), unless too many days lie between them. With `against`, stories of earlier runs go on
/// (``StoryArchive``): what belongs to one of them gets its id. Every document leaves with the id of a story, most often
/// one of its own, in the order of input; summaries from an earlier run pass through untouched.
///
/// A story's id is "s-" and the id of its earliest member on the day it began, see ``StoryOrder``.
public struct GroupStories: CorpusStage {
  /// What a pipeline can set.
  public struct Options: StageOptions {
    /// Mean similarity from which two groups of reports are one story.
    public var threshold = 0.45
    /// Days between reports of one story at most; 0 for no limit.
    public var window = 14
    /// Bundles of earlier runs whose stories may go on.
    public var against: [InputPath] = []
    /// Whether this run's bundle gets its stories for later runs; nil if it follows from `against`.
    public var keepVectors: Bool?
    /// All defaults.
    public init() {}
    /// One table for all.
    public static let settings: [Setting<Options>] = [
      Setting(
        "threshold", \.threshold,
        "How alike reports must be on average to be one story, from 0.05 to 1; higher makes more and purer stories.",
        in: 0.05...1),
      Setting(
        "window", \.window,
        "How many days may lie between two reports, or between today's and a story's last one; 0 for no limit. Reports "
          + "without a date are not held apart.", in: 0...36_500),
      Setting(
        "against", \.against,
        "Bundles of earlier days, as paths and patterns such as ../archives/*.zip: reports that go on with a story of "
          + "theirs get its id. Bundles of the run's own day and later ones are passed over."),
      Setting(
        "keep-vectors", \.keepVectors,
        "Whether the stories go into the bundle, some 700 bytes a story, so that later runs can go on with them; if it is "
          + "not said, they do where 'against' is given."),
    ]
  }

  /// In YAML.
  public static let name = "group-stories"
  /// In a line.
  public static let summary = "Puts reports about one event into one story, across languages"
  /// What must have run before.
  public static let needs: [Facet] = [.language]
  /// What it gives.
  public static let provides: [Facet] = [.stories]

  let options: Options
  let context: StageContext
  private let languageMean: LanguageMean?

  /// The stage for one run.
  public init(_ options: Options, in context: StageContext) async throws {
    self.init(options, in: context, languageMean: context.shippedLanguageMean)
  }

  /// A stage that takes the means of languages from `languageMean`, or from the documents if it is nil.
  init(_ options: Options, in context: StageContext, languageMean: LanguageMean?) {
    self.options = options
    self.context = context
    self.languageMean = languageMean
  }

  /// Warns when there is no encoder.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    let missing = options.against.filter { !$0.isPattern && !FileManager.default.fileExists(atPath: $0.url.path) }
    guard missing.isEmpty else {
      return missing.map { .error("missing-file", "there is no bundle '\($0.text)'", at: $0.location) }
    }
    guard case .missing(let reason) = plan.encoder else { return [] }
    return [
      .warning(
        "no-encoder", "stories will be duplicates and single documents only, as \(reason)", at: plan.location)
    ]
  }

  /// With an archive: it grows without the pipeline or its sources being changed.
  public static func dependsOnTime(_ options: Options) -> Bool { !options.against.isEmpty }

  /// What is remembered of a document while the others go by.
  private struct Entry {
    var id: String
    var order: StoryOrder
    var duplicates: String?
    var day: Int?
    /// Ids of earlier documents that it copies.
    var earlier: [String]
  }

  /// Takes all documents and passes each on, in order.
  ///
  /// - Throws: when the disk is full, the model can't be read, or the run is cancelled.
  public func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    let spool = try DocumentSpool(in: try context.scratchDirectory())
    var leads = context.vectors.map { LeadVectors($0, languageMean: languageMean) }
    var entries: [Entry?] = []
    for try await document in documents {
      var document = document
      guard document.kind == .document else {
        entries.append(nil)
        try spool.append(document)
        continue
      }
      document.ensureSentences()
      entries.append(
        Entry(
          id: document.id, order: StoryOrder(published: document.published, id: document.id),
          duplicates: document.duplicate?.group, day: StoryOrder.day(document.published),
          earlier: document.earlier?.map(\.id) ?? []))
      try await leads?.add(document)
      try spool.append(document)
    }
    let stories = try await stories(of: entries.compactMap { $0 }, leads: leads)
    var next = 0
    try await spool.forEach { index, document in
      var document = document
      if entries[index] != nil {
        document.story = stories[next]
        next += 1
      }
      try await outlet.pass(document)
    }
  }

  /// The story of each document.
  private func stories(of entries: [Entry], leads: LeadVectors?) async throws -> [String] {
    // Documents to articles: the members of a duplicate group are one.
    var articleOfGroup: [String: Int] = [:]
    var articles: [[Int]] = []
    for (index, entry) in entries.enumerated() {
      if let group = entry.duplicates, let article = articleOfGroup[group] {
        articles[article].append(index)
      } else {
        if let group = entry.duplicates { articleOfGroup[group] = articles.count }
        articles.append([index])
      }
    }
    var labels = Array(articles.indices)
    var vectors: Matrix?
    let days = articles.map { article in
      article.map { entries[$0].day.map { $0...$0 } }.reduce(nil, AverageLinkage.union)
    }
    if var leads {
      let matrix = try await leads.vectors(of: articles)
      let (threshold, window, workers) = (Float(options.threshold), options.window, context.workers)
      labels = try await offload {
        AverageLinkage.clusters(of: matrix, threshold: threshold, days: days, window: window, workers: workers)
      }
      vectors = matrix
    } else {
      context.warn(
        "without the sentence encoder only duplicates are grouped; every other document is a story of its own")
    }
    let clusters = Dictionary(grouping: labels.indices, by: { labels[$0] }).sorted { $0.key < $1.key }.map(\.value)
    var result = [String](repeating: "", count: entries.count)
    var archived: [ArchivedStory] = []
    let archive = try await archive(columns: vectors?.columns)
    for cluster in clusters {
      let documents = cluster.flatMap { articles[$0] }
      guard let earliest = documents.min(by: { entries[$0].order < entries[$1].order }) else { continue }
      var id = "s-\(entries[earliest].id)"
      if let vectors, let archive {
        let span = cluster.map { days[$0] }.reduce(nil, AverageLinkage.union)
        var mean = [Float](repeating: 0, count: vectors.columns)
        for article in cluster { VectorMath.add(vectors[row: article], times: 1 / Float(cluster.count), to: &mean) }
        id =
          archive.story(
            like: mean, copied: documents.flatMap { entries[$0].earlier }, days: span ?? today...today,
            threshold: Float(options.threshold), window: options.window) ?? id
        let (scale, bytes) = ArchivedStory.bytes(of: mean)
        let known = span ?? today...today
        archived.append(
          ArchivedStory(
            id: id, first: known.lowerBound, last: known.upperBound, articles: cluster.count,
            members: documents.map { entries[$0].id }.sorted(), scale: scale, vector: bytes))
      }
      for document in documents { result[document] = id }
    }
    if let archive {
      context.note("stories-that-go-on", .integer(Set(archived.map(\.id)).count { archive.stories[$0] != nil }))
      if options.keepVectors ?? !options.against.isEmpty { try await keep(archived, archive) }
    }
    context.note("stories", .integer(Set(result).count))
    context.note("grouped-by", .string(leads == nil ? "duplicates only" : "sentence vectors"))
    return result
  }
}
