import StageKit

extension Summarize {
  /// What gets a summary.
  public enum Scope: String, Sendable, CaseIterable, ConfigValue {
    /// Each story.
    case story
    /// Each document.
    case document
    /// Each story, and each document.
    case both
  }

  /// What makes a sentence a good one.
  public enum Preference: String, Sendable, CaseIterable, ConfigValue {
    /// What an editor would take: what several reports agree on and what stands first, in sentences that can be read by
    /// themselves, without repetition.
    case editor
    /// As much as possible of what the text keeps coming back to. Its sentences are longer, and may lean on others.
    case coverage
  }

  /// The order of a summary's sentences.
  public enum Order: String, Sendable, CaseIterable, ConfigValue {
    /// As in the reports.
    case text
    /// The best first, for readers that cut.
    case importance
  }

  /// What a pipeline can set.
  public struct Options: StageOptions {
    /// At most so many sentences; 4 if no length is given at all.
    public var sentences: Int?
    /// At most so many words.
    public var words: Int?
    /// At most so many characters.
    public var characters: Int?
    /// BCP 47; nil for the language of most members.
    public var language: String?
    /// Story, document or both.
    public var scope = Scope.story
    /// What makes a sentence a good one; nil for ``Preference/editor`` in stories and ``Preference/coverage`` in
    /// documents.
    public var preference: Preference?
    /// The order of the sentences; nil for ``Order/text`` in stories and ``Order/importance`` in documents.
    public var order: Order?
    /// At most so many differences of a story.
    public var differences = 6
    /// Smaller stories get none.
    public var minimumDocuments = 1
    /// All defaults.
    public init() {}
    /// One table for all.
    public static let settings: [Setting<Options>] = [
      Setting(
        "sentences", \.sentences,
        "How many sentences a summary has at most; 4 if neither words nor characters are given.", in: 1...1_000_000),
      Setting(
        "words", \.words,
        "How many words a summary has at most, one sentence at least; in scripts without spaces two characters are one.",
        in: 1...1_000_000),
      Setting(
        "characters", \.characters, "How many characters a summary has at most, one sentence at least.",
        in: 1...1_000_000),
      Setting(
        "language", \.language,
        "The language to prefer sentences in, as a BCP 47 tag such as en or zh-Hant; by default that of most members."),
      Setting("for", \.scope, "What gets a summary: each story, each document, or both."),
      Setting(
        "prefer", \.preference,
        "editor takes sentences that stand by themselves and that reports agree on; coverage takes those that hold most "
          + "of what the text repeats, which are longer. By default editor for stories and coverage for documents."),
      Setting(
        "order", \.order,
        "text: as the sentences stand in the reports; importance: the best first, for readers that cut. By default text "
          + "for stories and importance for documents."),
      Setting(
        "differences", \.differences,
        "How many differences of a story's reports are given at most: figures that disagree, statements that one report "
          + "or one language has alone.", in: 0...100),
      Setting(
        "minimum-documents", \.minimumDocuments, "Stories with fewer documents, copies included, get no summary.",
        in: 1...1_000_000),
    ]
  }
}
