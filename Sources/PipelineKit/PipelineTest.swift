import StageKit

/// An entry of `tests:`: documents, the stages that they go through, and what must come of them.
///
///     tests:
///       - name: a copy is found
///         documents: [{ id: a, text-file: a.txt }, { id: b, text-file: b.txt }]
///         until: find-duplicates
///         expect: [{ same-group: [a, b] }]
public struct PipelineTest: Sendable {
  static let keys: [PipelineKey] = [
    PipelineKey(name: "name", help: "What the test shows, in a few words.", schema: String.schema, isRequired: true),
    PipelineKey(
      name: "documents", help: "What goes in, in the place of what the sources would read.",
      schema: .object(["type": "array", "minItems": 1, "items": TestDocument.schema]), isRequired: true),
    PipelineKey(
      name: "from", help: "The id of the first stage that sees them; all stages before it are left out.",
      schema: String.schema),
    PipelineKey(
      name: "until", help: "The id of the last stage that sees them; all stages after it are left out.",
      schema: String.schema),
    PipelineKey(
      name: "expect", help: "What must have come of them at the end; all of it must hold.",
      schema: .object(["type": "array", "minItems": 1, "items": TestExpectation.schema]), isRequired: true),
  ]

  static var schema: JSONValue { keys.mapping }

  /// What it shows.
  public let name: String
  /// Where it stands.
  public let location: SourceLocation
  /// The list of documents as it is written; ``TestDocument`` reads it.
  let documents: ConfigNode
  /// The documents' ids, in order.
  let ids: [String]
  /// The first stage's id with its place; nil for the first of the pipeline.
  let from: (id: String, location: SourceLocation)?
  /// The last stage's id with its place; nil for the last of the pipeline.
  let until: (id: String, location: SourceLocation)?
  /// What must hold.
  let expectations: [TestExpectation]

  /// Reads `tests:`; every mistake goes to `reader`.
  static func readList(_ node: ConfigNode, _ reader: inout ConfigReader) -> [PipelineTest] {
    reader.option = "tests"
    guard let elements = node.elements else {
      let nothing: [PipelineTest]? = reader.expected("a list of tests", found: node)
      return nothing ?? []
    }
    return elements.enumerated().compactMap { index, element in
      reader.option = "tests[\(index)]"
      return read(element, &reader)
    }
  }

  private static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> PipelineTest? {
    guard let fields = node.entries else {
      return reader.expected("a mapping with name, documents and expect", found: node)
    }
    reader.refuseUnknownKeys(of: fields, known: keys.names, what: "a test")
    for key in keys where key.isRequired && node[key.name] == nil {
      reader.diagnostics.append(
        .error("missing-key", "the test lacks '\(key.name)': \(key.help)", at: node.location))
    }
    let name: String? = reader.value("name", of: node)
    func stage(_ key: String) -> (id: String, location: SourceLocation)? {
      guard let field = node[key], let id: String = reader.value(key, of: node) else { return nil }
      return (id, field.location)
    }
    let (from, until) = (stage("from"), stage("until"))
    let documents = readDocuments(node, &reader)
    let expectations = node["expect"].map { TestExpectation.readList($0, &reader) } ?? []
    guard let name, let list = node["documents"] else { return nil }
    let ids = documents?.map(\.document.id)
    // With a document missing for another mistake, its id would only look unknown.
    if let ids { for expectation in expectations { expectation.refuseUnknownDocuments(ids, &reader) } }
    return PipelineTest(
      name: name, location: node.location, documents: list, ids: ids ?? [], from: from, until: until,
      expectations: expectations)
  }

  private static func readDocuments(_ node: ConfigNode, _ reader: inout ConfigReader) -> [TestDocument]? {
    guard let list = node["documents"], let documents: [TestDocument] = reader.value("documents", of: node) else {
      return nil
    }
    guard !documents.isEmpty else {
      reader.diagnostics.append(
        .error("no-values", "'documents' is empty: name what goes in", at: list.location))
      return nil
    }
    var seen: Set<String> = []
    for (document, node) in zip(documents, list.elements ?? [])
    where !seen.insert(document.document.id).inserted {
      reader.diagnostics.append(
        .error(
          "duplicate-id", "two documents of the test have the id '\(document.document.id)'",
          at: node["id"]?.location ?? node.location))
    }
    return documents
  }

  /// Reports stages that the pipeline does not have, that tests leave out, or that stand the wrong way round.
  ///
  /// - Parameter stages: all stages' ids in order; without a shape if there is no such stage.
  func check(_ stages: [(id: String, shape: StageShape?)], _ reader: inout ConfigReader) {
    let inside = stages.filter { $0.shape?.isBetweenEnds ?? true }.map(\.id)
    var positions: [Int] = []
    for (key, stage) in [("from", from), ("until", until)] {
      guard let stage else { continue }
      guard let index = stages.firstIndex(where: { $0.id == stage.id }) else {
        let hint = Suggestion.hint(for: stage.id, in: inside)
        let list = hint.isEmpty ? "; there are \(inside.joined(separator: ", "))" : hint
        reader.diagnostics.append(
          .error("unknown-id", "'\(key)': the pipeline has no stage '\(stage.id)'\(list)", at: stage.location))
        continue
      }
      if let shape = stages[index].shape, !shape.isBetweenEnds {
        reader.diagnostics.append(
          .error(
            "not-in-tests",
            "'\(key)': \(stage.id) is a \(shape.rawValue), and tests leave sources and sinks out"
              + (inside.isEmpty ? "" : "; there are \(inside.joined(separator: ", "))"), at: stage.location))
      }
      positions.append(index)
    }
    if let from, let until, positions.count == 2, positions[0] > positions[1] {
      reader.diagnostics.append(
        .error("impossible-order", "'until': \(until.id) comes before \(from.id)", at: until.location))
    }
  }
}
