import StageKit

/// One key of an `expect:` entry: what must have come of a test's documents.
struct TestExpectation: Sendable {
  /// The kinds of expectations; their names are the keys.
  enum Kind: String, CaseIterable {
    case sameGroup = "same-group"
    case notSameGroup = "not-same-group"
    case sameStory = "same-story"
    case notSameStory = "not-same-story"
    case language, passed, dropped, quarantined, count, summaries, field
  }

  /// What is claimed.
  enum Claim: Sendable, Equatable {
    /// All in one group of duplicates, or no two of them.
    case group([String], same: Bool)
    /// All in one story, or no two of them.
    case story([String], same: Bool)
    /// Languages by id, sorted by id.
    case languages([Pair])
    /// Each of them had this end.
    case fate([String], Fate)
    /// So many documents came out, summaries not counted.
    case count(Int)
    /// So many summaries came out.
    case summaries(Int)
    /// What stands at a path of a document's JSON; null for nothing.
    case field(id: String, path: String, equals: JSONValue)
  }

  /// A document and its language.
  struct Pair: Sendable, Equatable {
    var id: String
    var code: String
  }

  /// What can become of a document.
  enum Fate: String, Sendable {
    case passed, dropped, quarantined
  }

  let kind: Kind
  /// Where the key stands.
  let location: SourceLocation
  let claim: Claim

  static let fieldKeys: [PipelineKey] = [
    PipelineKey(name: "id", help: "The document.", schema: String.schema, isRequired: true),
    PipelineKey(
      name: "path", help: "The field, as documents.jsonl has it: duplicate.kind, metadata.desk, parents.0.",
      schema: .object(["type": "string", "minLength": 1]), isRequired: true),
    PipelineKey(
      name: "equals", help: "Its value; null (~) if the field must be absent.",
      schema: .object(["type": .array(["string", "number", "boolean", "null"])]), isRequired: true),
  ]

  static var schema: JSONValue {
    let keys = Kind.allCases.map { PipelineKey(name: $0.rawValue, help: $0.help, schema: $0.schema) }
    return .object([
      "type": "object", "additionalProperties": false, "minProperties": 1, "properties": keys.properties,
    ])
  }

  /// Reads `expect:`: each key of each entry is an expectation.
  static func readList(_ node: ConfigNode, _ reader: inout ConfigReader) -> [TestExpectation] {
    reader.option = "expect"
    guard let elements = node.elements else {
      let nothing: [TestExpectation]? = reader.expected("a list such as [{ same-group: [a, b] }]", found: node)
      return nothing ?? []
    }
    if elements.isEmpty {
      reader.diagnostics.append(.error("no-values", "'expect' is empty: the test could not fail", at: node.location))
    }
    var result: [TestExpectation] = []
    for element in elements {
      guard let entries = element.entries, !entries.isEmpty else {
        reader.option = "expect"
        let _: TestExpectation? = reader.expected("mappings such as { same-group: [a, b] }", found: element)
        continue
      }
      reader.refuseUnknownKeys(of: entries, known: Kind.allCases.map(\.rawValue), what: "an expectation")
      for entry in entries {
        guard let kind = Kind(rawValue: entry.key), let claim = kind.read(entry.value, &reader) else { continue }
        result.append(TestExpectation(kind: kind, location: entry.location, claim: claim))
      }
    }
    return result
  }

  /// The documents that it speaks of.
  var ids: [String] {
    switch claim {
    case .group(let ids, _), .story(let ids, _), .fate(let ids, _): ids
    case .languages(let pairs): pairs.map(\.id)
    case .field(let id, _, _): [id]
    case .count, .summaries: []
    }
  }

  /// Reports documents that the test does not have.
  func refuseUnknownDocuments(_ known: [String], _ reader: inout ConfigReader) {
    for id in ids where !known.contains(id) {
      let hint = Suggestion.hint(for: id, in: known)
      let list = hint.isEmpty ? "; there are \(known.joined(separator: ", "))" : hint
      reader.diagnostics.append(
        .error("unknown-document", "'\(kind.rawValue)': the test has no document '\(id)'\(list)", at: location))
    }
  }
}

