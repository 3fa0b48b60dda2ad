/// What is said of a document besides its group of duplicates: by analysts, by earlier runs, and of its source.
extension Document {
  /// What an analyst decided about a document and another one; it wins over what a stage finds.
  public struct Decision: Sendable, Equatable, Codable {
    /// One article or two.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
      /// The two are one article.
      case same
      /// They are two.
      case different
    }

    /// One article or two.
    public var verdict: Verdict
    /// The other document's id.
    public var other: String
    /// Who decided it.
    public var by: String?
    /// Why.
    public var why: String?

    /// A decision about a document and `other`.
    public init(_ verdict: Verdict, other: String, by: String? = nil, why: String? = nil) {
      self.verdict = verdict
      self.other = other
      self.by = by
      self.why = why
    }
  }

  /// A document of an earlier run's bundle that is the same article.
  public struct EarlierReport: Sendable, Equatable, Codable {
    /// The earlier document's id.
    public var id: String
    /// The bundle's file name.
    public var bundle: String
    /// The day of the run that wrote the bundle.
    public var date: String
    /// How it matches.
    public var kind: DuplicateKind
    /// How sure we are, from 0 to 1.
    public var score: Double
    /// The share of this document's text that is in the earlier one, and the other's share that is in this.
    public var coverage: [Double]

    /// A document of an earlier bundle.
    public init(
      id: String, bundle: String, date: String, kind: DuplicateKind, score: Double, coverage: [Double]
    ) {
      self.id = id
      self.bundle = bundle
      self.date = date
      self.kind = kind
      self.score = score
      self.coverage = coverage
    }
  }

  /// Which of two duplicates the other one was made from, and what shows it.
  public struct Direction: Sendable, Equatable, Codable {
    /// One of the two, or nobody knows.
    public enum Side: String, Sendable, Codable, CaseIterable {
      /// This document.
      case mine
      /// The one that it was compared with.
      case theirs
      /// The signs are missing, or contradict each other.
      case unknown
    }

    /// What was seen.
    public struct Sign: Sendable, Equatable, Codable {
      /// What a sign is.
      public enum Kind: String, Sendable, Codable, CaseIterable {
        /// When it was published.
        case published
        /// A news agency signs the text.
        case agency
        /// The text names another one as its source.
        case source
        /// The text names a translator, or says that it is translated.
        case translation
      }

      /// Which document it stands in.
      public var on: Side
      /// What it is.
      public var kind: Kind
      /// A date, the agency's name, or the words that name a source or translator.
      public var says: String

      /// A sign on one of two documents.
      public init(on: Side, _ kind: Kind, _ says: String) {
        self.on = on
        self.kind = kind
        self.says = says
      }
    }

    /// Which of the two is the source of the other.
    public var source: Side
    /// What was seen, this document's signs first.
    public var signs: [Sign]

    /// A direction with its signs.
    public init(source: Side, signs: [Sign]) {
      self.source = source
      self.signs = signs
    }
  }
}
