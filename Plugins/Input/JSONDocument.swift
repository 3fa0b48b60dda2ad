import Foundation
import StageKit

/// From one line of JSON to a document.
enum JSONDocument {
  /// The longest id that a document may bring along, in bytes.
  static let longestID = 256

  /// Reads an object.
  ///
  /// `text` is required. `id`, `title`, `published`, `author` and `url` are strings (an id may be a whole number, an
  /// author a list); `language` is a code or an object. What else our own exports have is kept if it has their shape.
  /// All other fields travel as metadata.
  ///
  /// - Parameters:
  ///   - line: UTF-8 without NUL.
  ///   - isClosed: whether a line break ends the line; if not, it may have been cut short.
  ///   - origin: where it stands, for documents that do not say where they come from.
  ///   - id: the id of documents that bring none.
  /// - Throws: ``StageError`` that says what is wrong, without saying where.
  static func document(
    _ line: [UInt8], isClosed: Bool, origin: Document.Origin, id: String
  ) throws(StageError) -> Document {
    var fields = try parse(line, isClosed: isClosed)
    let ownID = try self.id(&fields)
    guard let source = try fields.text("text") else {
      let other = ["content", "body", "article", "maintext", "raw_content"].first { fields.rest[$0] != nil }
      throw StageError(
        "missing-text",
        "the object has no 'text'" + (other.map { "; it has '\($0)': if that is the text, rename it" } ?? ""))
    }
    let text = withUnixLineBreaks(source)
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw StageError("empty-text", "'text' is empty; remove the line if there is nothing to read")
    }
    guard !UTF8Check.contains(0, in: text) else {
      throw StageError("nul-bytes", "'text' has a NUL character, so it is damaged, or no text")
    }
    var document = Document(
      id: ownID ?? id, kind: fields.value("kind", as: Document.Kind.self, where: { _ in true }) ?? .document, text: text
    )
    document.origin = fields.value("source", as: Document.Origin.self, where: { !$0.path.isEmpty }) ?? origin
    document.title = try fields.text("title").flatMap { $0.isEmpty ? nil : $0 }
    document.url = try fields.text("url")
    document.author = try author(&fields)
    document.published = try published(&fields)
    document.language = language(&fields, of: text)
    addResults(&fields, to: &document, textIsAsRead: text == source)
    if let own = fields.take("metadata"), own != .null {
      if case .object(let entries) = own { document.metadata = entries } else { document.metadata["metadata"] = own }
    }
    document.metadata.merge(fields.rest) { $1 }
    return document
  }

  private static func withUnixLineBreaks(_ text: String) -> String {
    guard UTF8Check.contains(UInt8(ascii: "\r"), in: text) else { return text }
    return text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
  }

  private static func parse(_ line: [UInt8], isClosed: Bool) throws(StageError) -> JSONFields {
    guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }), first == UInt8(ascii: "{") else {
      throw StageError("not-an-object", "the line is not a JSON object: it must start with '{'")
    }
    if let fields = line.withUnsafeBytes(JSONObjectReader.read) { return JSONFields(fields) }
    do {
      return try JSONDecoder().decode(JSONFields.self, from: Data(line))
    } catch {
      if endsInside(line) {
        throw StageError(
          "truncated-json",
          "the JSON object ends in the middle" + (isClosed ? "" : " of the last line; was the file cut short?")
            + (isClosed ? "; was it broken over several lines?" : ""))
      }
      throw StageError("invalid-json", "the line is not valid JSON; check it with a JSON validator")
    }
  }

  /// Whether strings, objects or lists are still open at the end.
  private static func endsInside(_ line: [UInt8]) -> Bool {
    var (depth, inString, isEscaped) = (0, false, false)
    for byte in line {
      if isEscaped {
        isEscaped = false
      } else if inString {
        if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { inString = false }
      } else {
        switch byte {
        case UInt8(ascii: "\""): inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
      }
    }
    return inString || depth > 0
  }

  private static func id(_ fields: inout JSONFields) throws(StageError) -> String? {
    guard let id = try fields.text("id", orNumber: true) else { return nil }
    guard !id.isEmpty, id.utf8.count <= longestID,
      !id.unicodeScalars.contains(where: {
        $0.properties.generalCategory == .control || $0.value == 0x2028 || $0.value == 0x2029
      })
    else {
      throw StageError(
        "invalid-id",
        "'id' must have from 1 to \(longestID) bytes and no control characters; shorten it or leave it out")
    }
    return id
  }

  private static func author(_ fields: inout JSONFields) throws(StageError) -> String? {
    guard case .array(let elements)? = fields.rest["author"] else { return try fields.text("author") }
    let names = elements.compactMap { if case .string(let name) = $0 { name } else { nil } }
    guard names.count == elements.count else {
      throw StageError("wrong-type", "'author' must be a string or a list of strings")
    }
    _ = fields.take("author")
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }

  /// A date that we understand; as it was written it stays in the metadata if it had to be rewritten.
  private static func published(_ fields: inout JSONFields) throws(StageError) -> String? {
    guard let text = try fields.text("published"), !text.isEmpty else { return nil }
    let date = DateFinder(text[...]).first()?.date
    if date != text { fields.putBack("published", .string(text)) }
    return date
  }

  private static func language(_ fields: inout JSONFields, of text: String) -> Document.Language? {
    if case .string(let code)? = fields.rest["language"] {
      guard LanguageTag.isWellFormed(code) else { return nil }  // "English" stays in the metadata.
      _ = fields.take("language")
      return Document.Language(code: code.replacing("_", with: "-"), confidence: 1)
    }
    return fields.value("language", as: Document.Language.self) { language in
      var last = 0
      let length = language.segments == nil ? 0 : text.unicodeScalars.count
      return LanguageTag.isWellFormed(language.code) && (0...1).contains(language.confidence)
        && (language.segments ?? []).allSatisfy { segment in
          defer { last = segment.end }
          return last <= segment.start && segment.start <= segment.end && segment.end <= length
        }
    }
  }

  /// What stages found in an earlier run. Numbers from outside are checked here, since later stages rely on them.
  private static func addResults(_ fields: inout JSONFields, to document: inout Document, textIsAsRead: Bool) {
    let text = document.text
    document.sentences = fields.value("sentences", as: [Document.TextRange].self) { ranges in
      var last = 0
      let length = text.unicodeScalars.count
      return textIsAsRead
        && ranges.allSatisfy { range in
          defer { last = range.end }
          return last <= range.start && range.start <= range.end && range.end <= length
        }
    }
    document.duplicate = fields.value("duplicate", as: Document.Duplicate.self) { duplicate in
      duplicate.coverage.count == 2 && duplicate.coverage.allSatisfy((0...1).contains)
        && (0...1).contains(duplicate.score)
        && (duplicate.evidence ?? []).allSatisfy { $0.mine >= 0 && $0.theirs >= 0 }
    }
    document.story = fields.value("story", as: String.self) { !$0.isEmpty }
    document.summary = fields.value("summary", as: [Document.SummarySentence].self) { sentences in
      sentences.allSatisfy { $0.from.allSatisfy { $0.sentence >= 0 } }
    }
    document.parents = fields.value("parents", as: [String].self, where: { _ in true }) ?? []
    for step in fields.value("history", as: [Document.Step].self, where: { _ in true }) ?? [] { document.stamp(step) }
  }
}