extension TestExpectation.Kind {
  var help: String {
    switch self {
    case .sameGroup: "These are duplicates of each other, of whatever kind."
    case .notSameGroup: "No two of these are duplicates."
    case .sameStory: "These are in one story."
    case .notSameStory: "No two of these are in one story."
    case .language: "Languages by document: { a: tr }; zh also stands for zh-Hant."
    case .passed: "These come out at the end."
    case .dropped: "These are dropped on the way, or replaced by others."
    case .quarantined: "A stage can't process these."
    case .count: "How many documents come out at the end, summaries not counted."
    case .summaries: "How many summaries come out at the end."
    case .field: "What a field of a document's JSON holds."
    }
  }

  var schema: JSONValue {
    switch self {
    case .sameGroup, .notSameGroup, .sameStory, .notSameStory: list(atLeast: 2)
    case .passed, .dropped, .quarantined: list(atLeast: 1)
    case .language: .object(["type": "object", "minProperties": 1, "additionalProperties": String.schema])
    case .count, .summaries: .object(["type": "integer", "minimum": 0])
    case .field: TestExpectation.fieldKeys.mapping
    }
  }

  private func list(atLeast count: Int) -> JSONValue {
    .object(["type": "array", "items": String.schema, "minItems": .integer(count)])
  }

  fileprivate func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> TestExpectation.Claim? {
    reader.option = rawValue
    switch self {
    case .sameGroup: return ids(node, atLeast: 2, &reader).map { .group($0, same: true) }
    case .notSameGroup: return ids(node, atLeast: 2, &reader).map { .group($0, same: false) }
    case .sameStory: return ids(node, atLeast: 2, &reader).map { .story($0, same: true) }
    case .notSameStory: return ids(node, atLeast: 2, &reader).map { .story($0, same: false) }
    case .passed: return ids(node, atLeast: 1, &reader).map { .fate($0, .passed) }
    case .dropped: return ids(node, atLeast: 1, &reader).map { .fate($0, .dropped) }
    case .quarantined: return ids(node, atLeast: 1, &reader).map { .fate($0, .quarantined) }
    case .count: return number(node, &reader).map { .count($0) }
    case .summaries: return number(node, &reader).map { .summaries($0) }
    case .language: return languages(node, &reader)
    case .field: return field(node, &reader)
    }
  }

  private func ids(_ node: ConfigNode, atLeast least: Int, _ reader: inout ConfigReader) -> [String]? {
    guard let ids = [String].read(node, &reader) else { return nil }
    guard ids.count >= least else {
      reader.diagnostics.append(
        .error(
          "no-values", "'\(rawValue)' must name at least \(least == 1 ? "one document" : "two documents")",
          at: node.location))
      return nil
    }
    return ids
  }

  private func number(_ node: ConfigNode, _ reader: inout ConfigReader) -> Int? {
    guard let number = Int.read(node, &reader) else { return nil }
    guard number >= 0 else {
      reader.diagnostics.append(.error("out-of-range", "'\(rawValue)' can't be less than 0", at: node.location))
      return nil
    }
    return number
  }

  private func languages(_ node: ConfigNode, _ reader: inout ConfigReader) -> TestExpectation.Claim? {
    guard let entries = node.entries, !entries.isEmpty else {
      return reader.expected("a mapping such as { a: tr }", found: node)
    }
    let pairs = entries.compactMap { entry -> TestExpectation.Pair? in
      reader.option = "\(rawValue).\(entry.key)"
      return String.read(entry.value, &reader).map { .init(id: entry.key, code: $0) }
    }
    return pairs.count == entries.count ? .languages(pairs) : nil
  }

  private func field(_ node: ConfigNode, _ reader: inout ConfigReader) -> TestExpectation.Claim? {
    let keys = TestExpectation.fieldKeys
    guard let entries = node.entries else {
      return reader.expected("a mapping such as { id: a, path: duplicate.kind, equals: near }", found: node)
    }
    reader.refuseUnknownKeys(of: entries, known: keys.names, what: "'field'")
    for key in keys where node[key.name] == nil {
      reader.diagnostics.append(.error("missing-key", "'field' lacks '\(key.name)': \(key.help)", at: node.location))
    }
    let id: String? = reader.value("id", of: node)
    let path: String? = reader.value("path", of: node)
    if path == "" { reader.diagnostics.append(.error("bad-path", "'path' is empty", at: node["path"]?.location)) }
    guard let equals = node["equals"] else { return nil }
    guard equals.text != nil else {
      reader.option = "equals"
      return reader.expected("a single value", found: equals)
    }
    guard let id, let path, path != "" else { return nil }
    return .field(id: id, path: path, equals: equals.json)
  }
}
