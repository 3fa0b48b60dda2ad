/// What documents are made of.
extension Document {
  /// Where a document was read from.
  public struct Origin: Sendable, Equatable, Codable {
    /// The path as the pipeline or the command line gave it.
    public var path: String
    /// SHA-256 of the bytes read, in hexadecimal; nil if they could not be read.
    public var sha256: String?
    /// How many bytes were read.
    public var bytes: Int
    /// Where in the file the document starts, in bytes, if the file holds several.
    public var offset: Int?

    /// An origin; `offset` only for files with several documents.
    public init(path: String, sha256: String?, bytes: Int, offset: Int? = nil) {
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
      self.offset = offset
    }
  }

  /// A language and how sure we are of it.
  public struct Language: Sendable, Equatable, Codable {
    /// BCP 47: "ar", "zh-Hant", "und" for unknown.
    public var code: String
    /// From 0 to 1.
    public var confidence: Double
    /// The parts of the text by language, where it has more than one; in order, without overlap.
    public var segments: [Segment]?

    /// A language with its confidence from 0 to 1.
    public init(code: String, confidence: Double, segments: [Segment]? = nil) {
      self.code = code
      self.confidence = confidence
      self.segments = segments
    }
  }

  /// A part of the text in one language.
  public struct Segment: Sendable, Equatable, Codable {
    /// The first Unicode scalar of the part.
    public var start: Int
    /// The Unicode scalar after the last one.
    public var end: Int
    /// BCP 47.
    public var code: String

    /// The scalars from `start` up to `end` of a text.
    public init(start: Int, end: Int, code: String) {
      self.start = start
      self.end = end
      self.code = code
    }
  }

  /// A piece of a text, in Unicode scalars; written as `[start, end]`.
  public struct TextRange: Sendable, Equatable {
    /// The first Unicode scalar.
    public var start: Int
    /// The Unicode scalar after the last one.
    public var end: Int

    /// The scalars from `start` up to `end`.
    public init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }
  }

  /// What makes two documents the same article.
  public enum DuplicateKind: String, Sendable, Codable, CaseIterable {
    /// The same text, up to white space, case and typography.
    case exact
    /// The same text in the same language with small edits.
    case near
    /// The same text in another language, sentence by sentence.
    case translation
  }

  /// A document's place in a group of duplicates.
  public struct Duplicate: Sendable, Equatable, Codable {
    /// Whether the group is represented by this document.
    public enum Role: String, Sendable, Codable {
      /// Stands for its group. It is the representative, not necessarily what the others were made from.
      case original
      /// Another version of the group's original.
      case copy
    }

    /// The group's id; equal for all its members.
    public var group: String
    /// Original or copy.
    public var role: Role
    /// For a copy: the member it was compared with.
    public var of: String?
    /// How it matches that member; for the original, how its best copy matches it.
    public var kind: DuplicateKind
    /// How sure we are, from 0 to 1.
    public var score: Double
    /// The share of this document's text that is in the other one, and the other's share that is in this: 0 to 1.
    public var coverage: [Double]
    /// The aligned sentences: number in this document, number in the other one, similarity.
    public var evidence: [Evidence]?
    /// Which of the two was made from the other, and what shows it.
    public var direction: Direction?

    /// A place in a group.
    public init(
      group: String, role: Role, of other: String? = nil, kind: DuplicateKind, score: Double, coverage: [Double],
      evidence: [Evidence]? = nil, direction: Direction? = nil
    ) {
      self.group = group
      self.role = role
      self.of = other
      self.kind = kind
      self.score = score
      self.coverage = coverage
      self.evidence = evidence
      self.direction = direction
    }
  }

  /// A pair of sentences that say the same; written as `[mine, theirs, score]`.
  public struct Evidence: Sendable, Equatable {
    /// The sentence's number in this document, from 0.
    public var mine: Int
    /// The sentence's number in the other document, from 0.
    public var theirs: Int
    /// Their similarity, at most 1.
    public var score: Double

    /// A pair of sentence numbers with a similarity.
    public init(mine: Int, theirs: Int, score: Double) {
      self.mine = mine
      self.theirs = theirs
      self.score = score
    }
  }

  /// A sentence of a summary with its sources.
  public struct SummarySentence: Sendable, Equatable, Codable {
    /// The sentence, as its first source has it.
    public var text: String
    /// Where it stands: the source it was taken from first, then sentences that say the same.
    public var from: [SentenceReference]
    /// Its language, where it is not the one that was asked for.
    public var language: String?

    /// A sentence and where it stands.
    public init(text: String, from: [SentenceReference], language: String? = nil) {
      self.text = text
      self.from = from
      self.language = language
    }
  }

  /// A sentence of a document, by its number.
  public struct SentenceReference: Sendable, Equatable, Codable {
    /// The document.
    public var id: String
    /// Its sentence's number, from 0.
    public var sentence: Int

    /// Sentence number `sentence` of the document `id`.
    public init(id: String, sentence: Int) {
      self.id = id
      self.sentence = sentence
    }
  }

  /// A stage that touched a document.
  public struct Step: Sendable, Equatable, Codable {
    /// The stage's id in the pipeline.
    public var stage: String
    /// The version of the plugin that the stage came from.
    public var version: String

    /// A step by the stage `stage`.
    public init(stage: String, version: String) {
      self.stage = stage
      self.version = version
    }
  }
}
