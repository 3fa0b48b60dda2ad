import Foundation
import StageKit
import Testing

@testable import PipelineKit
@testable import toolkit

/// The schema for editors must say no where `validate` does, and nowhere else.
@Suite struct SchemaTests {
  /// Valid files that use every stage and every key; the files that they name need not be there.
  private static let pipelines = [
    """
    version: 1
    name: daily
    stages:
      - use: read-files
        with: { paths: ["samples/*/*", more], max-bytes: 5000 }
      - use: detect-language
        id: languages
        with: { languages: [en, zh-Hant], abstain-below: 0.5, segments: false, by: paragraph, overwrite: true }
        workers: 4
        timeout: 2.5s
        on-error: quarantine
        when: { kind: document, language: [ar, fa], duplicate: [original, none] }
      - use: find-duplicates
        with: { kinds: [exact, near, translation], near-threshold: 0.7, translation-threshold: 0.6 }
        on-error: fail
      - use: group-stories
        with: { threshold: 0.5 }
      - use: summarize
        with: { sentences: 4, language: en, for: story, minimum-documents: 2 }
      - use: export
        with: { directory: "../out/{run}", formats: [jsonl, csv, markdown] }
      - use: write-bundle
        with: { path: "../archives/{name}-{date}.zip", existing: refuse, level: 9 }
    """,
    """
    version: 1
    stages:
      - use: read-bundle
        id: archive
        with: { paths: [a.zip], results: drop }
      - use: read-files
        with: { paths: [5] }
      - use: detect-language
        with:
        when: { kind: [document, summary] }
      - use: summarize
        with: { language: ~ }
        workers: 2
      - use: export
        with: { directory: "${PLACE:-out}" }
    """,
    """
    version: 1
    name: tested
    stages:
      - { use: read-files, with: { paths: [a] } }
      - use: detect-language
      - { use: find-duplicates, id: copies }
      - { use: write-bundle, with: { path: x.zip } }
    tests:
      - name: everything that a test can say
        documents:
          - { id: a, text: some words, title: T, published: 2026-03-12, author: B, url: "http://x", language: en }
          - { id: b, text-file: b.txt, story: s-a }
          - { id: c, text: more }
        from: detect-language
        until: copies
        expect:
          - same-group: [a, b]
          - not-same-group: [a, c]
          - same-story: [a, b]
          - not-same-story: [a, b, c]
          - language: { a: en, b: fr }
          - passed: [a]
            dropped: [b]
          - { quarantined: [c], count: 2, summaries: 0 }
          - field: { id: a, path: duplicate.kind, equals: exact }
          - field: { id: a, path: story, equals: ~ }
    """,
  ]

  /// What people get wrong at the limits, where mutations at random seldom come: a text of the files above, and what
  /// stands there instead.
  private static let slips = [
    ("workers: 4", "workers: 257"), ("workers: 2", "workers: 0"), ("level: 9", "level: 10"),
    ("near-threshold: 0.7", "near-threshold: 1.2"), ("max-bytes: 5000", "max-bytes: 0"),
    ("text: some words,", "text: some words, text-file: a.txt,"), ("{ id: c, text: more }", "{ id: c }"),
    ("{ id: c, text: more }", "{ id: \"\", text: more }"), ("paths: [a.zip]", "paths: [\"\"]"),
    ("path: story", "path: \"\""), ("[a, c]", "[a]"),
  ]

  /// Mistakes that a schema can express.
  private static let expressible: Set<String> = [
    "unknown-key", "unknown-option", "unknown-stage", "unknown-value", "unknown-version", "unknown-placeholder",
    "missing-key", "missing-option", "wrong-type", "out-of-range", "no-values", "bad-id", "bad-name", "bad-path",
    "two-texts", "not-for-this-stage",
  ]
  /// Mistakes that it can't: see ``PipelineSchema``.
  private static let beyond: Set<String> = [
    "duplicate-id", "unknown-id", "unknown-document", "not-in-tests", "no-source", "late-source", "impossible-order",
    "missing-file", "not-found", "no-input", "no-kinds", "no-formats", "language-tag", "unwritable", "no-bundles",
  ]

