/// One text with its metadata: what flows through a pipeline.
///
/// A source makes it, stages fill in what they find, and the engine alone writes its ``history``.
/// A result about many documents is a document too: a story's summary has kind ``Kind/summary``, and its
/// ``parents`` are the members of the story.
public struct Document: Sendable, Identifiable, Equatable {
  /// What a document is.
  public enum Kind: String, Sendable, Codable {
    /// A text that came from outside.
    case document
    /// A text that a stage made from its ``Document/parents``.
    case summary
  }

  /// Everything but the history: the engine moves documents much more often than stages change them.
  private var storage: Storage
  /// The stages that touched the document, in order; stamped by the engine.
  public package(set) var history: [Step] = []

  /// A document with nothing but its text; everything else is filled in afterwards.
  public init(id: String, kind: Kind = .document, text: String) {
    storage = Storage(Fields(id: id, kind: kind, text: text))
  }

  /// When the file that holds this document alone was last changed, in seconds since 1970; nil if several share a file,
  /// or none is known. Said by a source for the stages right behind it: it is written nowhere, and no content.
  package var fileModified: Int64?

  /// Appends a step to ``history``.
  package mutating func stamp(_ step: Step) { history.append(step) }

  /// Empties ``history``, for a document that begins again.
  package mutating func forgetHistory() { history = [] }

  /// About how many bytes the document holds in memory; channels are bounded by it.
  package var footprint: Int {
    400 + storage.fields.text.utf8.count + 32 * (storage.fields.sentences?.count ?? 0) + 64 * history.count
  }
}

extension Document {
  private struct Fields: Sendable, Equatable {
    let id: String
    let kind: Kind
    var origin: Origin?
    var title: String?
    var text: String
    var published: String?
    var author: String?
    var url: String?
    var language: Language?
    var sentences: [TextRange]?
    var duplicate: Duplicate?
    var decisions: [Decision]?
    var earlier: [EarlierReport]?
    var story: String?
    var summary: [SummarySentence]?
    var parents: [String] = []
    var metadata: [String: JSONValue] = [:]
  }

  /// Fields that several copies of a document may share; whoever changes one copies them first, unless he is alone.
  private final class Storage: @unchecked Sendable, Equatable {
    // Only one who is alone with it writes, so no access can meet another.
    @exclusivity(unchecked) var fields: Fields

    init(_ fields: Fields) { self.fields = fields }

    static func == (a: Storage, b: Storage) -> Bool { a === b || a.fields == b.fields }
  }

  private var fields: Fields {
    _read { yield storage.fields }
    _modify {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.fields) }
      yield &storage.fields
    }
  }

  /// Stable across runs: derived by the source from the origin and the content.
  public var id: String { storage.fields.id }
  /// A text from outside, or a summary of some.
  public var kind: Kind { storage.fields.kind }
  /// Where the text was read from.
  public var origin: Origin? {
    _read { yield storage.fields.origin }
    _modify { yield &fields.origin }
  }
  /// The headline, without mark-up.
  public var title: String? {
    _read { yield storage.fields.title }
    _modify { yield &fields.title }
  }
  /// The text without its title; paragraphs are separated by line breaks.
  public var text: String {
    _read { yield storage.fields.text }
    _modify { yield &fields.text }
  }
  /// When it was published: RFC 3339, or a date alone.
  public var published: String? {
    _read { yield storage.fields.published }
    _modify { yield &fields.published }
  }
  /// Who wrote it.
  public var author: String? {
    _read { yield storage.fields.author }
    _modify { yield &fields.author }
  }
  /// Where it stands on the web.
  public var url: String? {
    _read { yield storage.fields.url }
    _modify { yield &fields.url }
  }
  /// The language it is in.
  public var language: Language? {
    _read { yield storage.fields.language }
    _modify { yield &fields.language }
  }
  /// The sentences of ``text``, in order. Whatever gives a sentence's number counts these from 0.
  public var sentences: [TextRange]? {
    _read { yield storage.fields.sentences }
    _modify { yield &fields.sentences }
  }
  /// Which group of duplicates it belongs to; nil if none.
  public var duplicate: Duplicate? {
    _read { yield storage.fields.duplicate }
    _modify { yield &fields.duplicate }
  }
  /// What an analyst decided about it and other documents of this run; nil if nothing.
  public var decisions: [Decision]? {
    _read { yield storage.fields.decisions }
    _modify { yield &fields.decisions }
  }
  /// Where earlier runs reported it; nil if they did not, or nobody looked.
  public var earlier: [EarlierReport]? {
    _read { yield storage.fields.earlier }
    _modify { yield &fields.earlier }
  }
  /// The story it belongs to.
  public var story: String? {
    _read { yield storage.fields.story }
    _modify { yield &fields.story }
  }
  /// For a summary: its sentences, each with its sources.
  public var summary: [SummarySentence]? {
    _read { yield storage.fields.summary }
    _modify { yield &fields.summary }
  }
  /// Ids of the documents that this one was made from; empty if a source read it.
  public var parents: [String] {
    _read { yield storage.fields.parents }
    _modify { yield &fields.parents }
  }
  /// Fields of the input that this type has no name for; they travel with the document.
  public var metadata: [String: JSONValue] {
    _read { yield storage.fields.metadata }
    _modify { yield &fields.metadata }
  }
}
