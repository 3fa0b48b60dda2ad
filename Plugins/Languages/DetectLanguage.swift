import StageKit

/// `detect-language`: fills in each document's language, how sure that is, and which paragraphs are in another.
public struct DetectLanguage: DocumentStage {
  /// The options of `detect-language`.
  public struct Options: StageOptions {
    var abstainBelow = 0.0
    var segments = true
    var overwrite = false

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "abstain-below", \.abstainBelow, "Say und (unknown) where the confidence would be lower than this.", in: 0...1),
      Setting("segments", \.segments, "Also list the parts of a text that has paragraphs in several languages."),
      Setting("overwrite", \.overwrite, "Also look at documents that bring their language along."),
    ]
  }

  /// As YAML spells it.
  public static let name = "detect-language"
  /// For `toolkit stages`.
  public static let summary = "Finds the language of each document, offline, and says how sure it is."
  /// Every document has a language after it, `und` if nothing is known.
  public static let provides: [Facet] = [.language]

  private let options: Options

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
    self.options = options
    if let fault = LanguageDetector.modelFault { context.warn(fault) }
    context.note("tables", .string(LanguageDetector.version))
  }

  /// Judges the text, or the title if there is no text.
  public func process(_ document: inout Document) async throws -> Verdict {
    if document.language != nil, !options.overwrite { return .pass }
    let whole = LanguageDetector.examine(document.text.isEmpty ? document.title ?? "" : document.text)
    let detection = whole.detection
    let isClear = detection.confidence >= options.abstainBelow
    document.language = Document.Language(
      code: isClear ? detection.code : "und", confidence: isClear ? detection.confidence : 0)
    if options.segments {
      let segments = LanguageDetector.foreignSegments(of: document.text, given: whole)
      if !segments.isEmpty {
        document.language?.segments = segments.map { .init(start: $0.start, end: $0.end, code: $0.code) }
      }
    }
    return .pass
  }
}