  private struct Case {
    var yaml: String
    var json: JSONValue
    var isFine: Bool
    /// Kinds of mistakes that neither list knows.
    var unknown: [String]
  }

  /// The same for all tests.
  private static let cases = Result { try makeCases() }

  private static func validate(_ yaml: String, environment: [String: String] = [:]) -> [Diagnostic] {
    let request = PipelinePlan.Request(
      plugins: plugins, environment: environment, encoder: .available(identity: "any", dimension: 1))
    return PipelinePlan.make(text: yaml, file: "/nowhere/p.yaml", request).findings.items
      .filter { $0.severity == .error }
  }

  private static func json(_ yaml: String) throws -> JSONValue {
    try #require(YAMLReader.read(yaml, file: "p.yaml").root).json
  }

  /// All valid files, those with a slip, and 400 that had one or two things changed.
  private static func makeCases() throws -> [Case] {
    var texts = pipelines
    for (right, wrong) in slips {
      let file = try #require(pipelines.first { $0.contains(right) }, "no file has '\(right)'")
      texts.append(file.replacing(right, with: wrong))
    }
    var mutator = PipelineMutator(seed: 3)
    let roots = try pipelines.map { try #require(YAMLReader.read($0, file: "p.yaml").root) }
    for number in 0..<400 {
      var root = mutator.mutate(roots[number % roots.count])
      if number % 4 == 3 { root = mutator.mutate(root) }
      texts.append(try root.yaml())
    }
    return try texts.compactMap { text in
      let errors = validate(text)
      // What a variable that can't be filled in leaves behind is wrong for `validate` alone: editors see the variable.
      if errors.contains(where: { $0.code == "bad-variable" }) { return nil }
      return Case(
        yaml: text, json: try json(text), isFine: !errors.contains { expressible.contains($0.code) },
        unknown: errors.map(\.code).filter { !expressible.contains($0) && !beyond.contains($0) })
    }
  }

  @Test func schemaAndValidatorAgree() throws {
    let checker = SchemaChecker(root: PipelineSchema.make(plugins: plugins))
    let cases = try Self.cases.get()
    // Neither verdict is so rare that agreeing would be no feat.
    let fine = cases.count { $0.isFine }
    #expect(fine > 80 && cases.count - fine > 200)
    #expect(cases.flatMap(\.unknown) == [])
    let originals = cases.prefix(Self.pipelines.count).map(\.isFine)
    #expect(originals == [true, true, true])
    for slip in cases.dropFirst(Self.pipelines.count).prefix(Self.slips.count) { #expect(!slip.isFine, "\(slip.yaml)") }
    for example in cases {
      let verdict = try checker.accepts(example.json)
      #expect(verdict == example.isFine, "\(example.yaml)\n\(Self.validate(example.yaml))")
    }
  }

  /// A schema that says less must be caught: then the mistakes that were tried are the ones that matter.
  @Test(arguments: [
    "required", "additionalProperties", "properties", "type", "enum", "const", "anyOf", "oneOf", "then", "pattern",
    "minimum", "maximum", "minItems", "minProperties", "minLength",
  ]) func everyKeywordIsNeeded(keyword: String) throws {
    func without(_ value: JSONValue) -> JSONValue {
      switch value {
      case .object(var fields):
        fields[keyword] = nil
        return .object(fields.mapValues(without))
      case .array(let elements): return .array(elements.map(without))
      default: return value
      }
    }
    let checker = SchemaChecker(root: without(PipelineSchema.make(plugins: plugins)))
    let noticed = try Self.cases.get().contains { try checker.accepts($0.json) != $0.isFine }
    #expect(noticed, "no file was wrong in a way that '\(keyword)' finds")
  }

  private static let hasPythonChecker: Bool =
    (try? Toolkit.tool("python3", ["-c", "import jsonschema; jsonschema.Draft202012Validator"]))??.status == 0

  @Test(.enabled(if: hasPythonChecker, "python3 with the package jsonschema is not here"))
  func anIndependentCheckerAgrees() throws {
    let cases = try Self.cases.get()
    let script = """
      import json, sys, jsonschema
      schema, values = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
      jsonschema.Draft202012Validator.check_schema(schema)
      checker = jsonschema.Draft202012Validator(schema)
      print("".join("1" if checker.is_valid(value) else "0" for value in values))
      """
    try TemporaryFolder.with { folder in
      let schema = try folder.write("schema.json", Toolkit.run(["schema"]).output)
      let values = try folder.write("values.json", JSONLine.encode(cases.map(\.json)))
      let python = try #require(try Toolkit.tool("python3", ["-c", script, schema, values]))
      #expect(python.status == 0, "\(python.errors)")
      let verdicts = Array(python.output.dropLast())
      try #require(verdicts.count == cases.count)
      for (example, verdict) in zip(cases, verdicts) {
        #expect((verdict == "1") == example.isFine, "\(example.yaml)")
      }
    }
  }

  @Test func ourPipelinesAreFine() throws {
    let checker = SchemaChecker(root: PipelineSchema.make(plugins: plugins))
    let folder = Toolkit.root.appendingPathComponent("pipelines")
    for name in try folder.names() where name.hasSuffix(".yaml") {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(try checker.accepts(Self.json(text)), "\(name)")
    }
    for template in PipelineTemplate.allCases {
      #expect(try checker.accepts(Self.json(template.text(name: "x", file: "x.yaml"))), "\(template)")
    }
  }

  @Test func variablesMayStandForAnySingleValue() throws {
    let checker = SchemaChecker(root: PipelineSchema.make(plugins: plugins))
    let environment = [
      "V": "1", "BYTES": "500", "WORKERS": "3", "TIME": "30s", "FAIL": "fail", "KIND": "near", "LEVEL": "0.5",
      "YES": "true", "ID": "lang",
    ]
    let yaml = """
      version: ${V}
      name: ${ID}
      stages:
        - use: read-files
          with:
            max-bytes: ${BYTES}
            paths: [a]
        - use: detect-language
          id: ${ID}
          workers: ${WORKERS}
          timeout: ${TIME}
          on-error: ${FAIL}
          with:
            segments: ${YES}
            abstain-below: ${LEVEL}
        - use: find-duplicates
          with:
            kinds:
              - ${KIND}
        - use: export
          with:
            directory: a/${ID}/{run}
      """
    #expect(Self.validate(yaml, environment: environment).filter { $0.code != "missing-file" } == [])
    #expect(try checker.accepts(Self.json(yaml)))
    // A list is no single value.
    let list = yaml.replacing("      kinds:\n        - ${KIND}", with: "      kinds: ${KIND}")
    #expect(list != yaml)
    #expect(Self.validate(list, environment: environment).contains { $0.code == "wrong-type" })
    #expect(try !checker.accepts(Self.json(list)))
  }

  @Test func everythingIsExplained() throws {
    let schema = PipelineSchema.make(plugins: plugins)
    let printed = try Toolkit.run(["schema"]).output
    #expect(printed == String(decoding: try JSONLine.encodeReadably(schema), as: UTF8.self))
    func at(_ path: String...) -> JSONValue {
      path.reduce(schema) { place, key in
        guard case .object(let fields) = place else { return .null }
        return fields[key] ?? .null
      }
    }
    #expect(at("$schema") == .string(PipelineSchema.dialect))
    for entry in plugins.flatMap(\.stages) {
      for setting in entry.settings {
        let option = ["$defs", "stage:\(entry.name)", "properties", "with", "properties", setting.key]
        let place = option.reduce(schema) { place, key in
          guard case .object(let fields) = place else { return .null }
          return fields[key] ?? .null
        }
        guard case .object(let fields) = place else {
          Issue.record("\(entry.name).\(setting.key) is missing")
          continue
        }
        #expect(fields["description"] == .string(setting.help))
        #expect((fields["default"] != nil) == (!setting.isRequired && setting.defaultValue != .null))
      }
    }
    for key in PipelineFile.entryKeys {
      guard case .object(let fields) = at("$defs", "stage", "properties", key.name) else {
        Issue.record("\(key.name) is missing")
        continue
      }
      #expect(fields["description"] == .string(key.help))
    }
  }
}
