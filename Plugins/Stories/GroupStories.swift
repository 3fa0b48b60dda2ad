import StageKit

/// Puts reports about one event into one story, whatever their languages.
///
/// Copies of one article, as `find-duplicates` found them, count as one and are always in one story. The articles are
/// compared by what their headline and first sentences say (``LeadVectors``), and joined by average linkage
/// (``AverageLinkage``). Every document leaves with the id of a story, most often one of its own, in the order of
/// input; summaries from an earlier run pass through untouched.
///
/// A story's id is "s-" and the id of its earliest member, see ``StoryOrder``.
public struct GroupStories: CorpusStage {
  /// What a pipeline can set.
  public struct Options: StageOptions {
    /// Mean similarity from which two groups of reports are one story.
    public var threshold = 0.4
    /// All defaults.
    public init() {}
    /// One table for all.
    public static let settings: [Setting<Options>] = [
      Setting(
        "threshold", \.threshold,
        "How alike reports must be on average to be one story, from 0.05 to 1; higher makes more and purer stories.",
        in: 0.05...1)
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

  private let options: Options
  private let context: StageContext
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
    guard case .missing(let reason) = plan.encoder else { return [] }
    return [
      .warning(
        "no-encoder", "stories will be duplicates and single documents only, as \(reason)", at: plan.location)
    ]
  }

  /// What is remembered of a document while the others go by.
  private struct Entry {
    var id: String
    var order: StoryOrder
    var duplicates: String?
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
          duplicates: document.duplicate?.group))
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
    if var leads {
      let vectors = try await leads.vectors(of: articles)
      let (threshold, workers) = (Float(options.threshold), context.workers)
      labels = try await offload { AverageLinkage.clusters(of: vectors, threshold: threshold, workers: workers) }
    } else {
      context.warn(
        "without the sentence encoder only duplicates are grouped; every other document is a story of its own")
    }
    var first: [Int: Int] = [:]
    for (article, label) in labels.enumerated() {
      for document in articles[article] {
        if let earliest = first[label], entries[earliest].order < entries[document].order { continue }
        first[label] = document
      }
    }
    var result = [String](repeating: "", count: entries.count)
    for (article, label) in labels.enumerated() {
      guard let earliest = first[label] else { continue }
      for document in articles[article] { result[document] = "s-\(entries[earliest].id)" }
    }
    context.note("stories", .integer(first.count))
    context.note("grouped-by", .string(leads == nil ? "duplicates only" : "sentence vectors"))
    return result
  }
}
