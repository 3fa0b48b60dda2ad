/// A compact binary form of a document, for spools, caches and worker processes.
///
/// It is no format for others: it carries no names, and a program reads only what its own version wrote. Every field
/// comes back exactly as it was: doubles bit by bit, strings byte by byte, and what is empty apart from what is absent.
///
/// A record is a leading byte for kind and version, a bit mask of the fields that are there, the id, and the fields in
/// the order of the mask's bits. Changes are a leading byte, a mask of the fields that differ, a mask of those that
/// have a value now, and these values. Numbers are as in ``RecordReader``.
public enum DocumentRecord {
  /// Leading bytes; a change of the layout takes new ones.
  private enum Lead {
    static let document: UInt8 = 0xD1
    static let changes: UInt8 = 0xC1
  }

  /// The fields of a mask; values are written in the order of the bits.
  struct Fields: OptionSet {
    let rawValue: UInt16
    static let title = Fields(rawValue: 1 << 0)
    static let text = Fields(rawValue: 1 << 1)
    static let published = Fields(rawValue: 1 << 2)
    static let author = Fields(rawValue: 1 << 3)
    static let url = Fields(rawValue: 1 << 4)
    static let language = Fields(rawValue: 1 << 5)
    static let sentences = Fields(rawValue: 1 << 6)
    static let duplicate = Fields(rawValue: 1 << 7)
    static let story = Fields(rawValue: 1 << 8)
    static let summary = Fields(rawValue: 1 << 9)
    static let parents = Fields(rawValue: 1 << 10)
    static let metadata = Fields(rawValue: 1 << 11)
    static let origin = Fields(rawValue: 1 << 12)
    static let history = Fields(rawValue: 1 << 13)
    /// No value: the document's kind is ``Document/Kind/summary``.
    static let isSummary = Fields(rawValue: 1 << 14)
    /// Decisions and earlier reports.
    static let findings = Fields(rawValue: 1 << 15)

    /// What stages may change.
    static let changeable = Fields(rawValue: (1 << 13) - 1 | 1 << 15)
    /// What a record may have.
    static let known = Fields(rawValue: .max)
  }

  /// Appends a document's record.
  ///
  /// - Parameter withHistory: whether ``Document/history`` is written; without it, it reads back as empty.
  public static func append(_ document: Document, withHistory: Bool = true, to bytes: inout [UInt8]) {
    var fields = present(in: document)
    if withHistory, !document.history.isEmpty { fields.insert(.history) }
    if document.kind == .summary { fields.insert(.isSummary) }
    bytes.append(Lead.document)
    bytes.append(mask: fields)
    bytes.append(text: document.id)
    append(fields, of: document, to: &bytes)
  }

  /// Reads one record, which must fill `bytes`.
  ///
  /// - Throws: ``StageError`` with the code `damaged-record` for anything that ``append(_:withHistory:to:)`` can't have
  ///   written, and for metadata that lies more than ``RecordReader/maximumDepth`` deep.
  public static func read(_ bytes: UnsafeRawBufferPointer) throws -> Document {
    var reader = RecordReader(bytes)
    guard try reader.byte() == Lead.document else { throw reader.damaged("no document of this version starts here") }
    let fields = try reader.mask()
    guard fields.isSubset(of: .known), fields.contains(.text) else { throw reader.damaged("an impossible mask") }
    var document = Document(
      id: try reader.text(), kind: fields.contains(.isSummary) ? .summary : .document, text: "")
    try read(fields, into: &document, &reader)
    try reader.end()
    return document
  }

  /// Appends what a stage changed: the fields that differ, with their new values.
  ///
  /// Fields are compared byte by byte. The id, the kind and the history are no part of it.
  public static func appendChanges(from before: Document, to after: Document, into bytes: inout [UInt8]) {
    let (old, new) = (present(in: before), present(in: after))
    let both = old.intersection(new)
    var changed = old.symmetricDifference(new)
    bytes.append(Lead.changes)
    let start = bytes.count
    bytes.append(mask: changed)
    bytes.append(mask: changed)
    // Each field is written in its place and taken back if it turns out to be the same.
    for bit in 0..<Fields.changeable.rawValue.bitWidth {
      let field = Fields(rawValue: 1 << UInt16(bit))
      if both.contains(field) {
        guard !isText(field, unchangedFrom: before, to: after) else { continue }
        let first = bytes.count
        append(field, of: after, to: &bytes)
        let second = bytes.count
        append(field, of: before, to: &bytes)
        let isSame = bytes[first..<second] == bytes[second...]
        bytes.removeSubrange((isSame ? first : second)...)
        if !isSame { changed.insert(field) }
      } else if new.contains(field) {
        append(field, of: after, to: &bytes)
      }
    }
    bytes.set(mask: changed, at: start)
    bytes.set(mask: changed.intersection(new), at: start + 2)
  }

