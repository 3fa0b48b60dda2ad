import StageKit

/// Tells each story in a few of its own sentences, each with all the places where it stands.
///
/// Nothing is written anew: every sentence of a summary is a sentence of a member, letter for letter. Copies count
/// once, independent reports that say the same count more (``UnitScores``), nothing is said twice
/// (``SentenceChoice``), headlines, captions and boilerplate are left out (``SentenceQuality``). Where a sentence
/// stands in the wanted language, in its report, in a translated copy or in another report, it is given in that
/// language. What the reports do not share stands in the summary's `metadata` as `differences`
/// (``StoryDifferences``), names and figures as `keywords` (``Keywords``).
///
/// Documents leave at once and in order. Behind them come summaries from earlier runs, unless new ones replace them,
/// and then the new ones in the order of their first members in the input; those of stories before those of documents.
/// A summary's id is "summary-" and the id of its story or document.
public struct Summarize: CorpusStage {
  /// In YAML.
  public static let name = "summarize"
  /// In a line.
  public static let summary = "Tells each story in a few of its own sentences, each with its sources"
  /// What must have run before.
  public static let needs: [Facet] = [.stories]
  /// What it gives.
  public static let provides: [Facet] = [.summaries]

  /// How many members of a story are read; the earliest ones, and articles before copies.
  static let memberLimit = 2000
  /// Sentences that are worked on at once, to keep the encoder and all workers busy.
  private static let batch = 4096

  private let options: Options
  private let context: StageContext
  private let languageMean: LanguageMean?

  /// The stage for one run.
  public init(_ options: Options, in context: StageContext) async throws {
    self.init(options, in: context, languageMean: context.shippedLanguageMean)
  }

  /// A stage that takes the means of languages from `languageMean`, or from the documents if it is nil.
  package init(_ options: Options, in context: StageContext, languageMean: LanguageMean?) {
    self.options = options
    self.context = context
    self.languageMean = languageMean
  }

  /// Refuses a language that is none; warns when there is no encoder.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    if let language = options.language, LanguageTag(language) == nil {
      diagnostics.append(
        .error(
          "language-tag", "'\(language)' is no language tag; write a BCP 47 tag such as en, ar or zh-Hant",
          at: plan.location))
    }
    if case .missing(let reason) = plan.encoder {
      diagnostics.append(
        .warning(
          "no-encoder",
          "sentences will be chosen by their words alone, and not compared across languages, as \(reason)",
          at: plan.location))
    }
    return diagnostics
  }

  /// Takes all documents and passes each on, in order.
  ///
  /// - Throws: when the disk is full, the model can't be read, or the run is cancelled.
  public func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    let scratch = try context.scratchDirectory()
    let spool = try DocumentSpool(in: scratch)
    let earlier = try DocumentSpool(in: scratch, name: "earlier-summaries")
    var book = StoryBook(scope: options.scope, minimum: options.minimumDocuments)
    var reader = CorpusReader(context.vectors, languageMean: languageMean)
    for try await document in documents {
      guard document.kind == .document else {
        try earlier.append(document)
        continue
      }
      var document = document
      document.ensureSentences()
      try await reader.add(document, story: book.add(document, at: try spool.append(document)))
      try await outlet.pass(document)
    }
    if context.vectors == nil {
      context.warn(
        "without the sentence encoder, sentences were chosen by their words alone and not compared across languages")
    }
    let corpus = try await reader.finish()
    let wanted = book.subjects
    // A new summary of the same id leaves in the place of the old one: to the engine they are one document.
    let new = Set(wanted.map { "summary-\($0.id)" })
    try await earlier.forEach { _, summary in
      if !new.contains(summary.id) { try await outlet.pass(summary) }
    }
    let made = try await summarize(wanted, from: spool, corpus: corpus, into: outlet)
    try await earlier.forEach { _, summary in
      if new.contains(summary.id), !made.contains(summary.id) {
        try await outlet.drop(summary, because: "its story has nothing to summarize any more")
      }
    }
  }

  private func summarize(
    _ subjects: [StoryBook.Subject], from spool: DocumentSpool, corpus: CorpusReader.Corpus, into outlet: any Outlet
  ) async throws -> Set<String> {
    var made: Set<String> = []
    let maker = StorySummary(options: options, statistics: corpus.statistics)
    var tally = SummaryTally()
    var next = 0
    while next < subjects.count {
      var members: [[StoryMember]] = []
      var sentences = 0
      let first = next
      while next < subjects.count, sentences < Self.batch {
        let read = try subjects[next].readingOrder(limit: Self.memberLimit).map {
          StoryMember(try spool.document(at: $0))
        }
        sentences += read.reduce(0) { $0 + $1.sentences.count }
        members.append(read)
        next += 1
      }
      let (batch, workers) = (members, context.workers)
      let tasks = try await offload {
        parallelMap(batch.count, workers: workers) { index in
          let subject = subjects[first + index]
          return StorySummary.Task(
            subject: subject.id, isStory: subject.isStory, story: subject.story, parents: subject.members.map(\.id),
            material: StoryMaterial(batch[index], isBoilerplate: corpus.boilerplate.contains))
        }
      }
      for result in try await results(of: tasks, maker, mean: corpus.languageMean) {
        tally.count(result)
        if let result {
          made.insert(result.document.id)
          try await outlet.pass(result.document)
        }
      }
      context.progress(next, of: subjects.count, options.scope == .document ? "documents" : "stories")
    }
    tally.note(in: context)
    return made
  }

  /// The summary of each task; nil for what has no sentence.
  private func results(
    of tasks: [StorySummary.Task], _ maker: StorySummary, mean: @escaping LanguageMean
  ) async throws -> [StorySummary.Result?] {
    let workers = context.workers
    let vectors = try await vectors(
      of: tasks.map { task in
        guard maker.needsSimilarity(task) else { return [] }
        return task.material.sentences.indices.map { place in
          (task.material.sentences[place].text, task.material.language(of: place))
        }
      }, mean: mean)
    let drafts = try await offload {
      parallelMap(tasks.count, workers: workers) { index in
        maker.draft(tasks[index], vectors: maker.needsSimilarity(tasks[index]) ? vectors?[index] : nil)
      }
    }
    let others = try await self.vectors(
      of: zip(drafts, tasks).map { draft, task in draft?.texts(task.material) ?? [] }, mean: mean)
    return try await offload {
      parallelMap(tasks.count, workers: workers) { index in
        drafts[index].map { maker.finish(tasks[index], $0, vectors: others?[index]) }
      }
    }
  }

  /// The centred vectors of lists of texts, one matrix a list; nil without an encoder.
  private func vectors(
    of lists: [[(text: String, language: String)]], mean: @escaping LanguageMean
  ) async throws -> [Matrix]? {
    guard let encoder = context.vectors else { return nil }
    let all = try await encoder.matrix(for: lists.flatMap { $0.map(\.text) })
    let workers = context.workers
    let starts = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return try await offload {
      parallelMap(lists.count, workers: workers) { index in
        var means: [String: [Float]] = [:]
        var values = [Float](repeating: 0, count: lists[index].count * all.columns)
        for (offset, entry) in lists[index].enumerated() {
          let known = means[entry.language] ?? mean(entry.language)
          means[entry.language] = known
          VectorMath.write(
            all[row: starts[index] + offset], centredBy: known, to: &values, at: offset * all.columns)
        }
        return Matrix(rows: lists[index].count, columns: all.columns, values: values)
      }
    }
  }
}
