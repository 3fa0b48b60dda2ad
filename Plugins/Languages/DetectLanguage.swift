import StageKit

/// `detect-language`: fills in each document's language, how sure that is, and which parts are in another.
public struct DetectLanguage: DocumentStage {
  /// The options of `detect-language`.
  public struct Options: StageOptions {
    var languages: [LanguageChoice] = []
    var abstainBelow = 0.0
    var segments = true
    var basis = TextLanguages.Basis.document
    var overwrite = false

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "languages", \.languages,
        "The languages that documents can be in, as BCP 47 codes; an empty list allows all. 'zh' allows all its scripts."
      ),
      Setting(
        "abstain-below", \.abstainBelow, "Say und (unknown) where the confidence would be lower than this.", in: 0...1),
      Setting(
        "segments", \.segments,
        "Also list the parts of a text that is in several languages, by paragraphs and sentences."),
      Setting(
        "by", \.basis,
        "What is judged: document, the text as a whole; or paragraph, each for itself, and the language is that of most "
          + "text."),
      Setting("overwrite", \.overwrite, "Also look at documents that bring their language along."),
    ]
  }

  /// As YAML spells it.
  public static let name = "detect-language"
  /// For `toolkit stages`.
  public static let summary = "Finds the language of each document, offline, and says how sure it is."
  /// Every document has a language after it, `und` if nothing is known.
  public static let provides: [Facet] = [.language]

  private let question: TextLanguages.Question
  private let overwrite: Bool

  /// Warns if the language model is missing or the language tables of this machine are not the full ones.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    [
      LanguageDetector.modelFault.map { .warning("no-language-model", $0, at: plan.location) },
      LanguageDetector.installationFault.map { .warning("small-tables", $0, at: plan.location) },
    ].compactMap { $0 }
  }

  /// The language model, if there is one.
  public static func models(_ options: Options) -> [String] { LanguageDetector.modelIdentity.map { [$0] } ?? [] }

  /// Notes the version of the tables in the report, and a missing model.
  public init(_ options: Options, in context: StageContext) async throws {
    var question = TextLanguages.Question()
    if !options.languages.isEmpty { question.allowed = options.languages.reduce(into: []) { $0.formUnion($1.codes) } }
    question.abstainBelow = options.abstainBelow
    question.segments = options.segments
    question.basis = options.basis
    self.question = question
    overwrite = options.overwrite
    if let fault = LanguageDetector.modelFault { context.warn(fault) }
    context.note("tables", .string(LanguageDetector.version))
  }

  /// Judges the text, or the title if there is no text.
  public func process(_ document: inout Document) async throws -> Verdict {
    if document.language != nil, !overwrite { return .pass }
    guard !document.text.isEmpty else {
      document.language = Document.Language(TextLanguages(of: document.title ?? "", question), withSegments: false)
      return .pass
    }
    document.language = Document.Language(TextLanguages(of: document.text, question), withSegments: true)
    return .pass
  }
}

extension Document.Language {
  /// - Parameter withSegments: false if the offsets are not those of the document's text.
  fileprivate init(_ answer: TextLanguages, withSegments: Bool) {
    self.init(code: answer.detection.code, confidence: answer.detection.confidence)
    guard withSegments, !answer.segments.isEmpty else { return }
    segments = answer.segments.map { .init(start: $0.start, end: $0.end, code: $0.code) }
  }
}
