import Foundation
import StageKit

/// A document of a test: a text, in the pipeline file or in one of its own, and what a source would know of it.
struct TestDocument: ConfigValue {
  static let keys: [PipelineKey] = [
    PipelineKey(
      name: "id", help: "The name that the expectations call it by.",
      schema: .object(["type": "string", "minLength": 1]), isRequired: true),
    PipelineKey(name: "text", help: "Its text.", schema: String.schema),
    PipelineKey(
      name: "text-file", help: "A UTF-8 file, relative to the pipeline file, whose whole content is its text.",
      schema: InputPath.schema),
    PipelineKey(name: "title", help: "Its headline.", schema: String.schema),
    PipelineKey(name: "published", help: "Its day, as in 2026-03-12, or a time in RFC 3339.", schema: String.schema),
    PipelineKey(name: "author", help: "Who wrote it.", schema: String.schema),
    PipelineKey(name: "url", help: "Where it stands on the web.", schema: String.schema),
    PipelineKey(
      name: "language", help: "Its language as a BCP 47 tag, for tests that start behind the detection.",
      schema: String.schema),
    PipelineKey(
      name: "story", help: "The story it belongs to, for tests that start behind the grouping.", schema: String.schema),
  ]

  /// The most that a `text-file` may have, in bytes.
  static let maximumBytes = 16 << 20

  /// What the mapping says; the text is empty if it is in a file.
  var document: Document
  /// The file that holds the text.
  var file: InputPath?

  static var schema: JSONValue {
    guard case .object(var fields) = keys.mapping else { return keys.mapping }
    // Exactly one of the two.
    fields["oneOf"] = .array(["text", "text-file"].map { .object(["required": .array([$0])]) })
    return .object(fields)
  }

  static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> TestDocument? {
    guard let fields = node.entries else {
      return reader.expected("a document: a mapping with id, and text or text-file", found: node)
    }
    reader.refuseUnknownKeys(of: fields, known: keys.names, what: "a test's document")
    let id: String? = reader.value("id", of: node)
    if node["id"] == nil {
      reader.diagnostics.append(.error("missing-key", "the document lacks 'id'", at: node.location))
    } else if id == "" {
      reader.diagnostics.append(.error("bad-id", "'id' is empty", at: node["id"]?.location))
    }
    if (node["text"] == nil) == (node["text-file"] == nil) {
      let both = node["text"] != nil
      reader.diagnostics.append(
        .error(
          both ? "two-texts" : "missing-key",
          both ? "the document has both 'text' and 'text-file'" : "the document lacks 'text' or 'text-file'",
          at: node.location))
    }
    var result = TestDocument(document: Document(id: id ?? "", text: reader.value("text", of: node) ?? ""))
    result.file = reader.value("text-file", of: node)
    result.document.title = reader.value("title", of: node)
    result.document.published = reader.value("published", of: node)
    result.document.author = reader.value("author", of: node)
    result.document.url = reader.value("url", of: node)
    result.document.language = reader.value("language", of: node).map { .init(code: $0, confidence: 1) }
    result.document.story = reader.value("story", of: node)
    return id == nil || id == "" ? nil : result
  }

  /// The id: nobody reports more of a test's documents.
  var json: JSONValue { .string(document.id) }

  /// The document with its text.
  ///
  /// - Throws: ``StageError`` if the file can't be read.
  func loaded() throws -> Document {
    guard let file else { return document }
    let id = document.id
    func failure(_ why: String) -> StageError {
      StageError("unreadable", "the text of '\(id)', \(file.text), can't be read: \(why)")
    }
    let data: Data
    do {
      // A pipe or device would never end.
      let kind = try FileManager.default.attributesOfItem(atPath: file.url.resolvingSymlinksInPath().path)[.type]
      guard kind as? FileAttributeType == .typeRegular else { throw failure("it is no ordinary file") }
      let handle = try FileHandle(forReadingFrom: file.url)
      defer { try? handle.close() }
      data = try handle.read(upToCount: Self.maximumBytes + 1) ?? Data()
    } catch let error as StageError {
      throw error
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      throw failure("there is no such file (paths start from the pipeline file's folder)")
    } catch {
      throw failure(error.localizedDescription)
    }
    guard data.count <= Self.maximumBytes else {
      throw failure("it has more than the \(Self.maximumBytes) bytes that a test's text may have")
    }
    guard var text = String(validating: data, as: UTF8.self) else { throw failure("it is not UTF-8") }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    var document = document
    document.text = text
    return document
  }
}

/// The source of a test: its documents, in order.
struct TestSource: Source {
  struct Options: StageOptions {
    var documents: [TestDocument] = []
    static let settings: [Setting<Options>] = [Setting("documents", \.documents, "What goes in.", required: true)]
  }

  static let name = "test-documents"
  static let summary = "Passes a test's documents."
  // Whatever the stages need, the test has to bring along.
  static let provides = Facet.allCases

  private let options: Options

  init(_ options: Options, in context: StageContext) { self.options = options }

  func read(into outlet: any Outlet) async throws {
    for document in options.documents { try await outlet.pass(try document.loaded()) }
  }
}
