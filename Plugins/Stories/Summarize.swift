import StageKit

/// Tells each story in a few of its own sentences, each with all the places where it stands.
///
/// Nothing is written anew: every sentence of a summary is a sentence of a member, letter for letter. Copies count
/// once, independent reports that say the same count more (``UnitScores``), nothing is said twice
/// (``SentenceChoice``), headlines, captions and boilerplate are left out (``SentenceQuality``). Where a sentence
/// stands in the wanted language, in its report or in a translated copy, it is given in that language.
///
/// Documents leave at once and in order. Behind them come summaries from earlier runs, unless new ones replace them,
/// and then the new ones in the order of their first members in the input. A summary's id is "summary-" and the id of
/// its story or document.
public struct Summarize: CorpusStage {
  /// What gets a summary.
  public enum Scope: String, Sendable, CaseIterable, ConfigValue {
    /// Each story.
    case story
    /// Each document.
    case document
  }

  /// What a pipeline can set.
  public struct Options: StageOptions {
    /// At most so many sentences.
    public var sentences = 4
    /// BCP 47; nil for the language of most members.
    public var language: String?
    /// Story or document.
    public var scope = Scope.story
    /// Smaller stories get none.
    public var minimumDocuments = 1
    /// All defaults.
    public init() {}
    /// One table for all.
    public static let settings: [Setting<Options>] = [
      Setting("sentences", \.sentences, "How many sentences a summary has at most.", in: 1...50),
      Setting(
        "language", \.language,
        "The language to prefer sentences in, as a BCP 47 tag such as en or zh-Hant; by default that of most members."),
      Setting("for", \.scope, "What gets a summary: each story, or each document."),
      Setting(
        "minimum-documents", \.minimumDocuments, "Stories with fewer documents, copies included, get no summary.",
        in: 1...1_000_000),
    ]
  }

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
  init(_ options: Options, in context: StageContext, languageMean: LanguageMean?) {
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
    var book = StoryBook(scope: options.scope)
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
    let wanted = book.subjects.filter { $0.members.count >= options.minimumDocuments }
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
    let maker = StorySummary(
      sentences: options.sentences, language: options.language, statistics: corpus.statistics)
    var tally = Tally()
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
            subject: subject.id, story: subject.story, parents: subject.members.map(\.id),
            material: StoryMaterial(batch[index], isBoilerplate: corpus.boilerplate.contains))
        }
      }
      let vectors = try await self.vectors(of: tasks, mean: corpus.languageMean)
      let results = try await offload {
        parallelMap(tasks.count, workers: workers) { maker.make(tasks[$0], vectors: vectors?[$0]) }
      }
      for result in results {
        tally.count(result)
        if let result {
          made.insert(result.document.id)
          try await outlet.pass(result.document)
        }
      }
      context.progress(next, of: subjects.count, options.scope == .story ? "stories" : "documents")
    }
    tally.note(in: context)
    return made
  }

  /// The centred vectors of each task's sentences.
  private func vectors(of tasks: [StorySummary.Task], mean: @escaping LanguageMean) async throws -> [Matrix]? {
    guard let encoder = context.vectors else { return nil }
    let all = try await encoder.matrix(for: tasks.flatMap { $0.material.sentences.map(\.text) })
    let workers = context.workers
    let starts = tasks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.material.sentences.count) }
    return try await offload {
      parallelMap(tasks.count, workers: workers) { index in
        let material = tasks[index].material
        let means = material.members.map { mean($0.language) }
        let rows = material.sentences.enumerated().map { offset, sentence in
          LanguageCentering.centred(all[row: starts[index] + offset], by: means[sentence.member])
        }
        return Matrix(rows: rows, columns: all.columns)
      }
    }
  }
}

/// What the run report says about the summaries.
private struct Tally {
  private var summaries = 0
  private var empty = 0
  private var wanted = 0
  private var throughTwin = 0
  private var foreign = 0

  mutating func count(_ result: StorySummary.Result?) {
    guard let result else {
      empty += 1
      return
    }
    summaries += 1
    wanted += result.wanted
    throughTwin += result.throughTwin
    foreign += result.foreign
  }

  func note(in context: StageContext) {
    context.note("summaries", .integer(summaries))
    context.note("without-text", .integer(empty))
    context.note("sentences-in-wanted-language", .integer(wanted))
    context.note("sentences-also-in-another-language", .integer(throughTwin))
    context.note("sentences-in-other-languages", .integer(foreign))
    context.note("compared-by", .string(context.vectors == nil ? "words" : "sentence vectors"))
  }
}