  /// Makes changes that ``appendChanges(from:to:into:)`` wrote, which must fill the buffer.
  ///
  /// - Throws: ``StageError`` with the code `damaged-record`; the document is then as it was.
  public static func apply(_ changes: UnsafeRawBufferPointer, to document: inout Document) throws {
    var reader = RecordReader(changes)
    guard try reader.byte() == Lead.changes else { throw reader.damaged("no changes of this version start here") }
    let changed = try reader.mask()
    let present = try reader.mask()
    guard changed.isSubset(of: .changeable), present.isSubset(of: changed),
      present.contains(.text) || !changed.contains(.text)
    else { throw reader.damaged("an impossible mask") }
    var edited = document
    clear(changed.subtracting(present), in: &edited)
    try read(present, into: &edited, &reader)
    try reader.end()
    document = edited
  }

  /// The changeable fields that have a value.
  private static func present(in document: Document) -> Fields {
    var fields: Fields = .text
    if document.title != nil { fields.insert(.title) }
    if document.published != nil { fields.insert(.published) }
    if document.author != nil { fields.insert(.author) }
    if document.url != nil { fields.insert(.url) }
    if document.language != nil { fields.insert(.language) }
    if document.sentences != nil { fields.insert(.sentences) }
    if document.duplicate != nil { fields.insert(.duplicate) }
    if document.story != nil { fields.insert(.story) }
    if document.summary != nil { fields.insert(.summary) }
    if !document.parents.isEmpty { fields.insert(.parents) }
    if !document.metadata.isEmpty { fields.insert(.metadata) }
    if document.origin != nil { fields.insert(.origin) }
    if document.decisions != nil || document.earlier != nil { fields.insert(.findings) }
    return fields
  }

  /// Whether `field` is the text and has the same bytes: it is the one field too long to be written for comparison.
  private static func isText(_ field: Fields, unchangedFrom before: Document, to after: Document) -> Bool {
    guard field == .text else { return false }
    // `==` would take canonically equivalent texts for the same.
    return before.text.utf8.withContiguousStorageIfAvailable { old in
      after.text.utf8.withContiguousStorageIfAvailable { new in
        old.count == new.count && (old.baseAddress == new.baseAddress || old.elementsEqual(new))
      }
    } == .some(.some(true))
  }

  private static func clear(_ fields: Fields, in document: inout Document) {
    if fields.contains(.title) { document.title = nil }
    if fields.contains(.published) { document.published = nil }
    if fields.contains(.author) { document.author = nil }
    if fields.contains(.url) { document.url = nil }
    if fields.contains(.language) { document.language = nil }
    if fields.contains(.sentences) { document.sentences = nil }
    if fields.contains(.duplicate) { document.duplicate = nil }
    if fields.contains(.story) { document.story = nil }
    if fields.contains(.summary) { document.summary = nil }
    if fields.contains(.parents) { document.parents = [] }
    if fields.contains(.metadata) { document.metadata = [:] }
    if fields.contains(.origin) { document.origin = nil }
    if fields.contains(.findings) { (document.decisions, document.earlier) = (nil, nil) }
  }

  private static func append(_ fields: Fields, of document: Document, to bytes: inout [UInt8]) {
    if fields.contains(.title), let title = document.title { bytes.append(text: title) }
    if fields.contains(.text) { bytes.append(text: document.text) }
    if fields.contains(.published), let published = document.published { bytes.append(text: published) }
    if fields.contains(.author), let author = document.author { bytes.append(text: author) }
    if fields.contains(.url), let url = document.url { bytes.append(text: url) }
    if fields.contains(.language), let language = document.language { append(language, to: &bytes) }
    if fields.contains(.sentences), let sentences = document.sentences { append(sentences, to: &bytes) }
    if fields.contains(.duplicate), let duplicate = document.duplicate { append(duplicate, to: &bytes) }
    if fields.contains(.story), let story = document.story { bytes.append(text: story) }
    if fields.contains(.summary), let summary = document.summary { append(summary, to: &bytes) }
    if fields.contains(.parents) { bytes.append(texts: document.parents) }
    if fields.contains(.metadata) { append(document.metadata, to: &bytes) }
    if fields.contains(.origin), let origin = document.origin { append(origin, to: &bytes) }
    if fields.contains(.history) { append(document.history, to: &bytes) }
    if fields.contains(.findings) { appendFindings(of: document, to: &bytes) }
  }

  private static func read(_ fields: Fields, into document: inout Document, _ reader: inout RecordReader) throws {
    if fields.contains(.title) { document.title = try reader.text() }
    if fields.contains(.text) { document.text = try reader.text() }
    if fields.contains(.published) { document.published = try reader.text() }
    if fields.contains(.author) { document.author = try reader.text() }
    if fields.contains(.url) { document.url = try reader.text() }
    if fields.contains(.language) { document.language = try language(&reader) }
    if fields.contains(.sentences) { document.sentences = try sentences(&reader) }
    if fields.contains(.duplicate) { document.duplicate = try duplicate(&reader) }
    if fields.contains(.story) { document.story = try reader.text() }
    if fields.contains(.summary) { document.summary = try summary(&reader) }
    if fields.contains(.parents) { document.parents = try reader.texts() }
    if fields.contains(.metadata) { document.metadata = try object(&reader, depth: 1) }
    if fields.contains(.origin) { document.origin = try origin(&reader) }
    if fields.contains(.history) { document.history = try history(&reader) }
    if fields.contains(.findings) { try readFindings(into: &document, &reader) }
  }
}
